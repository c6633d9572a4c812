import { anyOf, apply2, entryOf, later2, whole, withSet, withText, type Table } from '../arguments.ts';
import type { Evaluation } from '../evaluation.ts';
import { joinedOrigins } from '../origins.ts';
import { flatMapItems, isUnknown, listOf, member, perhaps, setOf, sortedNames, stringOf } from '../primitive.ts';
import {
  attr,
  attrs,
  bool,
  external,
  int,
  item,
  list,
  attrName,
  NULL,
  record,
  string,
  Thunk,
  unknown,
  type Attr,
  type AttrSet,
  type ConditionText,
  type ListItem,
  type Origin,
  type Unknown,
  type Value,
} from '../value.ts';
import type { Location } from '../../syntax/source.ts';

/** Builtins about sets. Names, order and meaning: the Nix manual, "Built-in Functions". */
export const SETS: Table = [
  ['attrNames', 1, (_, set) => names(set)],
  ['attrValues', 1, (_, set) => values(set)],
  ['hasAttr', 2, (_, name, set) => hasAttr(name, set)],
  ['getAttr', 2, (_, name, set) => withText(name, (text) => withSet(set, (found) => member(found, text)))],
  ['mapAttrs', 2, (ev, fn, set) => mapAttrs(set, (name, value) => later2(ev, fn, name, value))],
  ['removeAttrs', 2, (_, set, xs) => removeAttrs(set, xs)],
  ['intersectAttrs', 2, (_, a, b) => intersect(a, b)],
  ['listToAttrs', 1, (_, xs) => listToAttrs(xs)],
  ['catAttrs', 2, (_, name, xs) => catAttrs(name, xs)],
  ['zipAttrsWith', 2, (ev, fn, xs) => zipAttrsWith(ev, fn, xs)],
  ['functionArgs', 1, (_, fn) => functionArgs(fn.force())],
  ['unsafeGetAttrPos', 2, (ev, name, set) => attrPos(ev, name, set)],
];

function names(thunk: Thunk): Value {
  return withSet(thunk, (set) =>
    list(
      sortedNames(set).map((name) => item(attrName(name, set.get(name)), presentUnder(set.get(name)))),
      thunk.location,
      set.gaps,
    ),
  );
}

function values(thunk: Thunk): Value {
  return withSet(thunk, (set) =>
    list(
      sortedNames(set).flatMap((name) => {
        const found = set.get(name);
        return found ? [{ thunk: found.thunk, conditions: presentUnder(found) }] : [];
      }),
      thunk.location,
      set.gaps,
    ),
  );
}

function hasAttr(name: Thunk, thunk: Thunk): Value {
  return withText(name, (text) =>
    withSet(thunk, (set) => {
      const found = set.get(text);
      if (found)
        return found.conditions[0] ? unknown(`it depends on ${found.conditions[0].text}`, found.conditions[0].location) : bool(true);
      return set.gaps[0] ?? bool(false);
    }),
  );
}

/** Each value changed, the names, places and conditions kept. */
export function mapAttrs(thunk: Thunk, change: (name: Thunk, value: Thunk) => Thunk): Value {
  const set = setOf(thunk);
  if (isUnknown(set)) return attrs(new Map(), thunk.location, changedGaps([set], thunk.location, change));
  const map = new Map<string, Attr>();
  for (const name of set.names()) {
    const found = set.get(name);
    if (found) map.set(name, { ...present(found), thunk: change(Thunk.of(attrName(name, found)), found.thunk) });
  }
  return attrs(map, thunk.location, changedGaps(set.gaps, thunk.location, change));
}

/** An attribute with all the conditions under which it is there. */
function present(found: Attr): Attr {
  const { presence: _, ...rest } = found;
  return { ...rest, conditions: presentUnder(found) };
}

/** The conditions under which an attribute is there. */
export function presentUnder(found: Attr | undefined): readonly ConditionText[] {
  return found?.presence ? [...found.conditions, ...found.presence()] : (found?.conditions ?? []);
}

