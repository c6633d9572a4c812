import { anyOf, apply, apply2, later, negated, notA, whole, withInt, withText, type Table } from '../arguments.ts';
import { equals, lessThan } from '../combine.ts';
import type { Evaluation } from '../evaluation.ts';
import { fold } from '../fold.ts';
import { conditionOf, filterItems, flatMapItems, isUnknown, listOf, member, setOf } from '../primitive.ts';
import { attrs, bool, eachOf, int, list, record, Thunk, unknown, type Attr, type ListItem, type Unknown, type Value } from '../value.ts';

/** Builtins about lists. Names, order and meaning: the Nix manual, "Built-in Functions". */
export const LISTS: Table = [
  ['map', 2, (ev, fn, xs) => mapped(listOf(xs), (x) => later(ev, fn, x))],
  ['filter', 2, (ev, test, xs) => filterItems(ev, test, listOf(xs), (x) => apply(ev, test, x.thunk))],
  ['concatLists', 1, (_, xss) => flatMapItems(listOf(xss), (xs) => xs.thunk.force())],
  ['concatMap', 2, (ev, fn, xs) => flatMapItems(listOf(xs), (x) => apply(ev, fn, x.thunk))],
  ['length', 1, (_, xs) => whole(xs, (items) => int(items.length))],
  ['head', 1, (_, xs) => head(xs)],
  ['tail', 1, (_, xs) => tail(xs)],
  ['elemAt', 2, (_, xs, n) => at(xs, n)],
  ['elem', 2, (_, x, xs) => contains(x, xs)],
  ['any', 2, (ev, test, xs) => some(ev, test, xs, true)],
  ['all', 2, (ev, test, xs) => some(ev, test, xs, false)],
  ["foldl'", 3, (ev, fn, start, xs) => fold(start.force(), xs, (acc, x) => apply2(ev, fn, Thunk.of(acc), x))],
  ['genList', 2, (ev, fn, n) => generated(ev, fn, n)],
  ['sort', 2, (ev, before, xs) => sorted(listOf(xs), (a, b) => apply2(ev, before, a.thunk, b.thunk))],
  ['partition', 2, (ev, test, xs) => partition(ev, test, xs)],
  ['groupBy', 2, (ev, fn, xs) => groupBy(ev, fn, xs)],
  ['genericClosure', 1, (ev, set) => closure(ev, set)],
];

export function mapped(value: ReturnType<typeof listOf>, change: (thunk: Thunk) => Thunk): Value {
  return list(
    value.items.map((each) => ({ thunk: change(each.thunk), conditions: each.conditions })),
    value.location,
    value.gaps.map((gap) => eachOf(gap, change)),
  );
}

/** The first item is known when nothing can stand before it; where a gap is is not known. */
function head(xs: Thunk): Value {
  return whole(xs, ([first]) => first?.force() ?? unknown('head of an empty list', xs.location));
}

function tail(xs: Thunk): Value {
  const { items, gaps, location } = listOf(xs);
  const [first] = items;
  if (gaps[0]) return gaps[0];
  if (!first) return unknown('tail of an empty list', xs.location);
  return first.conditions.length > 0 ? unknown('the list depends on a condition', xs.location) : list(items.slice(1), location);
}

function at(xs: Thunk, index: Thunk): Value {
  return withInt(index, (wanted) =>
    whole(xs, (items) => items[Number(wanted)]?.force() ?? unknown('the index is outside the list', index.location)),
  );
}

function contains(x: Thunk, xs: Thunk): Value {
  const wanted = x.force();
  const value = listOf(xs);
  let unclear = value.gaps[0] ?? null;
  for (const each of value.items) {
    const same = equals(wanted, each.thunk.force());
    if (same === true && each.conditions.length === 0) return bool(true);
    if (same !== false) unclear ??= unknown('the list is not known well enough', xs.location);
  }
  return unclear ?? bool(false);
}

/** `any` (looking for true) and `all` (looking for false): one sure find decides beside things that are not known. */
export function some(evaluation: Evaluation, test: Thunk, xs: Thunk, looking: boolean): Value {
  const value = listOf(xs);
  let unclear: Unknown | null = value.gaps[0] ?? null;
  for (const each of value.items) {
    const verdict = apply(evaluation, test, each.thunk);
    if (verdict.type !== 'bool') {
      if (verdict.type !== 'unknown' || verdict.thrown) return notA('a Boolean', verdict, each.thunk.location);
      unclear ??= verdict;
    } else if (verdict.value === looking) {
      if (each.conditions.length === 0) return bool(looking);
      unclear ??= unknown('the list depends on a condition', xs.location);
    }
  }
  return unclear ?? bool(!looking);
}

