import type { Location } from '../syntax/source.ts';
import {
  attrs,
  bool,
  fewGaps,
  list,
  unknown,
  Thunk,
  type Alternative,
  type Attr,
  type AttrSet,
  type ConditionText,
  type ListItem,
  type Unknown,
  type Value,
} from './value.ts';

/** The value of an attribute for somebody who needs exactly one: under an undecided condition there is none. */
export function certain(attr: Attr): Value {
  const [condition] = attr.conditions;
  return condition ? unknown(`it depends on ${condition.text}`, condition.location) : attr.thunk.force();
}

/**
 * What `if C then a else b` is worth when C can't be decided: lists and sets keep their parts, each under its condition;
 * anything else is unknown unless both are the same, with what it may be. `expected` is what the condition is worth unless somebody says
 * otherwise.
 */
export function either(
  whenTrue: Value,
  whenFalse: Value,
  condition: ConditionText,
  negated: ConditionText,
  expected: boolean | null = null,
): Value {
  if (whenTrue === whenFalse) return whenTrue;
  // `optionals condition { … }`: the list of the other case is never looked into where a set is wanted.
  if (whenTrue.type === 'attrs' && isEmptyList(whenFalse)) return either(whenTrue, EMPTY_SET, condition, negated, expected);
  if (whenTrue.type === 'list' || whenFalse.type === 'list') {
    return list(
      [...under(listItems(whenTrue), condition), ...under(listItems(whenFalse), negated)],
      whenTrue.type === 'list' ? whenTrue.location : null,
      [...listGaps(whenTrue), ...listGaps(whenFalse)],
    );
  }
  if (whenTrue.type === 'attrs' && whenFalse.type === 'attrs') {
    const map = new Map<string, Attr>();
    for (const name of new Set([...whenTrue.attrs.names(), ...whenFalse.attrs.names()])) {
      const a = whenTrue.attrs.get(name);
      const b = whenFalse.attrs.get(name);
      if (a && b && (a === b || (a.thunk === b.thunk && isSure(a) && isSure(b)))) map.set(name, a);
      else if (a && b)
        map.set(name, { ...a, thunk: new Thunk(a.thunk.location, () => either(certain(a), certain(b), condition, negated)) });
      else if (a) map.set(name, { ...a, conditions: [condition, ...a.conditions] });
      else if (b) map.set(name, { ...b, conditions: [negated, ...b.conditions] });
    }
    return attrs(map, whenTrue.location, [...whenTrue.attrs.gaps, ...whenFalse.attrs.gaps]);
  }
  if (equals(whenTrue, whenFalse) === true) return whenTrue;
  return oneOf(
    [
      ...(expected === false ? [] : alternativesUnder(whenTrue, condition)),
      ...(expected === true ? [] : alternativesUnder(whenFalse, negated)),
    ],
    condition.location,
  );
}

const EMPTY_SET = attrs(new Map());

function isEmptyList(value: Value): boolean {
  return value.type === 'list' && value.items.length === 0 && value.gaps.length === 0;
}

function isSure({ conditions }: Attr): boolean {
  return conditions.length === 0;
}

/** More values at once than these are not told apart. */
const MAX_ALTERNATIVES = 8;

/** Unknown, because one of several values under undecided conditions; just unknown when they are too many or not worth telling. */
export function oneOf(alternatives: readonly Alternative[], location: Location | null): Unknown {
  const first = alternatives[0]?.conditions[0];
  const none = unknown(`it depends on ${first?.text ?? 'a condition'}`, first?.location ?? location);
  const useful =
    alternatives.length <= MAX_ALTERNATIVES && alternatives.every(({ value }) => value.type === 'string' || value.type === 'path');
  return useful ? { ...none, alternatives } : none;
}

/** What a value may be, with when: itself always, where it is known. */
export function alternativesOf(value: Value): readonly Alternative[] {
  return value.type === 'unknown' && value.alternatives ? value.alternatives : [{ value, conditions: [] }];
}