function changedGaps(gaps: readonly Unknown[], at: Location | null, change: (name: Thunk, value: Thunk) => Thunk): readonly Unknown[] {
  return gaps.map((gap) => ({ ...gap, attr: { ...unnamed(gap, at), thunk: change(Thunk.of(nameless(gap)), valueOf(gap)) } }));
}

/** Stands for the name of an attribute that is not known. */
function nameless({ reason, location, external }: Unknown): Unknown {
  return { type: 'unknown', reason, location, external };
}

function valueOf(gap: Unknown): Thunk {
  return gap.attr?.thunk ?? Thunk.of(nameless(gap));
}

/** An attribute under a name that is not known, as far as `gap` tells of it; there may be none such. */
function unnamed(gap: Unknown, location: Location | null): Attr {
  const at = gap.location ?? location;
  return gap.attr ?? { thunk: Thunk.of(nameless(gap)), name: at, binding: at, conditions: at ? [perhaps(gap, at)] : [] };
}

/** What `make` makes of attributes that are not known, as gaps of a list. */
export function eachUnnamed(gaps: readonly Unknown[], make: (name: Thunk, value: Thunk) => Thunk): readonly Unknown[] {
  return gaps.map((gap) => ({ ...nameless(gap), each: make(Thunk.of(nameless(gap)), valueOf(gap)) }));
}

function removeAttrs(thunk: Thunk, xs: Thunk): Value {
  return withSet(thunk, (set) => {
    const { items, gaps } = listOf(xs);
    const drop = new Map<string, ListItem>();
    for (const each of items) {
      const name = stringOf(each.thunk);
      if (typeof name !== 'string') return name;
      const known = drop.get(name);
      if (!known || known.conditions.length > 0) drop.set(name, each);
    }
    if (gaps[0]) return gaps[0];
    const map = new Map<string, Attr>();
    for (const name of set.names()) {
      const found = set.get(name);
      const by = drop.get(name);
      const [condition] = by?.conditions ?? [];
      if (!found || (by && !condition)) continue;
      map.set(name, condition ? { ...found, conditions: [...found.conditions, { ...condition, text: `!(${condition.text})` }] } : found);
    }
    return attrs(map, thunk.location, set.gaps);
  });
}

function intersect(a: Thunk, b: Thunk): Value {
  return withSet(a, (left) =>
    withSet(b, (right) => {
      const map = new Map<string, Attr>();
      for (const name of right.names()) {
        const mine = left.get(name);
        const found = right.get(name);
        if (mine && found)
          map.set(name, mine.conditions.length === 0 ? found : { ...found, conditions: [...mine.conditions, ...found.conditions] });
      }
      return attrs(map, b.location, [...left.gaps, ...right.gaps]);
    }),
  );
}

function listToAttrs(xs: Thunk): Value {
  const value = listOf(xs);
  return attrsFromItems(value.items, xs.location, [...value.gaps]);
}

/** A set of items `{ name, value }`. */
export function attrsFromItems(items: readonly ListItem[], location: Thunk['location'], gaps: Exclude<AttrSet['gaps'], undefined>): Value {
  const map = new Map<string, Attr>();
  const holes = gaps.map((gap) => {
    const made = gap.each ? setOf(gap.each) : gap;
    if (isUnknown(made)) return gap;
    const value = new Thunk(gap.each?.location ?? gap.location, () => member(made, 'value'));
    return { ...nameless(gap), attr: { ...unnamed(gap, location), thunk: value } };
  });
  for (const each of items) {
    const set = setOf(each.thunk);
    if (isUnknown(set)) {
      holes.push(set);
      continue;
    }
    const name = member(set, 'name');
    if (name.type !== 'string') {
      const hole = name.type === 'unknown' ? name : unknown('a name must be a string', each.thunk.location);
      const value = new Thunk(each.thunk.location, () => member(set, 'value'));
      holes.push({ ...hole, attr: { thunk: value, name: each.thunk.location, binding: each.thunk.location, conditions: each.conditions } });
      continue;
    }
    const made: Attr = {
      thunk: new Thunk(each.thunk.location, () => member(set, 'value')),
      name: name.location,
      binding: each.thunk.location,
      conditions: each.conditions,
      ...(name.also && { also: () => name.also ?? [] }),
    };
    const first = map.get(name.value);
    if (!first) {
      map.set(name.value, made);
      continue;
    }
    const own: readonly Origin[] = name.location ? [{ location: name.location, conditions: each.conditions }] : [];
    const also = joinedOrigins(first.name, first.also?.(), own, name.also);
    const both: Attr = also.length === 0 ? first : { ...first, also: () => also };
    // The first of equal names wins; when it may not be there, which one does is open.
    const [condition] = first.conditions;
    map.set(
      name.value,
      condition
        ? {
            ...both,
            thunk: Thunk.of(unknown(`it depends on ${condition.text}`, condition.location)),
            conditions: anyOf([first.conditions, made.conditions]),
          }
        : both,
    );
  }
  return attrs(map, location, holes);
}

