import type { ListExpr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import { isFirstOnLine, lineStart, trailingEnd } from './lines.ts';
import type { TextEdit } from './textEdit.ts';

/**
 * Edits that take one element out of a literal list: with its line when it has one for itself, and with the comment behind it on that
 * line. Comments on lines of their own stay. No edits when there is no such element.
 */
export function removeElement(source: NixSource, list: ListExpr, index: number): readonly TextEdit[] {
  const { text } = source;
  const element = list.elements[index];
  if (!element) return [];
  const previous = list.elements[index - 1];
  const next = list.elements[index + 1];
  const limit = next?.start ?? list.end - 1;
  const end = trailingEnd(source, element.end, limit);
  const after = /^[ \t]*(\r?\n)?/.exec(text.slice(end, limit));
  const closesLine = after?.[1] !== undefined;
  if (isFirstOnLine(text, element.start) && closesLine)
    return [{ start: lineStart(text, element.start), end: end + (after?.[0].length ?? 0), newText: '' }];
  if (closesLine || !next) {
    // The last one on its line: with the blanks before it, and with the line break when `]` follows on the same line.
    const from = isFirstOnLine(text, element.start) && previous ? trailingEnd(source, previous.end, element.start) : element.start;
    const blanks = /[ \t]*$/.exec(text.slice(0, from))?.[0].length ?? 0;
    const commentBetween = text.slice(from, element.start).trim() !== '';
    if (commentBetween) return [{ start: element.start, end, newText: '' }];
    const first = !previous && from === element.start;
    return [{ start: first ? from : from - blanks, end: first ? end + (closesLine ? 0 : (after?.[0].length ?? 0)) : end, newText: '' }];
  }
  return [{ start: element.start, end: next.start > end && text.slice(end, next.start).trim() === '' ? next.start : end, newText: '' }];
}