function alternativesUnder(value: Value, condition: ConditionText): readonly Alternative[] {
  return alternativesOf(value).map((each) => ({ value: each.value, conditions: [condition, ...each.conditions] }));
}

function listItems(value: Value): readonly ListItem[] {
  return value.type === 'list' ? value.items : [];
}

function listGaps(value: Value): readonly Unknown[] {
  if (value.type === 'list') return value.gaps;
  return value.type === 'unknown' ? [value] : [];
}

function under(items: readonly ListItem[], condition: ConditionText): readonly ListItem[] {
  return items.map((each) => ({ thunk: each.thunk, conditions: [condition, ...each.conditions] }));
}

/** `left ++ right`; an unknown side leaves a gap in what the other side gives. */
export function concat(left: Value, right: Value): Value {
  if (left.type === 'unknown' && right.type === 'unknown') return left;
  if ((left.type !== 'list' && left.type !== 'unknown') || (right.type !== 'list' && right.type !== 'unknown'))
    return unknown('++ needs two lists', 'location' in left ? left.location : null);
  return list([...listItems(left), ...listItems(right)], left.type === 'list' ? left.location : null, [
    ...listGaps(left),
    ...listGaps(right),
  ]);
}

/** `left // right`. What an unknown right side may replace is there under a condition only. */
export function update(left: Value, right: Value): Value {
  if (left.type === 'unknown' && right.type === 'unknown') return left;
  if (right.type === 'unknown' && left.type === 'attrs') return { ...left, attrs: overshadowed(left.attrs, right) };
  if (left.type === 'unknown' && right.type === 'attrs') return { ...right, attrs: withGaps(right.attrs, [left]) };
  if (left.type !== 'attrs' || right.type !== 'attrs') return unknown('// needs two sets', 'location' in left ? left.location : null);
  const under = stackOf(left.attrs) < MAX_STACK ? left.attrs : flat(left.attrs);
  const over = stackOf(right.attrs) < MAX_STACK ? right.attrs : flat(right.attrs);
  const base = over.gaps.length > 0 ? overshadowed(under, over.gaps[0] as Unknown) : under;
  const stacked: Stacked = {
    stack: Math.max(stackOf(under), stackOf(over)) + 1,
    get(name) {
      const winner = over.get(name);
      if (!winner) return base.get(name);
      const [condition] = winner.conditions;
      const loser = condition ? base.get(name) : undefined;
      if (!condition || !loser) return winner;
      const undecided = unknown(`it depends on ${condition.text}`, condition.location);
      return { ...winner, conditions: [], thunk: Thunk.of(undecided) };
    },
    names: () => [...new Set([...base.names(), ...over.names()])],
    gaps: fewGaps([...under.gaps, ...over.gaps]),
  };
  return { type: 'attrs', location: left.location, attrs: stacked };
}

/** The answer of `//` asks its two sides; how many such answers stand on each other is counted, since the stack has to hold them. */
interface Stacked extends AttrSet {
  readonly stack: number;
}

const MAX_STACK = 100;

function stackOf(set: AttrSet): number {
  return 'stack' in set && typeof set.stack === 'number' ? set.stack : 0;
}

function flat(set: AttrSet): AttrSet {
  const map = new Map<string, Attr>();
  for (const name of set.names()) {
    const found = set.get(name);
    if (found) map.set(name, found);
  }
  return attrs(map, null, set.gaps).attrs;
}

export function withGaps(set: AttrSet, gaps: readonly Unknown[]): AttrSet {
  return { get: (name) => set.get(name), names: () => set.names(), gaps: [...set.gaps, ...gaps] };
}

function overshadowed(set: AttrSet, by: Unknown): AttrSet {
  // Libraries are extended with those of inputs (`nixpkgs.lib // home-manager.lib`): these add names, they replace none of the author's.
  if (by.external) return withGaps(set, [by]);
  return {
    get(name) {
      const found = set.get(name);
      if (!found || !by.location) return found;
      return { ...found, conditions: [...found.conditions, { text: `not replaced: ${by.reason}`, location: by.location }] };
    },
    names: () => set.names(),
    gaps: [...set.gaps, by],
  };
}

