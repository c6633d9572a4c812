import { call, callAll } from './call.ts';
import { either, equals, update } from './combine.ts';
import { MAX_TEXT, type Evaluation } from './evaluation.ts';
import { conditionOf, flatMapItems, isUnknown, listOf, primitive, setOf, sortedNames, stringOf, type Primitive } from './primitive.ts';
import type { Scope } from './scope.ts';
import {
  attr,
  attrs,
  external,
  int,
  list,
  record,
  string,
  Thunk,
  unknown,
  type Attr,
  type AttrsValue,
  type ListItem,
  type Value,
} from './value.ts';

/** The functions of nixpkgs `lib` that are read, with the number of arguments. Meaning: nixpkgs lib/*.nix. */
const TABLE: readonly (readonly [name: string, arity: number, run: Primitive])[] = [
  // lib/modules.nix
  ['mkIf', 2, (_, condition, content) => tagged('if', { condition, content })],
  ['mkMerge', 1, (_, contents) => tagged('merge', { contents })],
  ['mkOverride', 2, (_, priority, content) => tagged('override', { priority, content })],
  ['mkForce', 1, (_, content) => override(50, content)],
  ['mkVMOverride', 1, (_, content) => override(10, content)],
  ['mkImageMediaOverride', 1, (_, content) => override(60, content)],
  ['mkDefault', 1, (_, content) => override(1000, content)],
  ['mkOptionDefault', 1, (_, content) => override(1500, content)],
  ['mkOrder', 2, (_, priority, content) => tagged('order', { priority, content })],
  ['mkBefore', 1, (_, content) => tagged('order', { priority: Thunk.of(int(500)), content })],
  ['mkAfter', 1, (_, content) => tagged('order', { priority: Thunk.of(int(1500)), content })],
  // lib/options.nix
  ['mkOption', 1, (_, set) => update(tagged('option', {}), set.force())],
  ['mkEnableOption', 1, () => tagged('option', { default: Thunk.of({ type: 'bool', value: false }) })],
  // lib/lists.nix
  ['optional', 2, (ev, condition, x) => optionally(ev, condition, Thunk.of(list([{ thunk: x, conditions: [] }], x.location)), list([]))],
  ['optionals', 2, (ev, condition, xs) => optionally(ev, condition, xs, list([]))],
  ['singleton', 1, (_, x) => list([{ thunk: x, conditions: [] }], x.location)],
  ['flatten', 1, (ev, x) => flatten(ev, x, 0)],
  ['unique', 1, (_, xs) => unique(xs)],
  ['toList', 1, (_, x) => (x.force().type === 'list' ? x.force() : list([{ thunk: x, conditions: [] }], x.location))],
  // lib/attrsets.nix
  ['optionalAttrs', 2, (ev, condition, set) => optionally(ev, condition, set, attrs(new Map()))],
  ['nameValuePair', 2, (_, name, value) => record({ name, value })],
  ['genAttrs', 2, (ev, names, fn) => genAttrs(ev, names, fn)],
  ['mapAttrsToList', 2, (ev, fn, set) => mapAttrsToList(ev, fn, set)],
  ['filterAttrs', 2, (ev, test, set) => filterAttrs(ev, test, set)],
  ['recursiveUpdate', 2, (_, a, b) => recursiveUpdate(a.force(), b.force(), 0)],
  // lib/strings.nix
  ['optionalString', 2, (ev, condition, text) => optionally(ev, condition, text, string('', null))],
  ['concatMapStringsSep', 3, (ev, separator, fn, xs) => joinedMap(ev, separator, fn, xs)],
  // lib/trivial.nix
  ['id', 1, (_, x) => x.force()],
  ['const', 2, (_, x) => x.force()],
  ['flip', 3, (ev, fn, a, b) => callAll(ev, fn.force(), [b, a], b.location)],
  [
    'pipe',
    2,
    (ev, start, fns) =>
      listOf(fns).items.reduce((value, fn) => call(ev, fn.thunk.force(), Thunk.of(value), fn.thunk.location), start.force()),
  ],
];

/** Builtins that `lib` offers under the same name. */
const SAME_AS_BUILTIN = (
  'map filter concatLists concatMap length head tail elemAt elem ' +
  "any all foldl' genList attrNames attrValues hasAttr getAttr mapAttrs " +
  'removeAttrs intersectAttrs listToAttrs functionArgs isAttrs isList isString isBool isInt ' +
  'isFunction toString stringLength concatStringsSep pathExists seq deepSeq'
).split(' ');

/** Parts of `lib` under which its functions stand too. */
const SECTIONS = ['lists', 'attrsets', 'strings', 'trivial', 'modules', 'options', 'filesystem'];

