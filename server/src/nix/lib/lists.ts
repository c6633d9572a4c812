import { apply, apply2, later, notA, whole, withInt, withText, type Table } from '../arguments.ts';
import { MAX_LIST, mapped, sorted } from '../builtins/lists.ts';
import { equals, lessThan } from '../combine.ts';
import type { Evaluation } from '../evaluation.ts';
import { fold } from '../fold.ts';
import { withOriginsOf } from '../origins.ts';
import { filterItems, flatMapItems, listOf } from '../primitive.ts';
import { bool, int, item, list, record, string, Thunk, unknown, type ListItem, type Value } from '../value.ts';
import { optionally } from './conditions.ts';

/** nixpkgs lib/lists.nix. */
export const LISTS: Table = [
  ['optional', 2, (ev, condition, x) => optionally(ev, condition, Thunk.of(single(x)), list([]))],
  ['optionals', 2, (ev, condition, xs) => optionally(ev, condition, xs, list([]))],
  ['singleton', 1, (_, x) => single(x)],
  ['flatten', 1, (ev, x) => flatten(ev, x, 0)],
  ['unique', 1, (_, xs) => unique(xs)],
  ['uniqueStrings', 1, (_, xs) => sorted(listOf(Thunk.of(unique(xs))), (a, b) => before(a.thunk, b.thunk))],
  ['toList', 1, (_, x) => toList(x)],
  ['forEach', 2, (ev, xs, fn) => mapped(listOf(xs), (x) => later(ev, fn, x))],
  ['imap0', 2, (ev, fn, xs) => imap(ev, fn, xs, 0)],
  ['imap1', 2, (ev, fn, xs) => imap(ev, fn, xs, 1)],
  ['remove', 2, (ev, x, xs) => without(ev, xs, (each) => equals(each.force(), x.force()), x)],
  ['subtractLists', 2, (ev, drop, xs) => whole(drop, (out) => without(ev, xs, (each) => oneOf(each, out), drop))],
  ['intersectLists', 2, (ev, keep, xs) => whole(keep, (wanted) => within(ev, xs, wanted, keep))],
  ['mutuallyExclusive', 2, (_, a, b) => whole(a, (left) => whole(b, (right) => exclusive(left, right, b)))],
  ['last', 1, (_, xs) => whole(xs, (items) => items.at(-1)?.force() ?? unknown('last of an empty list', xs.location))],
  [
    'init',
    1,
    (_, xs) => whole(xs, (items) => (items.length > 0 ? ofThunks(items.slice(0, -1), xs) : unknown('init of an empty list', xs.location))),
  ],
  ['take', 2, (_, n, xs) => withInt(n, (count) => cut(xs, 0, Number(count)))],
  ['drop', 2, (_, n, xs) => withInt(n, (count) => cut(xs, Number(count), Infinity))],
  ['takeEnd', 2, (_, n, xs) => withInt(n, (count) => whole(xs, (items) => cut(xs, items.length - Number(count), Infinity)))],
  ['dropEnd', 2, (_, n, xs) => withInt(n, (count) => whole(xs, (items) => cut(xs, 0, items.length - Number(count))))],
  ['sublist', 3, (_, start, n, xs) => withInt(start, (from) => withInt(n, (count) => cut(xs, Number(from), Number(from) + Number(count))))],
  ['range', 2, (_, from, to) => withInt(from, (first) => withInt(to, (final) => range(first, final, from)))],
  ['replicate', 2, (_, n, x) => withInt(n, (count) => replicate(count, x))],
  ['reverseList', 1, (_, xs) => reversed(xs)],
  [
    'intersperse',
    2,
    (_, between, xs) =>
      whole(xs, (items) =>
        ofThunks(
          items.flatMap((x, i) => (i > 0 ? [between, x] : [x])),
          xs,
        ),
      ),
  ],
  ['foldr', 3, (ev, fn, start, xs) => fold(start.force(), Thunk.of(reversed(xs)), (acc, x) => apply2(ev, fn, x, Thunk.of(acc)))],
  ['fold', 3, (ev, fn, start, xs) => fold(start.force(), Thunk.of(reversed(xs)), (acc, x) => apply2(ev, fn, x, Thunk.of(acc)))],
  ['foldl', 3, (ev, fn, start, xs) => fold(start.force(), xs, (acc, x) => apply2(ev, fn, Thunk.of(acc), x))],
  ['findFirst', 3, (ev, test, otherwise, xs) => find(ev, test, xs, (x) => x.force(), otherwise)],
  ['findSingle', 4, (ev, test, none, several, xs) => whole(xs, (items) => findSingle(ev, test, none, several, items))],
  ['findFirstIndex', 3, (ev, test, otherwise, xs) => find(ev, test, xs, (_, index) => int(index), otherwise)],
  [
    'count',
    2,
    (ev, test, xs) => whole(Thunk.of(filterItems(ev, test, listOf(xs), (x) => apply(ev, test, x.thunk))), (items) => int(items.length)),
  ],
  ['zipListsWith', 3, (ev, fn, a, b) => zip(a, b, (x, y) => apply2(ev, fn, x, y))],
  ['zipLists', 2, (_, a, b) => zip(a, b, (fst, snd) => record({ fst, snd }))],
  ['sortOn', 2, (ev, fn, xs) => sortOn(ev, fn, xs)],
  ['naturalSort', 1, (_, xs) => naturalSort(xs)],
  ['crossLists', 2, (ev, fn, xss) => crossed(ev, fn, xss)],
  ['ifilter0', 2, (ev, test, xs) => whole(xs, (items) => indexFilter(ev, test, items, xs))],
  ['commonPrefix', 2, (_, a, b) => whole(a, (left) => whole(b, (right) => sharedStart(left, right, a)))],
  ['compareLists', 3, (ev, order, a, b) => whole(a, (left) => whole(b, (right) => compared(ev, order, left, right)))],
  ['replaceElemAt', 3, (_, xs, n, x) => withInt(n, (index) => whole(xs, (items) => replacedAt(items, Number(index), x, xs)))],
  ['imap', 2, (ev, fn, xs) => imap(ev, fn, xs, 1)],
  ['allUnique', 1, (_, xs) => whole(xs, (items) => whole(Thunk.of(unique(xs)), (kept) => bool(kept.length === items.length)))],
];

