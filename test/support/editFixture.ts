import { readdirSync, readFileSync } from 'node:fs';
import type { Expr } from '../../server/src/syntax/ast.ts';
import { children } from '../../server/src/syntax/ast.ts';
import type { SourceRange } from '../../server/src/syntax/source.ts';
import type { NewEntry } from '../../server/src/edits/insertEntry.ts';

/** A text, what is to be kept, and the text as a careful person would leave it, or why it is refused. */
export interface EditFixture {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly problem: string | null;
  readonly entries: readonly NewEntry[];
  /** Text that the declaration begins with; null: the first one that names a storage. */
  readonly at: string | null;
}

/**
 * Reads the `*.txt` of a directory. A fixture begins with `=== name`, then come lines with what to insert (`+ directory /path user=u mode=0700`)
 * and perhaps where (`@ text`), the text, `---`, and the result, which is either a text or `problem: …`.
 */
export function readEditFixtures(directory: URL): readonly EditFixture[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.txt'));
  return files.toSorted().flatMap((name) => {
    const sections = readFileSync(new URL(name, directory), 'utf8').split(/^=== /m).slice(1);
    return sections.map((section) => readFixture(name, section));
  });
}

function readFixture(file: string, section: string): EditFixture {
  const lines = section.split('\n');
  const name = `${file}: ${lines.shift() ?? ''}`;
  const entries: NewEntry[] = [];
  let at: string | null = null;
  while (/^[+@] /.test(lines[0] ?? '')) {
    const line = lines.shift() ?? '';
    if (line.startsWith('@')) at = line.slice(2);
    else entries.push(readEntry(line.slice(2)));
  }
  const [before = '', after = ''] = lines.join('\n').split(/^---\n/m);
  const trimmed = after.replace(/\n+$/, '\n');
  const problem = /^problem: (.*)\n$/.exec(trimmed)?.[1] ?? null;
  return { name, entries, at, before, after: trimmed, problem };
}

function readEntry(line: string): NewEntry {
  const [kind = '', path = '', ...options] = line.split(' ');
  if (kind !== 'directory' && kind !== 'file') throw new Error(`no such kind of entry: ${line}`);
  const attributes: Record<string, string | boolean> = {};
  let user: string | null = null;
  for (const option of options) {
    const [key = '', value = ''] = option.split('=');
    if (key === 'user') user = value;
    else attributes[key] = value === 'true' ? true : value;
  }
  return { kind, path, user, attributes };
}

/** The range of the first binding that declares a storage, or of the one that begins with `at`. */
export function findStorage(root: Expr, text: string, at: string | null): SourceRange | null {
  const stack: Expr[] = [root];
  const wanted = at === null ? -1 : text.indexOf(at);
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.kind === 'attrs') {
      for (const binding of node.bindings) {
        if (binding.kind !== 'binding') continue;
        if (wanted >= 0) {
          if (binding.start === wanted) return { start: binding.start, end: binding.value.end };
          continue;
        }
        const option = binding.path.findIndex(
          (name) => name.kind === 'static' && (name.name === 'persistence' || name.name === 'preserveAt'),
        );
        if (option < 0) continue;
        if (option + 1 < binding.path.length) return { start: binding.start, end: binding.end };
        const storage = binding.value.kind === 'attrs' ? binding.value.bindings[0] : undefined;
        if (storage) return { start: storage.start, end: storage.end };
      }
    }
    stack.push(...children(node).toReversed());
  }
  return null;
}