/** nixpkgs `lib`, as far as it is read; any other function of it is unknown and comes from outside. `scope` holds the builtins. */
export function nixpkgsLib(evaluation: Evaluation, scope: Scope): AttrsValue {
  const map = new Map<string, Attr>();
  const builtins = scope.lexical('builtins')?.force();
  for (const name of SAME_AS_BUILTIN) {
    const found = builtins?.type === 'attrs' ? builtins.attrs.get(name) : undefined;
    if (found) map.set(name, found);
  }
  for (const [name, arity, run] of TABLE) map.set(name, attr(Thunk.of(primitive(evaluation, arity, run))));
  const gaps = [external('a function of nixpkgs lib that is not read')];
  const section = attrs(new Map(map), null, gaps);
  for (const name of SECTIONS) map.set(name, attr(Thunk.of(section)));
  map.set('types', attr(Thunk.of(external('lib.types'))));
  return attrs(map, null, gaps);
}

function tagged(type: string, parts: Readonly<Record<string, Thunk>>): AttrsValue {
  return record({ _type: string(type, null), ...parts });
}

function override(priority: number, content: Thunk): AttrsValue {
  return tagged('override', { priority: Thunk.of(int(priority)), content });
}

function optionally(evaluation: Evaluation, condition: Thunk, content: Thunk, otherwise: Value): Value {
  const decided = condition.force();
  if (decided.type === 'bool') return decided.value ? content.force() : otherwise;
  const text = conditionOf(evaluation, condition);
  return either(content.force(), otherwise, text, { ...text, text: `!(${text.text})` });
}

function flatten(evaluation: Evaluation, thunk: Thunk, depth: number): Value {
  return evaluation.deeper(thunk.location, () => evaluation.afford(flattened(evaluation, thunk, depth), thunk.location));
}

function flattened(evaluation: Evaluation, thunk: Thunk, depth: number): Value {
  const value = thunk.force();
  if (value.type !== 'list') return value.type === 'unknown' ? value : list([{ thunk, conditions: [] }], thunk.location);
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
    const twin = kept.some((other) => other.conditions.length === 0 && equals(other.thunk.force(), each.thunk.force()) === true);
    if (!twin) kept.push(each);
  }
  return list(kept, value.location, value.gaps);
}

function genAttrs(evaluation: Evaluation, names: Thunk, fn: Thunk): Value {
  const value = listOf(names);
  const map = new Map<string, Attr>();
  const gaps = [...value.gaps];
  for (const { thunk, conditions } of value.items) {
    const name = stringOf(thunk);
    if (typeof name !== 'string') gaps.push(name);
    else
      map.set(name, {
        thunk: new Thunk(fn.location, () => call(evaluation, fn.force(), thunk, fn.location)),
        name: thunk.location,
        binding: thunk.location,
        conditions,
      });
  }
  return attrs(map, names.location, gaps);
}

function mapAttrsToList(evaluation: Evaluation, fn: Thunk, thunk: Thunk): Value {
  const set = setOf(thunk);
  if (isUnknown(set)) return set;
  const items = sortedNames(set).flatMap((name) => {
    const found = set.get(name);
    if (!found) return [];
    const args = [Thunk.of(string(name, found.name)), found.thunk];
    return [
      {
        thunk: new Thunk(found.thunk.location, () => callAll(evaluation, fn.force(), args, found.thunk.location)),
        conditions: found.conditions,
      },
    ];
  });
  return list(items, thunk.location, set.gaps);
}

function filterAttrs(evaluation: Evaluation, test: Thunk, thunk: Thunk): Value {
  const set = setOf(thunk);
  if (isUnknown(set)) return set;
  const map = new Map<string, Attr>();
  for (const name of set.names()) {
    const found = set.get(name);
    if (!found) continue;
    const verdict = callAll(evaluation, test.force(), [Thunk.of(string(name, found.name)), found.thunk], found.thunk.location);
    if (verdict.type !== 'bool') map.set(name, { ...found, conditions: [...found.conditions, conditionOf(evaluation, test)] });
    else if (verdict.value) map.set(name, found);
  }
  return attrs(map, thunk.location, set.gaps);
}

function recursiveUpdate(left: Value, right: Value, depth: number): Value {
  if (left.type !== 'attrs' || right.type !== 'attrs' || depth > 50) return depth === 0 ? update(left, right) : right;
  const shared = right.attrs.names().filter((name) => left.attrs.get(name));
  const merged = new Map<string, Attr>();
  for (const name of shared) {
    const a = left.attrs.get(name) as Attr;
    const b = right.attrs.get(name) as Attr;
    merged.set(name, { ...b, thunk: new Thunk(b.thunk.location, () => recursiveUpdate(a.thunk.force(), b.thunk.force(), depth + 1)) });
  }
  return update(update(left, right), attrs(merged));
}

function joinedMap(evaluation: Evaluation, separator: Thunk, fn: Thunk, xs: Thunk): Value {
  const between = stringOf(separator);
  if (typeof between !== 'string') return between;
  const value = listOf(xs);
  const [gap] = value.gaps;
  if (gap) return gap;
  let joined = '';
  for (const [index, each] of value.items.entries()) {
    const text = stringOf(Thunk.of(call(evaluation, fn.force(), each.thunk, each.thunk.location)));
    if (typeof text !== 'string' || each.conditions.length > 0) return unknown('a part of the text is not known', xs.location);
    joined += index > 0 ? between + text : text;
    if (joined.length > MAX_TEXT) return unknown('the text is too long', xs.location);
  }
  return string(joined, xs.location);
}
