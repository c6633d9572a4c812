import { readdirSync, readFileSync } from 'node:fs';
import { moveEntry, removeEntries } from '../../server/src/edits/moveEntry.ts';
import { replaceStrings, rewriteKey, rewritePath } from '../../server/src/edits/replaceString.ts';
import { rollbackService } from '../../server/src/edits/rollbackService.ts';
import { replaceEntry, setAttributes, type AttributeChanges } from '../../server/src/edits/setAttributes.ts';
import { removeOption, setOption } from '../../server/src/edits/setOption.ts';
import type { EditProblem, TextEdit } from '../../server/src/edits/textEdit.ts';
import { tidyList } from '../../server/src/edits/tidyList.ts';
import { toPreservation, type KnownAttributes } from '../../server/src/edits/toPreservation.ts';
import { children, literalString, type Expr } from '../../server/src/syntax/ast.ts';
import type { NixSource } from '../../server/src/syntax/nixSource.ts';
import type { SourceRange } from '../../server/src/syntax/source.ts';
import { findStorage } from './editFixture.ts';

/** A text, a change in words, the text as a careful person would leave it (or why not), and what of its value is different then. */
export interface ChangeFixture {
  readonly name: string;
  readonly command: string;
  readonly before: string;
  readonly after: string;
  readonly problem: string | null;
  /** `+ path=json` and `- path=json`, sorted. */
  readonly differences: readonly string[];
}

/**
 * Reads the `*.txt` of a directory. A fixture begins with `=== name`, then come the change (`! remove /a /b`), the differences of the
 * values (`~ - …`), the text, `---`, and the result, which is either a text or `problem: …`.
 */
export function readChangeFixtures(directory: URL): readonly ChangeFixture[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.txt'));
  return files.toSorted().flatMap((file) =>
    readFileSync(new URL(file, directory), 'utf8')
      .split(/^=== /m)
      .slice(1)
      .map((section): ChangeFixture => {
        const lines = section.split('\n');
        const name = `${file}: ${lines.shift() ?? ''}`;
        const command = (lines.shift() ?? '').replace(/^! /, '');
        const differences: string[] = [];
        while (lines[0]?.startsWith('~ ')) differences.push((lines.shift() ?? '').slice(2));
        const [before = '', after = ''] = lines.join('\n').split(/^---\n/m);
        const trimmed = after.replace(/\n+$/, '\n');
        return { name, command, before, after: trimmed, problem: /^problem: (.*)\n$/.exec(trimmed)?.[1] ?? null, differences };
      }),
  );
}

/** Makes the change that a command names: `remove PATH…`, `attributes PATH name=value…`, `set OPTION = EXPRESSION` and so on. */
export function makeChange(source: NixSource, command: string): readonly TextEdit[] | EditProblem {
  const [verb = '', ...words] = command.split(' ');
  const [first = '', second = ''] = words;
  switch (verb) {
    case 'remove':
      return removeEntries(
        source,
        words.map((path) => stringOf(source, path)),
      );
    case 'attributes': {
      const changes: Record<string, AttributeChanges[string]> = {};
      for (const word of words.slice(1)) {
        const [name = '', value = ''] = word.split('=');
        changes[name] = value === '' ? null : value === 'true' ? true : value;
      }
      return setAttributes(source, stringOf(source, first), 'directory', changes);
    }
    case 'exchange': {
      const attributes = Object.fromEntries(words.slice(2).map((word) => word.split('=', 2) as [string, string]));
      return replaceEntry(source, stringOf(source, first), 'directory', second, attributes);
    }
    case 'tidy':
      return tidyList(source, stringOf(source, first));
    case 'rewrite':
      return rewritePath(source, stringOf(source, first), second);
    case 'key': {
      const binding = bindingOf(source, (path) => path.includes(first));
      return rewriteKey(source, binding, nameOf(source, first), second);
    }
    case 'move': {
      const declaration = findStorage(source.root, source.text, null) ?? { start: 0, end: 0 };
      const user = /user=(\S+)/.exec(command)?.[1] ?? null;
      const path = /path=(\S+)/.exec(command)?.[1] ?? null;
      return moveEntry(source, stringOf(source, first), { declaration, kind: second === 'file' ? 'file' : 'directory', user, path });
    }
    case 'set': {
      const [, option = '', value = ''] = /^set (\S+) = (.*)$/.exec(command) ?? [];
      return setOption(source, null, namesOf(option), value);
    }
    case 'beside': {
      const [, anchor = '', option = '', value = ''] = /^beside (\S+) set (\S+) = (.*)$/.exec(command) ?? [];
      const names = namesOf(anchor);
      const range = bindingOf(source, (path) => path.split('.').includes(names.at(-1) ?? ''));
      return setOption(source, { range, option: names }, namesOf(option), value);
    }
    case 'unset':
      return removeOption(
        source,
        bindingOf(source, (path) => path.endsWith(first)),
      );
    case 'rollback':
      return rollbackService(
        source,
        bindingOf(source, (path) => path.endsWith(first)),
      );
    case 'string':
      return replaceStrings(
        source,
        bindingOf(source, (path) => path.endsWith(first)),
        second,
        words[2] ?? '',
      );
    case 'preserve':
      return toPreservation(source, storagesOf(source), knownAttributes, first === 'enable');
    default:
      throw new Error(`no such change: ${command}`);
  }
}