/** Longer lists are not made. */
export const MAX_LIST = 100_000n;

function generated(evaluation: Evaluation, fn: Thunk, n: Thunk): Value {
  return withInt(n, (count) => {
    if (count < 0n || count > MAX_LIST) return unknown('the list is too long', n.location);
    const items = Array.from({ length: Number(count) }, (_, index) => ({
      thunk: new Thunk(fn.location, () => apply(evaluation, fn, Thunk.of(int(index)))),
      conditions: [],
    }));
    return list(items, n.location);
  });
}

/** Sorted by what comes before what, conditions kept; when a comparison is not known the order is not, which a gap says. */
export function sorted(value: ReturnType<typeof listOf>, before: (a: ListItem, b: ListItem) => Value): Value {
  let unclear: Unknown | null = null;
  const less = (a: ListItem, b: ListItem): boolean => {
    if (unclear) return false;
    const verdict = before(a, b);
    if (verdict.type === 'bool') return verdict.value;
    unclear = notA('a Boolean', verdict, a.thunk.location);
    return false;
  };
  // Equal items keep their order, as in Nix.
  const items = [...value.items].sort((a, b) => (less(a, b) ? -1 : less(b, a) ? 1 : 0));
  return list(unclear ? value.items : items, value.location, unclear ? [...value.gaps, unclear] : value.gaps);
}

function partition(evaluation: Evaluation, test: Thunk, xs: Thunk): Value {
  const value = listOf(xs);
  const right: ListItem[] = [];
  const wrong: ListItem[] = [];
  for (const each of value.items) {
    const verdict = apply(evaluation, test, each.thunk);
    if (verdict.type === 'bool') (verdict.value ? right : wrong).push(each);
    else {
      const condition = conditionOf(evaluation, test);
      right.push({ thunk: each.thunk, conditions: [...each.conditions, condition] });
      wrong.push({ thunk: each.thunk, conditions: [...each.conditions, negated(condition)] });
    }
  }
  return record({ right: list(right, value.location, value.gaps), wrong: list(wrong, value.location, value.gaps) });
}

export function groupBy(evaluation: Evaluation, fn: Thunk, xs: Thunk): Value {
  const value = listOf(xs);
  const gaps = [...value.gaps];
  const groups = new Map<string, ListItem[]>();
  for (const each of value.items) {
    const name = withText(later(evaluation, fn, each.thunk), (text) => {
      groups.set(text, [...(groups.get(text) ?? []), each]);
      return bool(true);
    });
    if (isUnknown(name)) gaps.push(name);
  }
  const made = [...groups].map(([name, items]): readonly [string, Attr] => [
    name,
    {
      thunk: Thunk.of(list(items, value.location, gaps)),
      name: null,
      binding: null,
      conditions: anyOf(items.map((each) => each.conditions)),
    },
  ]);
  return attrs(new Map(made), value.location, gaps);
}

/** All that `operator` leads to from `startSet`, each `key` once. Ends with the steps there are. */
function closure(evaluation: Evaluation, argument: Thunk): Value {
  const set = setOf(argument);
  if (isUnknown(set)) return set;
  const start = member(set, 'startSet');
  const operator = Thunk.of(member(set, 'operator'));
  return whole(Thunk.of(start), (first) => {
    const queue = [...first];
    const keys: Value[] = [];
    const done: Thunk[] = [];
    for (const each of queue) {
      const inner = setOf(each);
      if (isUnknown(inner)) return inner;
      const key = member(inner, 'key');
      if (key.type === 'unknown') return key;
      const known = keys.map((other) => evaluation.deeper(each.location, () => sameKey(other, key)));
      const unclear = known.find((verdict) => verdict.type !== 'bool');
      if (unclear) return unclear;
      if (known.some((verdict) => verdict.type === 'bool' && verdict.value)) continue;
      keys.push(key);
      done.push(each);
      const next = whole(later(evaluation, operator, each), (more) => {
        queue.push(...more);
        return bool(true);
      });
      if (next.type !== 'bool') return next;
    }
    return list(done.map((thunk) => ({ thunk, conditions: [] })));
  });
}

function sameKey(a: Value, b: Value): Value {
  const less = lessThan(a, b);
  const more = lessThan(b, a);
  return less === null || more === null ? unknown('the keys do not compare', null) : bool(!less && !more);
}
