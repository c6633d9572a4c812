import { children, literalString, type Expr, type StringExpr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { SourceRange } from '../syntax/source.ts';
import { findDeclaration } from './declaration.ts';
import { quoteNixString } from './nixString.ts';
import { findEntry, unreadable } from './target.ts';
import type { EditProblem, TextEdit } from './textEdit.ts';

/** Edits that give the entry whose path stands at `range` another path. A string put together from parts loses slashes at its end only. */
export function rewritePath(source: NixSource, range: SourceRange, to: string): readonly TextEdit[] | EditProblem {
  const entry = findEntry(source, range);
  if ('problem' in entry) return entry;
  const { path } = entry;
  if (path.kind !== 'string') return { problem: 'The entry is no longer where it was.' };
  if (literalString(path) !== null) return replaceContent(path, to);
  const last = path.parts.at(-1);
  const slashes = last?.kind === 'text' && to.endsWith(last.text.replace(/\/+$/, '')) ? (/\/+$/.exec(last.text)?.[0].length ?? 0) : 0;
  if (slashes === 0) return { problem: 'The path is put together from parts; change it there.' };
  const end = path.end - (path.indented ? 2 : 1);
  return [{ start: end - slashes, end, newText: '' }];
}

/** Edits that replace every string within the binding at `range` whose whole content is `from`. */
export function replaceStrings(source: NixSource, range: SourceRange, from: string, to: string): readonly TextEdit[] | EditProblem {
  const broken = unreadable(source);
  if (broken) return broken;
  const found = findDeclaration(source, range);
  if (!found) return { problem: 'The definition is no longer where it was.' };
  const edits: TextEdit[] = [];
  const stack: Expr[] = [found.binding.value];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.kind === 'string' && literalString(node) === from) {
      const made = replaceContent(node, to);
      if ('problem' in made) return made;
      edits.push(...made);
    } else stack.push(...children(node));
  }
  if (edits.length === 0) return { problem: `\`${from}\` is not written here as it is; change it where it is made.` };
  return edits.toSorted((a, b) => a.start - b.start);
}

function replaceContent(string: StringExpr, to: string): readonly TextEdit[] | EditProblem {
  const written = quoteNixString(to);
  if (written === null) return { problem: `${JSON.stringify(to)} can't be written into a Nix file.` };
  return literalString(string) === to ? [] : [{ start: string.start, end: string.end, newText: written }];
}

/**
 * Edits that shorten the key of a storage, the name at `name` in the binding at `declaration`, from `from` to `to`, with which it begins.
 * A key put together from parts is shortened where it begins with the text `to`.
 */
export function rewriteKey(source: NixSource, declaration: SourceRange, name: SourceRange, to: string): readonly TextEdit[] | EditProblem {
  const broken = unreadable(source);
  if (broken) return broken;
  const found = findDeclaration(source, declaration);
  const key = found?.binding.path.find(({ start, end }) => start === name.start && end === name.end);
  const written = quoteNixString(to);
  if (!key || written === null) return { problem: 'The key is no longer where it was.' };
  if (key.kind === 'dynamic') {
    const first = key.expr.kind === 'string' ? key.expr.parts[0] : undefined;
    if (first?.kind !== 'text' || !(first.text === to || first.text.startsWith(`${to}/`)))
      return { problem: 'The key is made by an expression; change it there.' };
  } else if (key.name === to) return [];
  return [{ start: key.start, end: key.end, newText: written }];
}
