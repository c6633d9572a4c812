import type { SourceRange } from './source.ts';

/** The range of the old text outside of which both texts are the same. */
export function changeBetween(before: string, after: string): SourceRange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let end = 0;
  while (end < shorter - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end++;
  return { start, end: before.length - end };
}

/** Where a place of one text is in another that differs in one stretch; null when the place is inside that stretch. */
export function mapOffset(from: string, to: string, offset: number): number | null {
  if (from === to) return offset;
  const change = changeBetween(from, to);
  if (offset <= change.start) return offset;
  return offset >= change.end ? offset + to.length - from.length : null;
}
