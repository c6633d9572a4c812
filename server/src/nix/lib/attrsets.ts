import { apply, apply2, later, later2, withSet, type Table } from '../arguments.ts';
import { groupBy, mapped } from '../builtins/lists.ts';
import { attrsFromItems, mapAttrs, pick, textsOf, zipSets } from '../builtins/sets.ts';
import { callAll } from '../call.ts';
import { certain, update } from '../combine.ts';
import { fold } from '../fold.ts';
import { flatMapItems, listOf } from '../primitive.ts';
import { attrs, bool, eachOf, external, list, record, string, tagOf, Thunk, unknown, type ListItem, type Value } from '../value.ts';
import { optionally } from './conditions.ts';
import {
  atPath,
  collect,
  deep,
  filterAttrs,
  filterDeep,
  hasPath,
  leaves,
  nested,
  part,
  product,
  recursiveUpdate,
  stopsNever,
  toItems,
} from './nestedSets.ts';

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

/** Whether a set says of itself that it is one of a kind (`_type = "…"`, `type = "derivation"`). */
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