function catAttrs(name: Thunk, xs: Thunk): Value {
  return withText(name, (text) =>
    flatMapItems(listOf(xs), ({ thunk }) => {
      const set = setOf(thunk);
      if (isUnknown(set)) return set;
      const found = set.get(text);
      return list(found ? [found] : [], null, found ? [] : set.gaps);
    }),
  );
}

function zipAttrsWith(evaluation: Evaluation, fn: Thunk, xs: Thunk): Value {
  return zipSets(xs, (name, values) => apply2(evaluation, fn, Thunk.of(string(name, null)), values));
}

/** For each name of a list of sets what `use` makes of the list of its values; conditional sets leave conditional values. */
export function zipSets(xs: Thunk, use: (name: string, values: Thunk) => Value): Value {
  const { items, gaps, location } = listOf(xs);
  const holes = [...gaps];
  const all = new Map<string, ListItem[]>();
  for (const { thunk, conditions } of items) {
    const set = setOf(thunk);
    if (isUnknown(set)) {
      holes.push(set);
      continue;
    }
    holes.push(...set.gaps);
    for (const name of set.names()) {
      const found = set.get(name);
      const made = found && { thunk: found.thunk, conditions: [...conditions, ...found.conditions] };
      if (made) all.set(name, [...(all.get(name) ?? []), made]);
    }
  }
  const map = new Map<string, Attr>();
  for (const [name, found] of all) {
    const values = Thunk.of(list(found, location, holes));
    const conditions = anyOf(found.map((each) => each.conditions));
    map.set(name, { ...attr(new Thunk(location, () => use(name, values))), conditions });
  }
  return attrs(map, location, holes);
}

export function functionArgs(fn: Value): Value {
  if (fn.type === 'unknown') return fn;
  if (fn.type !== 'function') return unknown('a function is wanted', null);
  return record(Object.fromEntries([...(fn.formals ?? [])].map(([name, optional]) => [name, bool(optional)])));
}

/** Where an attribute was written, as `{ file, line, column }`; null for a name that is not there. */
function attrPos(evaluation: Evaluation, name: Thunk, thunk: Thunk): Value {
  return withText(name, (text) =>
    withSet(thunk, (set) => {
      const found = set.get(text);
      if (!found) return set.gaps[0] ?? NULL;
      const location = found.name;
      const source = location && evaluation.sources.source(location.file);
      if (!location || !source || typeof source === 'string') return external('the place of this attribute');
      const before = source.text.slice(0, location.start);
      const line = before.split('\n').length;
      const column = Buffer.byteLength(before.slice(before.lastIndexOf('\n') + 1)) + 1;
      return record({ file: string(location.file, null), line: int(line), column: int(column) });
    }),
  );
}

/** Kept for those who pick attributes by name. */
export function pick(set: AttrSet, wanted: readonly string[], location: Thunk['location']): Value {
  return attrs(new Map(wanted.flatMap((name) => entryOf(set, name))), location, set.gaps);
}

/** Several names at once, all of them known. */
export function textsOf(xs: Thunk, use: (texts: readonly string[]) => Value): Value {
  return whole(xs, (items) => {
    const texts: string[] = [];
    for (const each of items) {
      const text = stringOf(each);
      if (typeof text !== 'string') return text;
      texts.push(text);
    }
    return use(texts);
  });
}
