import { apply, apply2, later, later2, whole, withSet, withText, type Table } from '../arguments.ts';
import { groupBy, mapped } from '../builtins/lists.ts';
import { attrsFromItems, eachUnnamed, mapAttrs, presentUnder, pick, textsOf, zipSets } from '../builtins/sets.ts';
import { callAll } from '../call.ts';
import { certain, either, update } from '../combine.ts';
import type { Evaluation } from '../evaluation.ts';
import { fold } from '../fold.ts';
import { conditionOf, flatMapItems, isUnknown, listOf, setOf, sortedNames } from '../primitive.ts';
import {
  attr,
  attrs,
  bool,
  eachOf,
  external,
  item,
  list,
  attrName,
  record,
  string,
  tagOf,
  Thunk,
  unknown,
  type Attr,
  type AttrSet,
  type ListItem,
  type Value,
  stringList,
} from '../value.ts';
import { optionally } from './conditions.ts';

/** nixpkgs lib/attrsets.nix. */
export const ATTRSETS: Table = [
  ['optionalAttrs', 2, (ev, condition, set) => optionally(ev, condition, set, attrs(new Map()))],
  ['nameValuePair', 2, (_, name, value) => record({ name, value })],
  ['genAttrs', 2, (ev, names, fn) => fromNames(names, (x) => later(ev, fn, x))],
  [
    "genAttrs'",
    2,
    (ev, xs, fn) =>
      attrsFromItems(
        mapItems(xs, (x) => later(ev, fn, x)),
        xs.location,
        listOf(xs).gaps.map((gap) => eachOf(gap, (x) => later(ev, fn, x))),
      ),
  ],
  ['mapAttrsToList', 2, (ev, fn, set) => toItems(set, (name, value) => later2(ev, fn, name, value))],
  ['attrsToList', 1, (_, set) => toItems(set, (name, value) => Thunk.of(record({ name, value })))],
  ["mapAttrs'", 2, (ev, fn, set) => renamed(toItems(set, (name, value) => later2(ev, fn, name, value)))],
  ['filterAttrs', 2, (ev, test, set) => filterAttrs(ev, test, set)],
  ['concatMapAttrs', 2, (ev, fn, set) => merged(toItems(set, (name, value) => later2(ev, fn, name, value)))],
  ['mergeAttrsList', 1, (_, xs) => merged(xs.force())],
  ['mergeAttrs', 2, (_, a, b) => update(a.force(), b.force())],
  [
    'foldlAttrs',
    3,
    (ev, fn, start, set) =>
      foldl(
        start,
        toItems(set, (name, value) => Thunk.of(record({ name, value }))),
        (acc, x) => withSet(x, (pair) => callAll(ev, fn.force(), [Thunk.of(acc), part(pair, 'name'), part(pair, 'value')], fn.location)),
      ),
  ],
  [
    'foldAttrs',
    3,
    (ev, fn, start, xs) => zipSets(xs, (_, values) => fold(start.force(), reversed(values), (acc, x) => apply2(ev, fn, x, Thunk.of(acc)))),
  ],
  ['zipAttrs', 1, (_ev, xs) => zipSets(xs, (_, values) => values.force())],
  ['recursiveUpdate', 2, (_, a, b) => recursiveUpdate(a.force(), b.force(), 0, stopsNever)],
  [
    'recursiveUpdateUntil',
    3,
    (ev, stop, a, b) => recursiveUpdate(a.force(), b.force(), 0, (path, x, y) => callAll(ev, stop.force(), [path, x, y], null)),
  ],
  ['attrByPath', 3, (_, path, otherwise, set) => atPath(path, set, () => otherwise.force())],
  ['hasAttrByPath', 2, (_, path, set) => hasPath(path, set)],
  ['getAttrFromPath', 2, (_, path, set) => atPath(path, set, (text) => unknown(`there is no attribute ${text}`, path.location))],
  ['setAttrByPath', 2, (_, path, value) => textsOf(path, (names) => nested(names, value))],
  [
    'attrVals',
    2,
    (_, names, set) =>
      textsOf(names, (wanted) => withSet(set, (found) => list(wanted.map((name) => ({ thunk: part(found, name), conditions: [] }))))),
  ],
  [
    'getAttrs',
    2,
    (_, names, set) =>
      textsOf(names, (wanted) =>
        withSet(set, (found) =>
          found.gaps.length > 0 || wanted.every((name) => found.get(name))
            ? pick(found, wanted, set.location)
            : unknown('an attribute is missing', names.location),
        ),
      ),
  ],
  [
    'mapAttrsRecursive',
    2,
    (ev, fn, set) =>
      deep(
        ev,
        set,
        [],
        () => bool(true),
        (path, x) => apply2(ev, fn, path, x),
      ),
  ],
  [
    'mapAttrsRecursiveCond',
    3,
    (ev, test, fn, set) =>
      deep(
        ev,
        set,
        [],
        (x) => apply(ev, test, x),
        (path, x) => apply2(ev, fn, path, x),
      ),
  ],
  ['mapAttrsToListRecursive', 2, (ev, fn, set) => leaves(ev, fn, set, [])],
  ['collect', 2, (ev, test, set) => collect(ev, test, set)],
  ['filterAttrsRecursive', 2, (ev, test, set) => filterDeep(ev, test, set)],
  ['cartesianProduct', 1, (_, set) => product(set)],
  ['mapCartesianProduct', 2, (ev, fn, set) => mapped(listOf(Thunk.of(product(set))), (x) => later(ev, fn, x))],
  [
    'zipAttrsWithNames',
    3,
    (ev, names, fn, xs) =>
      textsOf(names, (wanted) => {
        const zipped = zipSets(xs, (name, values) => apply2(ev, fn, Thunk.of(string(name, null)), values));
        return zipped.type === 'attrs' ? pick(zipped.attrs, wanted, xs.location) : zipped;
      }),
  ],
  ['concatAttrValues', 1, (_, set) => flatMapItems(listOf(Thunk.of(toItems(set, (_name, value) => value))), (x) => x.thunk.force())],
  [
    "groupBy'",
    4,
    (ev, fn, start, by, xs) =>
      mapAttrs(
        Thunk.of(groupBy(ev, by, xs)),
        (_name, group) => new Thunk(xs.location, () => fold(start.force(), group, (acc, x) => apply2(ev, fn, Thunk.of(acc), x))),
      ),
  ],
  ['mapAttrsToListRecursiveCond', 3, (ev, test, fn, set) => leaves(ev, fn, set, [], (path, x) => apply2(ev, test, path, x))],
  ['cartesianProductOfSets', 1, (_, set) => product(set)],
  ['isDerivation', 1, (_, x) => isTagged(x, 'type', 'derivation')],
  ['toDerivation', 1, () => external('a derivation')],
  [
    'overrideExisting',
    2,
    (_, old, given) =>
      withSet(old, (mine) =>
        withSet(given, (other) =>
          update({ type: 'attrs', attrs: mine, location: old.location }, pick(other, mine.names(), given.location)),
        ),
      ),
  ],
  ['recurseIntoAttrs', 1, (_, set) => update(set.force(), record({ recurseForDerivations: bool(true) }))],
  ['dontRecurseIntoAttrs', 1, (_, set) => update(set.force(), record({ recurseForDerivations: bool(false) }))],
  ['unionOfDisjoint', 2, (_, a, b) => update(a.force(), b.force())],
  ...['getBin', 'getLib', 'getDev', 'getMan', 'getInclude', 'getStatic'].map(
    (name) => [name, 1, () => external('an output of a package')] as const,
  ),
  ['getOutput', 2, () => external('an output of a package')],
];