function single(x: Thunk): Value {
  return list([{ thunk: x, conditions: [] }], x.location);
}

function toList(x: Thunk): Value {
  const value = x.force();
  return value.type === 'list' || value.type === 'unknown' ? value : single(x);
}

function ofThunks(thunks: readonly Thunk[], at: Thunk): Value {
  return list(
    thunks.map((thunk) => ({ thunk, conditions: [] })),
    at.location,
  );
}

function flatten(evaluation: Evaluation, thunk: Thunk, depth: number): Value {
  return evaluation.deeper(thunk.location, () => evaluation.afford(flattened(evaluation, thunk, depth), thunk.location));
}

function flattened(evaluation: Evaluation, thunk: Thunk, depth: number): Value {
  const value = thunk.force();
  if (value.type !== 'list') return value.type === 'unknown' ? value : single(thunk);
  if (depth > 50) return unknown('the list is nested too deeply', thunk.location);
  return flatMapItems(value, (each) => flatten(evaluation, each.thunk, depth + 1));
}

/** Longer lists are not compared item by item. */
const MAX_UNIQUE = 2000;

function unique(xs: Thunk): Value {
  const value = listOf(xs);
  if (value.items.length > MAX_UNIQUE) return unknown('the list is too long', xs.location);
  const kept: ListItem[] = [];
  for (const each of value.items) {
    const twin = kept.findIndex((other) => other.conditions.length === 0 && equals(other.thunk.force(), each.thunk.force()) === true);
    const first = kept[twin];
    if (first) kept[twin] = { ...first, thunk: Thunk.of(withOriginsOf(first.thunk.force(), each.thunk.force(), each.conditions)) };
    else kept.push(each);
  }
  return list(kept, value.location, value.gaps);
}

function imap(evaluation: Evaluation, fn: Thunk, xs: Thunk, first: number): Value {
  return whole(xs, (items) =>
    ofThunks(
      items.map((x, index) => later(evaluation, Thunk.of(apply(evaluation, fn, Thunk.of(int(index + first)))), x)),
      xs,
    ),
  );
}

/** Items of which `test` does not say that they go; a null is undecided. */
function without(evaluation: Evaluation, xs: Thunk, test: (each: Thunk) => boolean | null, named: Thunk): Value {
  return filterItems(evaluation, named, listOf(xs), ({ thunk }) => {
    const goes = test(thunk);
    return goes === null ? unknown('it is not known well enough', thunk.location) : bool(!goes);
  });
}

function within(evaluation: Evaluation, xs: Thunk, wanted: readonly Thunk[], named: Thunk): Value {
  return without(evaluation, xs, (each) => not(oneOf(each, wanted)), named);
}

function not(verdict: boolean | null): boolean | null {
  return verdict === null ? null : !verdict;
}

function oneOf(x: Thunk, xs: readonly Thunk[]): boolean | null {
  const verdicts = xs.map((each) => equals(x.force(), each.force()));
  if (verdicts.includes(true)) return true;
  return verdicts.includes(null) ? null : false;
}

function exclusive(left: readonly Thunk[], right: readonly Thunk[], at: Thunk): Value {
  const verdicts = left.map((x) => oneOf(x, right));
  if (verdicts.includes(true)) return bool(false);
  return verdicts.includes(null) ? unknown('the lists are not known well enough', at.location) : bool(true);
}

function cut(xs: Thunk, from: number, to: number): Value {
  return whole(xs, (items) => ofThunks(items.slice(Math.max(0, from), Math.max(0, to)), xs));
}

function range(first: bigint, final: bigint, at: Thunk): Value {
  if (final - first > MAX_LIST) return unknown('the list is too long', at.location);
  const count = Math.max(0, Number(final - first) + 1);
  return list(
    Array.from({ length: count }, (_, index) => item(int(first + BigInt(index)))),
    at.location,
  );
}

