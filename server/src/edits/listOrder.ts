import type { Expr, ListExpr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import { elementKey } from './elements.ts';
import type { ElementText } from './entryText.ts';
import { commentsWithin, isFirstOnLine } from './lines.ts';

/** Where a new element goes: beside one of the elements that are there. */
export interface Placement {
  readonly anchor: number;
  readonly side: 'before' | 'after';
}

/** Half-open range of element indices; `compare` says how it is sorted, null when it is not. */
export interface Group {
  readonly from: number;
  readonly to: number;
  readonly compare: Compare | null;
}

type Compare = (a: string, b: string) => number;

const plain: Compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const ignoringCase: Compare = (a, b) => plain(a.toLowerCase(), b.toLowerCase());

/**
 * Where `element` belongs in a list that is not empty: at its sorted place when the list, or every group of it that comments and
 * blank lines set off, is sorted; else at the end.
 */
export function placeElement(source: NixSource, list: ListExpr, element: ElementText): Placement {
  const keys = list.elements.map(elementKey);
  const end: Placement = { anchor: list.elements.length - 1, side: 'after' };
  const groups = groupsOf(source, list).flatMap((group) => splitByForm(list.elements, keys, group));
  const several = groups.filter((group) => group.to - group.from > 1);
  if (several.length === 0 || several.some((group) => group.compare === null)) return end;
  const group = closest(groups, keys, list.elements, element);
  if (!group) return end;
  const compare = group.compare ?? several[0]?.compare ?? plain;
  for (let index = group.from; index < group.to; index++) {
    if (compare(keys[index] ?? '', element.key) <= 0) continue;
    return index === group.from ? { anchor: index, side: 'before' } : { anchor: index - 1, side: 'after' };
  }
  return { anchor: group.to - 1, side: 'after' };
}

/** How elements that go to the same place follow each other: sorted like the list, as far as it is. */
export function orderElements<T extends { readonly key: string }>(elements: readonly T[], list: ListExpr): readonly T[] {
  const compare = sortOrder(list.elements.map(elementKey));
  return compare ? elements.toSorted((a, b) => compare(a.key, b.key)) : elements;
}

/** The groups of a list that comments and blank lines set off, in order. */
export function groupsOf(source: NixSource, list: ListExpr): readonly Group[] {
  const keys = list.elements.map(elementKey);
  const groups: Group[] = [];
  let from = 0;
  for (let index = 1; index <= list.elements.length; index++) {
    const previous = list.elements[index - 1];
    const next = list.elements[index];
    if (previous && next && !setOff(source, previous.end, next.start)) continue;
    groups.push({ from, to: index, compare: sortOrder(keys.slice(from, index)) });
    from = index;
  }
  return groups;
}

/** A blank line, or a comment on a line of its own, lies between. */
function setOff(source: NixSource, start: number, end: number): boolean {
  const gap = source.text.slice(start, end);
  if (/\n[ \t\r]*\n/.test(gap)) return true;
  return commentsWithin(source, { start, end }).some((comment) => isFirstOnLine(source.text, comment.start));
}

/** A group of strings followed by sets (or the other way round), each sorted for itself, is two groups. */
function splitByForm(elements: readonly Expr[], keys: readonly (string | null)[], group: Group): readonly Group[] {
  if (group.compare) return [group];
  const runs: Group[] = [];
  let from = group.from;
  for (let index = group.from + 1; index <= group.to; index++) {
    if (index < group.to && elements[index]?.kind === elements[index - 1]?.kind) continue;
    runs.push({ from, to: index, compare: sortOrder(keys.slice(from, index)) });
    from = index;
  }
  return runs;
}

function sortOrder(keys: readonly (string | null)[]): Compare | null {
  for (const compare of [plain, ignoringCase]) {
    if (keys.every((key, index) => key !== null && (index === 0 || compare(keys[index - 1] ?? '', key) <= 0))) return compare;
  }
  return null;
}

/** The group whose elements share most leading directories with the new one; of equals, one of the same form, then the last. */
function closest(
  groups: readonly Group[],
  keys: readonly (string | null)[],
  elements: readonly Expr[],
  element: ElementText,
): Group | null {
  let best: Group | null = null;
  let bestScore = -1;
  for (const group of groups) {
    let shared = 0;
    let sameForm = 0;
    for (let index = group.from; index < group.to; index++) {
      const key = keys[index];
      if (typeof key === 'string') shared = Math.max(shared, sharedDirectories(key, element.key));
      if ((elements[index]?.kind === 'attrs') === (element.form === 'set')) sameForm = 1;
    }
    const score = shared * 2 + sameForm;
    if (score >= bestScore) {
      best = group;
      bestScore = score;
    }
  }
  return best;
}

function sharedDirectories(a: string, b: string): number {
  const left = a.split('/').slice(0, -1);
  const right = b.split('/').slice(0, -1);
  let count = 0;
  while (count < left.length && count < right.length && left[count] === right[count]) count++;
  return count;
}