function part(set: AttrSet, name: string): Thunk {
  return new Thunk(null, () => {
    const found = set.get(name);
    return found ? certain(found) : (set.gaps[0] ?? unknown(`there is no attribute ${name}`, null));
  });
}

function mapItems(xs: Thunk, change: (x: Thunk) => Thunk): readonly ListItem[] {
  return listOf(xs).items.map((each) => ({ thunk: change(each.thunk), conditions: each.conditions }));
}

function fromNames(names: Thunk, make: (name: Thunk) => Thunk): Value {
  const pairs = mapItems(names, (name) => Thunk.of(record({ name, value: make(name) })));
  return attrsFromItems(
    pairs.map((each, index) => ({
      ...each,
      thunk: new Thunk(listOf(names).items[index]?.thunk.location ?? null, () => each.thunk.force()),
    })),
    names.location,
    listOf(names).gaps.map((gap) => eachOf(gap, (name) => Thunk.of(record({ name, value: make(name) })))),
  );
}

/** What is made of each attribute, by name, under the attribute's conditions. */
function toItems(thunk: Thunk, make: (name: Thunk, value: Thunk) => Thunk): Value {
  const set = setOf(thunk);
  if (isUnknown(set)) return list([], thunk.location, eachUnnamed([set], make));
  const items = sortedNames(set).flatMap((name) => {
    const found = set.get(name);
    return found ? [{ thunk: make(Thunk.of(attrName(name, found)), found.thunk), conditions: presentUnder(found) }] : [];
  });
  return list(items, thunk.location, eachUnnamed(set.gaps, make));
}

