import type { AttrsExpr, ListExpr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { SourceRange } from '../syntax/source.ts';
import { openBrace } from './bindingInsert.ts';
import { commentsWithin, endsLine, isFirstOnLine, lineEnd, lineStart, trailingEnd } from './lines.ts';
import type { TextEdit } from './textEdit.ts';

/** What stands between two brackets: list elements, or bindings. */
interface Items {
  /** Behind the opening bracket and before the closing one. */
  readonly inside: SourceRange;
  readonly items: readonly SourceRange[];
}

/**
 * Edits that take elements out of a literal list: each with its line when it has one for itself, and with the comment behind it on that
 * line. Comments on lines of their own stay; a list that is left with nothing at all closes up.
 */
export function removeElements(source: NixSource, list: ListExpr, indices: readonly number[]): readonly TextEdit[] {
  return removeItems(source, { inside: { start: list.start + 1, end: list.end - 1 }, items: list.elements }, indices);
}

/** The same for bindings of a set. */
export function removeBindings(source: NixSource, set: AttrsExpr, indices: readonly number[]): readonly TextEdit[] {
  return removeItems(source, { inside: { start: openBrace(source, set), end: set.end - 1 }, items: set.bindings }, indices);
}

function removeItems(source: NixSource, { inside, items }: Items, indices: readonly number[]): readonly TextEdit[] {
  const gone = [...new Set(indices)].filter((index) => items[index] !== undefined).toSorted((a, b) => a - b);
  if (gone.length === 0) return [];
  const runs: { from: number; to: number }[] = [];
  for (const index of gone) {
    const last = runs.at(-1);
    if (last && last.to === index - 1 && shareLine(source, items[index - 1], items[index])) last.to = index;
    else runs.push({ from: index, to: index });
  }
  const edits = runs.map(({ from, to }) => removeRun(source, { inside, items }, from, to));
  const own = commentsWithin(source, inside).filter(
    (comment) => !edits.some(({ start, end }) => start <= comment.start && comment.end <= end),
  );
  if (gone.length === items.length && own.length === 0) {
    // As formatters have it: a blank, where the brackets did not stand close.
    const lead = source.text.slice(inside.start, items[0]?.start);
    return [{ ...inside, newText: lead.includes('\n') ? ' ' : lead }];
  }
  return united(closeUp(source, { inside, items }, gone, edits));
}

/** When the last items go and the bracket stood behind them, it stands behind the last that stays. */
function closeUp(source: NixSource, { inside, items }: Items, gone: readonly number[], edits: readonly TextEdit[]): readonly TextEdit[] {
  const kept = items.findLastIndex((_, index) => !gone.includes(index));
  const last = items.at(-1);
  if (kept < 0 || !last || kept === items.length - 1 || source.text.slice(last.end, inside.end).includes('\n')) return edits;
  const from = items[kept]?.end ?? inside.start;
  const tail: TextEdit = { start: from, end: last.end, newText: '' };
  return commentsWithin(source, { start: from, end: inside.end }).length > 0 ? edits : [...edits.filter(({ start }) => start < from), tail];
}

/** Removals that overlap (the blanks between two items go with either) as one. */
function united(removals: readonly TextEdit[]): readonly TextEdit[] {
  const out: TextEdit[] = [];
  for (const removal of removals) {
    const last = out.at(-1);
    if (last && removal.start <= last.end) out[out.length - 1] = { ...last, end: Math.max(last.end, removal.end) };
    else out.push(removal);
  }
  return out;
}

/** Nothing but blanks stands between two items on one line. */
function shareLine({ text }: NixSource, previous: SourceRange | undefined, next: SourceRange | undefined): boolean {
  return previous !== undefined && next !== undefined && /^[ \t]*$/.test(text.slice(previous.end, next.start));
}

function removeRun(source: NixSource, { inside, items }: Items, from: number, to: number): TextEdit {
  const { text } = source;
  const start = items[from]?.start ?? inside.start;
  const before = items[from - 1]?.end ?? inside.start;
  const limit = items[to + 1]?.start ?? inside.end;
  const end = trailingEnd(source, items[to]?.end ?? limit, limit);
  const first = isFirstOnLine(text, start);
  const last = endsLine(text, end);
  if (first && last) return wholeLines(text, inside, start, end);
  const blanksBehind = /^[ \t]*/.exec(text.slice(end, limit))?.[0].length ?? 0;
  const commentBetween = commentsWithin(source, { start: before, end: start }).length > 0;
  const hasNext = to + 1 < items.length;
  // What follows on the same line takes its place; never on the line of a comment, which would swallow it.
  if (!last && (hasNext || from === 0 || (first && commentBetween))) return { start, end: end + blanksBehind, newText: '' };
  const blanksBefore = /[ \t\r\n]*$/.exec(text.slice(before, start))?.[0].length ?? 0;
  return { start: start - blanksBefore, end, newText: '' };
}

/** With the blank line on one side, where two blank lines would be left, or one beside a bracket. */
function wholeLines(text: string, inside: SourceRange, from: number, to: number): TextEdit {
  const start = lineStart(text, from);
  const newline = text.indexOf('\n', lineEnd(text, to));
  const end = newline < 0 ? text.length : newline + 1;
  const above = /(?<=^|\n)[ \t]*\r?\n$/.exec(text.slice(inside.start, start))?.[0].length ?? 0;
  const below = /^[ \t]*\r?\n/.exec(text.slice(end, inside.end))?.[0].length ?? 0;
  const atTop = text.slice(inside.start, start).trim() === '';
  const atBottom = text.slice(end, inside.end).trim() === '';
  if (below > 0 && (above > 0 || atTop)) return { start, end: end + below, newText: '' };
  return { start: atBottom && !atTop ? start - above : start, end, newText: '' };
}
