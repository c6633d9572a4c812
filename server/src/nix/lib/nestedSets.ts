import { apply, apply2, later2, whole, withSet, withText } from '../arguments.ts';
import { eachUnnamed, mapAttrs, presentUnder, textsOf } from '../builtins/sets.ts';
import { certain, either, update } from '../combine.ts';
import type { Evaluation } from '../evaluation.ts';
import { conditionOf, flatMapItems, isUnknown, setOf, sortedNames } from '../primitive.ts';
import {
  attr,
  attrs,
  bool,
  item,
  list,
  attrName,
  record,
  Thunk,
  unknown,
  type Attr,
  type AttrSet,
  type Value,
  stringList,
} from '../value.ts';

/** What is under a name of a set, when somebody asks. */
export function part(set: AttrSet, name: string): Thunk {
  return new Thunk(null, () => {
    const found = set.get(name);
    return found ? certain(found) : (set.gaps[0] ?? unknown(`there is no attribute ${name}`, null));
  });
}

/** What is made of each attribute, by name, under the attribute's conditions. */
export function toItems(thunk: Thunk, make: (name: Thunk, value: Thunk) => Thunk): Value {
  const set = setOf(thunk);
  if (isUnknown(set)) return list([], thunk.location, eachUnnamed([set], make));
  const items = sortedNames(set).flatMap((name) => {
    const found = set.get(name);
    return found ? [{ thunk: make(Thunk.of(attrName(name, found)), found.thunk), conditions: presentUnder(found) }] : [];
  });
  return list(items, thunk.location, eachUnnamed(set.gaps, make));
}

/** The attributes for which `test` is true, given name and value; where that can't be told, under the condition that it is. */
export function filterAttrs(evaluation: Evaluation, test: Thunk, thunk: Thunk): Value {
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

/** The same in all sets within. */
export function filterDeep(evaluation: Evaluation, test: Thunk, thunk: Thunk): Value {
  return evaluation.deeper(thunk.location, () => {
    const kept = filterAttrs(evaluation, test, thunk);
    return mapAttrs(
      Thunk.of(kept),
      (_, value) => new Thunk(value.location, () => (value.force().type === 'attrs' ? filterDeep(evaluation, test, value) : value.force())),
    );
  });
}

type Stop = (path: Thunk, a: Thunk, b: Thunk) => Value;

/** Goes into every set that both have. */
export const stopsNever: Stop = () => bool(false);

/** `left // right` in all sets that both have, but where `stop` says that the right one is taken whole. */
export function recursiveUpdate(left: Value, right: Value, depth: number, stop: Stop, path: readonly string[] = []): Value {
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

/** What is at a path of names; what `otherwise` makes of the first name that is not there. */
export function atPath(path: Thunk, set: Thunk, otherwise: (name: string) => Value): Value {
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

/** Whether there is something at a path of names. */
export function hasPath(path: Thunk, set: Thunk): Value {
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

/** A value as the innermost of sets with one name each. */
export function nested(names: readonly string[], value: Thunk): Value {
  return names.reduceRight((inner: Thunk, name) => Thunk.of(attrs(new Map([[name, attr(inner)]]), value.location)), value).force();
}

/** What `leaf` makes of each value with its path, in the sets that `into` lets it go into. */
export function deep(
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

/** What `fn` makes of each path and value that is no set, as a list. `enters` decides which sets are gone into; without it all are. */
export function leaves(
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

/** The values for which `test` is true, of a set and of all sets within that are none themselves. */
export function collect(evaluation: Evaluation, test: Thunk, x: Thunk): Value {
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

/** One set for each choice of an element of every list. */
export function product(thunk: Thunk): Value {
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