function renamed(pairs: Value): Value {
  return pairs.type === 'list' ? attrsFromItems(pairs.items, pairs.location, pairs.gaps) : pairs;
}

function foldl(start: Thunk, xs: Value, step: (acc: Value, x: Thunk) => Value): Value {
  return fold(start.force(), Thunk.of(xs), step);
}

function merged(xs: Value): Value {
  return fold(attrs(new Map()), Thunk.of(xs), (acc, x) => update(acc, x.force()));
}

function reversed(xs: Thunk): Thunk {
  const value = listOf(xs);
  return Thunk.of(list(value.items.toReversed(), value.location, value.gaps));
}

function filterAttrs(evaluation: Evaluation, test: Thunk, thunk: Thunk): Value {
  return withSet(thunk, (set) => {
    const map = new Map<string, Attr>();
    for (const name of set.names()) {
      const found = set.get(name);
      if (!found) continue;
      const verdict = apply2(evaluation, test, Thunk.of(attrName(name, found)), found.thunk);
      if (verdict.type !== 'bool') map.set(name, { ...found, conditions: [...found.conditions, conditionOf(evaluation, test)] });
      else if (verdict.value) map.set(name, found);
    }
    return attrs(map, thunk.location, set.gaps);
  });
}

function filterDeep(evaluation: Evaluation, test: Thunk, thunk: Thunk): Value {
  return evaluation.deeper(thunk.location, () => {
    const kept = filterAttrs(evaluation, test, thunk);
    return mapAttrs(
      Thunk.of(kept),
      (_, value) => new Thunk(value.location, () => (value.force().type === 'attrs' ? filterDeep(evaluation, test, value) : value.force())),
    );
  });
}

type Stop = (path: Thunk, a: Thunk, b: Thunk) => Value;

const stopsNever: Stop = () => bool(false);

function recursiveUpdate(left: Value, right: Value, depth: number, stop: Stop, path: readonly string[] = []): Value {
  if (left.type !== 'attrs' || right.type !== 'attrs' || depth > 50) return depth === 0 ? update(left, right) : right;
  const shared = right.attrs.names().filter((name) => left.attrs.get(name));
  const deeper = new Map<string, Attr>();
  for (const name of shared) {
    const a = left.attrs.get(name) as Attr;
    const b = right.attrs.get(name) as Attr;
    const here = [...path, name];
    const both = (): Value => {
      const stopped = stop(Thunk.of(stringList(here)), a.thunk, b.thunk);
      if (stopped.type !== 'bool') return stopped;
      return stopped.value ? b.thunk.force() : recursiveUpdate(a.thunk.force(), b.thunk.force(), depth + 1, stop, here);
    };
    const [condition] = b.conditions;
    const text = condition && { ...condition, text: b.conditions.map((each) => each.text).join(' && ') };
    const value = text ? () => either(both(), a.thunk.force(), text, { ...text, text: `!(${text.text})` }) : both;
    deeper.set(name, { ...b, conditions: text ? a.conditions : b.conditions, thunk: new Thunk(b.thunk.location, value) });
  }
  return update(update(left, right), attrs(deeper));
}

function atPath(path: Thunk, set: Thunk, otherwise: (name: string) => Value): Value {
  return textsOf(path, (names) => {
    let value = set.force();
    for (const name of names) {
      if (value.type === 'unknown') return value;
      const found = value.type === 'attrs' ? value.attrs.get(name) : undefined;
      if (found) value = certain(found);
      else return (value.type === 'attrs' ? value.attrs.gaps[0] : undefined) ?? otherwise(name);
    }
    return value;
  });
}

function hasPath(path: Thunk, set: Thunk): Value {
  return textsOf(path, (names) => {
    let value = set.force();
    for (const [index, name] of names.entries()) {
      if (value.type === 'unknown') return value;
      const found = value.type === 'attrs' ? value.attrs.get(name) : undefined;
      if (!found) return (value.type === 'attrs' ? value.attrs.gaps[0] : undefined) ?? bool(false);
      if (index === names.length - 1 && found.conditions.length === 0) return bool(true);
      value = certain(found);
    }
    return value.type === 'unknown' ? value : bool(true);
  });
}