const knownAttributes: KnownAttributes = (_, path) =>
  path === '/var/lib/nixos' ? { inInitrd: true } : path === '.ssh' ? { mode: '0700' } : null;

/** `a."b.c".d` as names. */
function namesOf(option: string): readonly string[] {
  return [...option.matchAll(/"([^"]*)"|[^.]+/g)].map((match) => match[1] ?? match[0]);
}

/** The string whose text is this, or whose source has it where it is put together. */
function stringOf(source: NixSource, text: string): SourceRange {
  const found = all(source.root).find((expr) => expr.kind === 'string' && literalString(expr) === text);
  const written =
    found ?? all(source.root).find((expr) => expr.kind === 'string' && source.text.slice(expr.start + 1, expr.end - 1) === text);
  return written ?? { start: 0, end: 0 };
}

function bindingOf(source: NixSource, wanted: (path: string) => boolean): SourceRange {
  for (const expr of all(source.root)) {
    if (expr.kind !== 'attrs') continue;
    for (const binding of expr.bindings) {
      if (binding.kind !== 'binding') continue;
      const last = binding.path.at(-1)?.end ?? binding.start;
      if (wanted(source.text.slice(binding.start, last).replaceAll('"', ''))) return binding;
    }
  }
  return { start: 0, end: 0 };
}

function nameOf(source: NixSource, text: string): SourceRange {
  for (const expr of all(source.root)) {
    if (expr.kind !== 'attrs') continue;
    for (const binding of expr.bindings) {
      const names = binding.kind === 'binding' ? binding.path : [];
      const name = names.find(({ start, end }) => source.text.slice(start, end).includes(text));
      if (name) return name;
    }
  }
  return { start: 0, end: 0 };
}

/** The bindings that declare parts of storages of impermanence. */
function storagesOf(source: NixSource): readonly SourceRange[] {
  return all(source.root).flatMap((expr): readonly SourceRange[] => {
    if (expr.kind !== 'attrs') return [];
    return expr.bindings.flatMap((binding): readonly SourceRange[] => {
      if (binding.kind !== 'binding') return [];
      const at = binding.path.findIndex((name) => name.kind === 'static' && name.name === 'persistence');
      if (at < 0) return [];
      if (at + 1 < binding.path.length) return [binding];
      return binding.value.kind === 'attrs' ? binding.value.bindings : [];
    });
  });
}

function all(root: Expr): readonly Expr[] {
  const found: Expr[] = [];
  const stack: Expr[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    found.push(node);
    stack.push(...children(node).toReversed());
  }
  return found;
}

/** Every value of a module by its path, and every element of a list by the list's, one a line. */
export function valueLines(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.length === 0 ? [`${path}=[]`] : value.map((each) => `${path}[]=${JSON.stringify(each)}`);
  if (typeof value !== 'object' || value === null) return [`${path}=${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([name, each]) => valueLines(each, path === '' ? name : `${path}.${name}`));
}

/** What lines came (`+`) and went (`-`), sorted. */
export function differences(before: readonly string[], after: readonly string[]): readonly string[] {
  const left = [...before];
  const added = after.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [...left.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)].toSorted();
}
