import type { ListExpr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import { commentsWithin, endsLine, isFirstOnLine, lineEnd, lineStart, trailingEnd } from './lines.ts';
import type { TextEdit } from './textEdit.ts';

/**
 * Edits that take one element out of a literal list: with its line when it has one for itself, and with the comment behind it on that
 * line. Comments on lines of their own stay. No edits when there is no such element.
 */
export function removeElement(source: NixSource, list: ListExpr, index: number): readonly TextEdit[] {
  const { text } = source;
  const element = list.elements[index];
  if (!element) return [];
  const before = list.elements[index - 1]?.end ?? list.start + 1;
  const limit = list.elements[index + 1]?.start ?? list.end - 1;
  const end = trailingEnd(source, element.end, limit);
  const first = isFirstOnLine(text, element.start);
  const last = endsLine(text, end);
  if (first && last) return remove(lineStart(text, element.start), text.indexOf('\n', lineEnd(text, end)) + 1);
  const blanksBehind = /^[ \t]*/.exec(text.slice(end, limit))?.[0].length ?? 0;
  const commentBetween = commentsWithin(source, { start: before, end: element.start }).length > 0;
  const hasNext = index + 1 < list.elements.length;
  // What follows on the same line takes its place; never on the line of a comment, which would swallow it.
  if (!last && (hasNext || index === 0 || (first && commentBetween))) return remove(element.start, end + blanksBehind);
  const blanksBefore = /[ \t\r\n]*$/.exec(text.slice(before, element.start))?.[0].length ?? 0;
  return remove(element.start - blanksBefore, end);
}

function remove(start: number, end: number): readonly TextEdit[] {
  return [{ start, end, newText: '' }];
}
