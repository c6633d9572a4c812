import { applyEdits, findNodeAtLocation, modify, parseTree, type JSONPath, type Node, type ParseError } from 'jsonc-parser';
import type { EditProblem, TextEdit } from './textEdit.ts';

/**
 * Edits that add patterns of paths to the `ignore` list of a `keepsake.json`, of one host or of all. Comments and what else stands
 * there stay as they are. In: the text (empty when there is no such file), the patterns as `ignore` takes them, the host's name or null.
 * Out: the edits, none when all patterns are there already; or why it can't be done.
 *
 * jsonc-parser, VS Code's own, does it: JSON with comments is not what this project is about.
 */
export function ignoreEdits(text: string, patterns: readonly string[], host: string | null): readonly TextEdit[] | EditProblem {
  const path: JSONPath = host === null ? ['ignore'] : ['hosts', host, 'ignore'];
  const errors: ParseError[] = [];
  const root = text.trim() === '' ? undefined : parseTree(text, errors, { allowTrailingComma: true });
  if (errors.length > 0) return { problem: 'keepsake.json has a syntax error; correct it first.' };
  if (root !== undefined && root.type !== 'object') return { problem: 'keepsake.json is no object; correct it first.' };
  for (let length = 1; length <= path.length; length++) {
    const node = root === undefined ? undefined : findNodeAtLocation(root, path.slice(0, length));
    const wanted = length === path.length ? 'array' : 'object';
    if (node !== undefined && node.type !== wanted)
      return { problem: `"${path.slice(0, length).join('.')}" in keepsake.json is no ${wanted}; correct it first.` };
  }
  const list = root === undefined ? undefined : findNodeAtLocation(root, path);
  const known = new Set((list?.children ?? []).map((node): unknown => node.value));
  const missing = [...new Set(patterns)].filter((pattern) => !known.has(pattern));
  if (missing.length === 0) return [];
  const lines = list === undefined ? null : addedLines(text, list, missing);
  if (lines !== null) return lines;
  const formattingOptions = { insertSpaces: true, tabSize: indentOf(text), eol: text.includes('\r\n') ? '\r\n' : '\n' };
  const made = missing.reduce(
    (now, pattern, index) => {
      const place = list === undefined && index === 0 ? path : [...path, -1];
      const value = list === undefined && index === 0 ? [pattern] : pattern;
      return applyEdits(now, modify(now, place, value, { formattingOptions, isArrayInsertion: place.length > path.length }));
    },
    text === '' ? '{}\n' : text,
  );
  return [wholeEdit(text, made)];
}

/** For a list with an element a line: the new ones on lines of their own, so that comments stay behind the elements they are of. */
function addedLines(text: string, list: Node, missing: readonly string[]): readonly TextEdit[] | null {
  const last = list.children?.at(-1);
  if (last === undefined) return null;
  const lastEnd = last.offset + last.length;
  const bracket = list.offset + list.length - 1;
  const rest = text.slice(lastEnd, bracket);
  const lineStart = text.lastIndexOf('\n', last.offset) + 1;
  const indent = text.slice(lineStart, last.offset);
  if (!rest.includes('\n') || indent.trim() !== '') return null;
  const eol = rest.includes('\r\n') ? '\r\n' : '\n';
  const at = lastEnd + rest.trimEnd().length;
  const added = missing.map((pattern) => `${eol}${indent}${JSON.stringify(pattern)}`).join(',');
  const comma = /^\s*,/.test(rest);
  return [...(comma ? [] : [{ start: lastEnd, end: lastEnd, newText: ',' }]), { start: at, end: at, newText: added }];
}

/** One edit: what the texts begin and end with alike is left out. */
function wholeEdit(before: string, after: string): TextEdit {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { start, end: before.length - end, newText: after.slice(start, after.length - end) };
}

/** Spaces of the first line that is indented. */
function indentOf(text: string): number {
  return /^( +)\S/m.exec(text)?.[1]?.length ?? 2;
}

/**
 * The pattern that ignores a path and, for a directory, all below it. Null for what a pattern can't say: `*` in a name would be a
 * pattern of its own.
 */
export function ignorePattern(path: string, isDirectory: boolean): string | null {
  if (path.includes('*') || path.includes('\u{fffd}') || !path.startsWith('/') || path === '/') return null;
  return isDirectory ? `${path}/**` : path;
}