export function nested(names: readonly string[], value: Thunk): Value {
  return names.reduceRight((inner: Thunk, name) => Thunk.of(attrs(new Map([[name, attr(inner)]]), value.location)), value).force();
}

function deep(
  evaluation: Evaluation,
  set: Thunk,
  path: readonly string[],
  into: (x: Thunk) => Value,
  leaf: (path: Thunk, x: Thunk) => Value,
): Value {
  return mapAttrs(
    set,
    (name, value) =>
      new Thunk(value.location, () => {
        const here = [...path, ...textOf(name)];
        const inner = value.force();
        if (inner.type === 'unknown') return inner;
        const enter = inner.type === 'attrs' ? into(value) : bool(false);
        if (enter.type !== 'bool') return enter;
        if (enter.value) return evaluation.deeper(value.location, () => deep(evaluation, value, here, into, leaf));
        return leaf(Thunk.of(stringList(here)), value);
      }),
  );
}

function textOf(name: Thunk): readonly string[] {
  const value = name.force();
  return value.type === 'string' ? [value.value] : [];
}

/** `enters` decides which sets are gone into; without it all are. */
function leaves(
  evaluation: Evaluation,
  fn: Thunk,
  set: Thunk,
  path: readonly string[],
  enters: (path: Thunk, value: Thunk) => Value = () => bool(true),
): Value {
  return evaluation.deeper(set.location, () => {
    const pairs = toItems(set, (name, value) => Thunk.of(record({ name, value })));
    if (pairs.type !== 'list') return pairs;
    return flatMapItems(pairs, (each) =>
      withSet(each.thunk, (pair) =>
        withText(part(pair, 'name'), (name) => {
          const value = part(pair, 'value');
          const here = [...path, name];
          const inner = value.force();
          if (inner.type === 'unknown') return inner;
          const at = Thunk.of(stringList(here));
          const entered = inner.type === 'attrs' ? enters(at, value) : bool(false);
          if (entered.type !== 'bool') return entered.type === 'unknown' ? entered : unknown('a Boolean is wanted', set.location);
          if (entered.value) return leaves(evaluation, fn, value, here, enters);
          return list([{ thunk: later2(evaluation, fn, at, value), conditions: [] }]);
        }),
      ),
    );
  });
}

function collect(evaluation: Evaluation, test: Thunk, x: Thunk): Value {
  return evaluation.deeper(x.location, () => {
    const verdict = apply(evaluation, test, x);
    if (verdict.type !== 'bool') return verdict;
    if (verdict.value) return list([{ thunk: x, conditions: [] }]);
    const value = x.force();
    if (value.type === 'unknown') return value;
    if (value.type !== 'attrs') return list([]);
    const inner = toItems(x, (_, each) => each);
    return inner.type === 'list' ? flatMapItems(inner, (each) => collect(evaluation, test, each.thunk)) : inner;
  });
}

const MAX_PRODUCT = 10_000;

function product(thunk: Thunk): Value {
  return withSet(thunk, (set) => {
    if (set.gaps[0]) return set.gaps[0];
    let empty = false;
    let rows: readonly (readonly (readonly [string, Attr])[])[] = [[]];
    for (const name of sortedNames(set)) {
      const found = whole(part(set, name), (items) => {
        empty ||= items.length === 0;
        rows = rows.length * items.length > MAX_PRODUCT ? [] : rows.flatMap((row) => items.map((x) => [...row, [name, attr(x)] as const]));
        return bool(rows.length > 0 || empty);
      });
      if (found.type === 'unknown') return found;
      if (found.type === 'bool' && !found.value) return unknown('the list is too long', thunk.location);
    }
    return list(rows.map((row) => item(attrs(new Map(row)))));
  });
}

export function isTagged(x: Thunk, name: string, wanted: string): Value {
  const value = x.force();
  if (value.type === 'unknown') return value;
  if (value.type !== 'attrs') return bool(false);
  if (name === '_type') return tagOf(value) === null && value.attrs.gaps[0] ? value.attrs.gaps[0] : bool(tagOf(value) === wanted);
  const found = value.attrs.get(name);
  const tag = found ? certain(found) : null;
  return tag === null
    ? (value.attrs.gaps[0] ?? bool(false))
    : tag.type === 'unknown'
      ? tag
      : bool(tag.type === 'string' && tag.value === wanted);
}