function replicate(count: bigint, x: Thunk): Value {
  if (count > MAX_LIST) return unknown('the list is too long', x.location);
  return ofThunks(
    Array.from({ length: Math.max(0, Number(count)) }, () => x),
    x,
  );
}

function reversed(xs: Thunk): Value {
  const value = listOf(xs);
  return list(value.items.toReversed(), value.location, value.gaps);
}

function find(evaluation: Evaluation, test: Thunk, xs: Thunk, use: (x: Thunk, index: number) => Value, otherwise: Thunk): Value {
  return whole(xs, (items) => {
    for (const [index, x] of items.entries()) {
      const verdict = apply(evaluation, test, x);
      if (verdict.type !== 'bool') return notA('a Boolean', verdict, x.location);
      if (verdict.value) return use(x, index);
    }
    return otherwise.force();
  });
}

function findSingle(evaluation: Evaluation, test: Thunk, none: Thunk, several: Thunk, xs: readonly Thunk[]): Value {
  const found: Thunk[] = [];
  for (const x of xs) {
    const verdict = apply(evaluation, test, x);
    if (verdict.type !== 'bool') return notA('a Boolean', verdict, x.location);
    if (verdict.value) found.push(x);
  }
  const [first] = found;
  return (first === undefined ? none : found.length > 1 ? several : first).force();
}

function zip(a: Thunk, b: Thunk, join: (x: Thunk, y: Thunk) => Value): Value {
  return whole(a, (left) =>
    whole(b, (right) =>
      ofThunks(
        left.slice(0, right.length).map((x, index) => {
          const y = right[index] as Thunk;
          return new Thunk(x.location, () => join(x, y));
        }),
        a,
      ),
    ),
  );
}

function before(a: Thunk, b: Thunk): Value {
  const less = lessThan(a.force(), b.force());
  return less === null ? unknown('the items do not compare', a.location) : bool(less);
}

function sortOn(evaluation: Evaluation, fn: Thunk, xs: Thunk): Value {
  const keys = new Map(listOf(xs).items.map((each) => [each.thunk, later(evaluation, fn, each.thunk)]));
  return sorted(listOf(xs), (a, b) => before(keys.get(a.thunk) ?? a.thunk, keys.get(b.thunk) ?? b.thunk));
}

/** Numbers in texts by their size. */
function naturalSort(xs: Thunk): Value {
  return sorted(listOf(xs), (a, b) => withText(a.thunk, (left) => withText(b.thunk, (right) => before(pieces(left), pieces(right)))));
}

function pieces(text: string): Thunk {
  const found = text.match(/\d+|\D+/g) ?? [];
  return Thunk.of(list(found.map((part) => item(/^\d/.test(part) ? int(BigInt(part)) : string(part, null)))));
}

/** Each function of a list applied to each value of the next one, from the left. */
function crossed(evaluation: Evaluation, fn: Thunk, xss: Thunk): Value {
  return fold(list([{ thunk: fn, conditions: [] }]), xss, (fns, xs) => {
    const values = listOf(xs);
    const made = flatMapItems(listOf(Thunk.of(fns)), (each) => mapped(values, (x) => later(evaluation, each.thunk, x)));
    return made.type === 'list' && made.items.length > MAX_LIST ? unknown('the list is too long', xs.location) : made;
  });
}

function indexFilter(evaluation: Evaluation, test: Thunk, items: readonly Thunk[], xs: Thunk): Value {
  const kept: Thunk[] = [];
  for (const [index, each] of items.entries()) {
    const verdict = apply2(evaluation, test, Thunk.of(int(index)), each);
    if (verdict.type !== 'bool') return notA('a Boolean', verdict, each.location);
    if (verdict.value) kept.push(each);
  }
  return ofThunks(kept, xs);
}

function sharedStart(left: readonly Thunk[], right: readonly Thunk[], at: Thunk): Value {
  for (const [index, each] of left.entries()) {
    const other = right[index];
    const same = other ? equals(each.force(), other.force()) : false;
    if (same === null) return unknown('the lists are not known well enough', at.location);
    if (!same) return ofThunks(left.slice(0, index), at);
  }
  return ofThunks(left, at);
}

/** By the first items that the order tells apart; a list that begins another comes first. */
function compared(evaluation: Evaluation, order: Thunk, left: readonly Thunk[], right: readonly Thunk[]): Value {
  for (const [index, each] of left.entries()) {
    const other = right[index];
    if (!other) return int(1);
    const verdict = apply2(evaluation, order, each, other);
    if (verdict.type !== 'int' || verdict.value !== 0n) return verdict;
  }
  return int(left.length < right.length ? -1 : 0);
}

function replacedAt(items: readonly Thunk[], index: number, x: Thunk, xs: Thunk): Value {
  if (index < 0 || index >= items.length) return unknown('the index is outside the list', xs.location);
  return ofThunks(items.with(index, x), xs);
}