/** How much two values may hold for them to be compared. */
interface Patience {
  readonly depth: number;
  readonly left: { comparisons: number };
}

/** Nix `==`; null when it can't be told. Functions are never equal. */
export function equals(a: Value, b: Value, patience: Patience = { depth: 50, left: { comparisons: 100_000 } }): boolean | null {
  if (a.type === 'unknown' || b.type === 'unknown' || patience.depth < 0 || patience.left.comparisons-- <= 0) return null;
  const inner = { ...patience, depth: patience.depth - 1 };
  if (a.type === 'int' && b.type === 'float') return Number(a.value) === b.value;
  if (a.type === 'float' && b.type === 'int') return a.value === Number(b.value);
  switch (a.type) {
    case 'null':
      return b.type === 'null';
    case 'bool':
      return b.type === 'bool' && a.value === b.value;
    case 'int':
      return b.type === 'int' && a.value === b.value;
    case 'float':
      return b.type === 'float' && a.value === b.value;
    case 'string':
      return b.type === 'string' && a.value === b.value;
    case 'path':
      return b.type === 'path' && a.path === b.path;
    case 'function':
      return false;
    case 'list': {
      if (b.type !== 'list') return false;
      if (!isComplete(a) || !isComplete(b)) return null;
      if (a.items.length !== b.items.length) return false;
      return all(a.items.map((each, index) => () => equals(each.thunk.force(), (b.items[index] as ListItem).thunk.force(), inner)));
    }
    case 'attrs': {
      if (b.type !== 'attrs') return false;
      const names = a.attrs.names();
      if (a.attrs.gaps.length > 0 || b.attrs.gaps.length > 0) return null;
      if (names.length !== b.attrs.names().length || names.some((name) => !b.attrs.get(name))) return false;
      return all(names.map((name) => () => equals(certain(a.attrs.get(name) as Attr), certain(b.attrs.get(name) as Attr), inner)));
    }
  }
}

/** Every item is there for sure and no further one can be. */
export function isComplete(value: { readonly items: readonly ListItem[]; readonly gaps: readonly Unknown[] }): boolean {
  return value.gaps.length === 0 && value.items.every((each) => each.conditions.length === 0);
}

function all(tests: readonly (() => boolean | null)[]): boolean | null {
  let result: boolean | null = true;
  for (const test of tests) {
    const one = test();
    if (one === false) return false;
    if (one === null) result = null;
  }
  return result;
}

/** `a < b` for numbers, strings and lists; null when it can't be told or is an error. */
export function lessThan(a: Value, b: Value): boolean | null {
  if ((a.type === 'int' || a.type === 'float') && (b.type === 'int' || b.type === 'float')) return a.value < b.value;
  if (a.type === 'string' && b.type === 'string') return Buffer.compare(Buffer.from(a.value), Buffer.from(b.value)) < 0;
  if (a.type === 'path' && b.type === 'path') return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)) < 0;
  return a.type === 'list' && b.type === 'list' && isComplete(a) && isComplete(b) ? listLessThan(a.items, b.items) : null;
}

/** By the first items that are not equal; a list that begins another is the lesser one. */
function listLessThan(a: readonly ListItem[], b: readonly ListItem[]): boolean | null {
  for (const [index, each] of b.entries()) {
    const mine = a[index]?.thunk.force();
    if (!mine) return true;
    const other = each.thunk.force();
    const same = equals(mine, other);
    if (same !== true) return same === null ? null : lessThan(mine, other);
  }
  return false;
}

/** A decided boolean, or the unknown that stands for it. */
export function truth(result: boolean | null, otherwise: Unknown): Value {
  return result === null ? otherwise : bool(result);
}
