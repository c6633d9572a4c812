import type { Expr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { SourceRange } from '../syntax/source.ts';
import { comparablePath, elementKey } from './elements.ts';
import { commentsWithin, lineEnd, trailingEnd } from './lines.ts';
import { groupsOf } from './listOrder.ts';
import { removeElements } from './removeItems.ts';
import { findEntry, isEntryList } from './target.ts';
import { joinEdits, type EditProblem, type TextEdit } from './textEdit.ts';

/**
 * Edits that sort the list which holds the entry at `range`, within the groups that blank lines and comments set off, and take out what
 * is in it twice. A comment behind an element goes with it. Of two entries of one path the one that says more stays; where both say
 * something, both do.
 */
export function tidyList(source: NixSource, range: SourceRange): readonly TextEdit[] | EditProblem {
  const entry = findEntry(source, range);
  if ('problem' in entry) return entry;
  const { list } = entry;
  if (!isEntryList(entry)) return { problem: 'A function makes entries of this list; its order may matter there.' };
  const keys = list.elements.map(elementKey);
  if (keys.includes(null)) return { problem: "The list holds expressions, so that its order can't be told." };
  const gone = duplicates(source, list.elements, keys);
  const edits: TextEdit[] = [...removeElements(source, list, gone)];
  for (const { from, to } of groupsOf(source, list)) {
    const slots = list.elements.flatMap((element, index) =>
      index < from || index >= to || gone.includes(index) ? [] : [{ element, index }],
    );
    const chunks = slots.map(({ element, index }) => chunkOf(source, element, list.elements[index + 1]?.start ?? list.end - 1));
    const order = slots
      .map(({ index }, position) => ({ key: keys[index] ?? '', position }))
      .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.position - b.position));
    if (order.every(({ position }, place) => position === place)) continue;
    // A comment up to the line's end would swallow what follows it in its new place.
    if (chunks.some(({ between }) => between) || (chunks.some(({ comment }) => comment) && chunks.some(({ alone }) => !alone)))
      return { problem: 'Comments in the list would lose their place; sort it by hand.' };
    for (const [place, { position }] of order.entries()) {
      const slot = chunks[place];
      const chunk = chunks[position];
      if (slot && chunk && slot !== chunk)
        edits.push({ start: slot.start, end: slot.end, newText: source.text.slice(chunk.start, chunk.end) });
    }
  }
  return joinEdits(edits) ?? { problem: 'The list would have to change at one place in two ways; sort it by hand.' };
}

/** Indices of elements that say nothing that another of the same path does not. */
function duplicates(source: NixSource, elements: readonly Expr[], keys: readonly (string | null)[]): readonly number[] {
  const gone: number[] = [];
  const kept = new Map<string, number>();
  for (const [index, key] of keys.entries()) {
    const path = comparablePath(key ?? '');
    const other = kept.get(path);
    if (other === undefined) kept.set(path, index);
    else if (says(elements[index]) === 0 || sameText(source, elements[index], elements[other])) gone.push(index);
    else if (says(elements[other]) === 0) {
      gone.push(other);
      kept.set(path, index);
    }
  }
  return gone;
}

/** How many attributes besides its path. */
function says(element: Expr | undefined): number {
  const inner = element?.kind === 'paren' ? element.inner : element;
  return inner?.kind === 'attrs' ? inner.bindings.length - 1 : 0;
}

function sameText({ text }: NixSource, a: Expr | undefined, b: Expr | undefined): boolean {
  const words = (expr: Expr | undefined): string => (expr ? text.slice(expr.start, expr.end).replace(/\s+/g, ' ') : '');
  return words(a) === words(b);
}

interface Chunk extends SourceRange {
  /** Nothing follows on its line. */
  readonly alone: boolean;
  /** It has a comment behind it, which is part of it. */
  readonly comment: boolean;
  /** Another comment stands before what follows on the line. */
  readonly between: boolean;
}

function chunkOf(source: NixSource, element: Expr, limit: number): Chunk {
  const end = trailingEnd(source, element.end, limit);
  const next = lineEnd(source.text, end);
  const between = commentsWithin(source, { start: end, end: limit }).some((comment) => comment.start < next);
  return { start: element.start, end, alone: source.text.slice(end, next).trim() === '', comment: end > element.end, between };
}
