import type { NixSource } from '../syntax/nixSource.ts';
import type { SourceRange } from '../syntax/source.ts';

/** Offset of the first character of the line that holds `offset`. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset of the line's end, before LF or CR LF. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  if (newline < 0) return text.length;
  return newline > offset && text.charAt(newline - 1) === '\r' ? newline - 1 : newline;
}

/** The blanks that the line of `offset` begins with. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? '';
}

/** Nothing but blanks stands before `offset` on its line. */
export function isFirstOnLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset));
}

/** Blanks that bring a new line to the column of `offset`. */
export function columnIndent(text: string, offset: number): string {
  return text.slice(lineStart(text, offset), offset).replace(/[^\t]/g, ' ');
}

/** Nothing but blanks stands after `offset` on its line. */
export function endsLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(offset, lineEnd(text, offset)));
}

/** The comments that lie inside a range, in order. */
export function commentsWithin(source: NixSource, range: SourceRange): readonly SourceRange[] {
  let index = firstFrom(source.comments, range.start);
  const found: SourceRange[] = [];
  for (let comment = source.comments[index]; comment && comment.end <= range.end; comment = source.comments[++index]) found.push(comment);
  return found;
}

/** Where what stands at `offset` really ends: after the comments that follow it on the same line, but never beyond `limit`. */
export function trailingEnd(source: NixSource, offset: number, limit: number): number {
  let end = offset;
  for (let index = firstFrom(source.comments, offset); ; index++) {
    const comment = source.comments[index];
    if (!comment || comment.end > limit || !/^[ \t]*$/.test(source.text.slice(end, comment.start))) return end;
    end = comment.end;
  }
}

function firstFrom(comments: readonly SourceRange[], offset: number): number {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((comments[mid]?.start ?? 0) < offset) low = mid + 1;
    else high = mid;
  }
  return low;
}

/** What stands at a range, for a message: on one line, its end left out beyond sixty characters. */
export function excerpt(text: string, { start, end }: SourceRange): string {
  const line = text.slice(start, end).replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
