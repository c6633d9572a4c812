import { posix } from 'node:path';
import { call, callAll, coerceToString } from './call.ts';
import { equals, isComplete } from './combine.ts';
import { MAX_TEXT, type Evaluation } from './evaluation.ts';
import { evaluateFile } from './interpreter.ts';
import {
  filterItems,
  flatMapItems,
  isUnknown,
  listOf,
  member,
  primitive,
  setOf,
  sortedNames,
  stringOf,
  type Primitive,
} from './primitive.ts';
import { Scope } from './scope.ts';
import { attr, attrs, bool, external, int, item, list, NULL, record, string, Thunk, unknown, type Attr, type Value } from './value.ts';

/** The builtins, by name, with the number of arguments they take. Names, order and meaning: the Nix manual, "Built-in Functions". */
const TABLE: readonly (readonly [name: string, arity: number, run: Primitive])[] = [
  ['map', 2, (ev, fn, xs) => mapped(listOf(xs), (x) => new Thunk(x.location, () => call(ev, fn.force(), x, x.location)))],
  ['filter', 2, (ev, test, xs) => filterItems(ev, test, listOf(xs), (x) => call(ev, test.force(), x.thunk, x.thunk.location))],
  ['concatLists', 1, (_, xss) => flatMapItems(listOf(xss), (xs) => xs.thunk.force())],
  ['concatMap', 2, (ev, fn, xs) => flatMapItems(listOf(xs), (x) => call(ev, fn.force(), x.thunk, x.thunk.location))],
  ['length', 1, (_, xs) => whole(xs, (items) => int(items.length))],
  ['head', 1, (_, xs) => whole(xs, ([first]) => first?.force() ?? unknown('head of an empty list', xs.location))],
  [
    'tail',
    1,
    (_, xs) =>
      whole(xs, (items) =>
        list(
          items.slice(1).map((thunk) => ({ thunk, conditions: [] })),
          xs.location,
        ),
      ),
  ],
  ['elemAt', 2, (_, xs, n) => whole(xs, (items) => at(items, n))],
  ['elem', 2, (_, x, xs) => contains(x, xs)],
  ['any', 2, (ev, test, xs) => some(ev, test, xs, true)],
  ['all', 2, (ev, test, xs) => some(ev, test, xs, false)],
  [
    "foldl'",
    3,
    (ev, fn, start, xs) =>
      whole(xs, (items) => items.reduce((acc, x) => callAll(ev, fn.force(), [Thunk.of(acc), x], x.location), start.force())),
  ],
  ['genList', 2, (ev, fn, n) => generated(ev, fn, n)],
  ['attrNames', 1, (_, set) => names(set)],
  ['attrValues', 1, (_, set) => values(set)],
  ['hasAttr', 2, (_, name, set) => hasAttr(name, set)],
  ['getAttr', 2, (_, name, set) => withName(name, (text) => withSet(set, (found) => member(found, text)))],
  ['mapAttrs', 2, (ev, fn, set) => mapAttrs(ev, fn, set)],
  ['removeAttrs', 2, (_, set, xs) => removeAttrs(set, xs)],
  ['intersectAttrs', 2, (_, a, b) => intersect(a, b)],
  ['listToAttrs', 1, (_, xs) => listToAttrs(xs)],
  ['functionArgs', 1, (_, fn) => functionArgs(fn.force())],
  ['typeOf', 1, (_, x) => typeOf(x.force())],
  ['isAttrs', 1, (_, x) => is(x, 'attrs')],
  ['isList', 1, (_, x) => is(x, 'list')],
  ['isString', 1, (_, x) => is(x, 'string')],
  ['isPath', 1, (_, x) => is(x, 'path')],
  ['isBool', 1, (_, x) => is(x, 'bool')],
  ['isInt', 1, (_, x) => is(x, 'int')],
  ['isFloat', 1, (_, x) => is(x, 'float')],
  ['isNull', 1, (_, x) => is(x, 'null')],
  ['isFunction', 1, (_, x) => is(x, 'function')],
  ['toString', 1, (ev, x) => toText(ev, x)],
  ['stringLength', 1, (_, x) => withName(x, (text) => int(Buffer.byteLength(text)))],
  ['concatStringsSep', 2, (ev, separator, xs) => joined(ev, separator, xs)],
  ['baseNameOf', 1, (_, x) => pathText(x, (text) => string(posix.basename(text), x.location))],
  ['dirOf', 1, (_, x) => dirOf(x)],
  ['pathExists', 1, (ev, x) => pathExists(ev, x)],
  ['import', 1, (ev, x) => importFile(ev, x)],
  ['seq', 2, (_, a, b) => (a.force(), b.force())],
  ['deepSeq', 2, (_, a, b) => (a.force(), b.force())],
  ['trace', 2, (_, __, b) => b.force()],
  ['throw', 1, (_, message) => failure('throw', message)],
  ['abort', 1, (_, message) => failure('abort', message)],
];

/** Names in sight without `builtins.`, by the Nix manual. */
const GLOBAL = ['import', 'map', 'toString', 'throw', 'abort', 'removeAttrs', 'isNull', 'baseNameOf', 'dirOf'];

/** What every Nix file sees: `builtins`, and the ones that need no prefix. */
export function globalScope(evaluation: Evaluation): Scope {
  const names = new Map<string, Thunk>([
    ['true', Thunk.of(bool(true))],
    ['false', Thunk.of(bool(false))],
    ['null', Thunk.of(NULL)],
    ['derivation', Thunk.of(external('a derivation'))],
  ]);
  const builtins = new Map<string, Attr>();
  for (const [name, arity, run] of TABLE) builtins.set(name, attr(Thunk.of(primitive(evaluation, arity, run))));
  for (const name of GLOBAL) names.set(name, (builtins.get(name) as Attr).thunk);
  for (const name of ['fetchTarball', 'fetchGit', 'fetchTree', 'fetchMercurial', 'placeholder', 'scopedImport'])
    names.set(name, Thunk.of(external(name)));
  builtins.set('currentSystem', attr(Thunk.of(external('builtins.currentSystem'))));
  for (const name of ['true', 'false', 'null']) builtins.set(name, attr(names.get(name) as Thunk));
  const set = Thunk.of(attrs(builtins, null, [external('a builtin that is not read')]));
  builtins.set('builtins', attr(set));
  names.set('builtins', set);
  return Scope.root(names);
}

/** Imports what a path leads to; what is no file of the workspace is unknown, and told apart by whether it could be one. */
function importFile(evaluation: Evaluation, thunk: Thunk): Value {
  const value = thunk.force();
  if (value.type === 'unknown') return value;
  const path = value.type === 'path' ? value.path : value.type === 'string' ? value.value : null;
  if (path === null) return unknown('import needs a path', thunk.location);
  const result = evaluateFile(evaluation, path, globalScope(evaluation));
  return result.type === 'unknown' && !result.location ? { ...result, location: thunk.location } : result;
}

function mapped(value: ReturnType<typeof listOf>, change: (thunk: Thunk) => Thunk): Value {
  return list(
    value.items.map((each) => ({ thunk: change(each.thunk), conditions: each.conditions })),
    value.location,
    value.gaps,
  );
}

function whole(thunk: Thunk, use: (items: readonly Thunk[]) => Value): Value {
  const value = listOf(thunk);
  if (isComplete(value)) return use(value.items.map((each) => each.thunk));
  return value.gaps[0] ?? unknown('the list depends on a condition', thunk.location);
}

function at(items: readonly Thunk[], index: Thunk): Value {
  const value = index.force();
  if (value.type !== 'int') return value.type === 'unknown' ? value : unknown('an index must be an integer', index.location);
  return items[Number(value.value)]?.force() ?? unknown('the index is outside the list', index.location);
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

function some(evaluation: Evaluation, test: Thunk, xs: Thunk, looking: boolean): Value {
  return whole(xs, (items) => {
    for (const x of items) {
      const verdict = call(evaluation, test.force(), x, x.location);
      if (verdict.type !== 'bool') return verdict.type === 'unknown' ? verdict : unknown('a Boolean is wanted', x.location);
      if (verdict.value === looking) return bool(looking);
    }
    return bool(!looking);
  });
}

function generated(evaluation: Evaluation, fn: Thunk, n: Thunk): Value {
  const count = n.force();
  if (count.type !== 'int') return count.type === 'unknown' ? count : unknown('a length must be an integer', n.location);
  if (count.value < 0n || count.value > 100_000n) return unknown('the list is too long', n.location);
  const items = Array.from({ length: Number(count.value) }, (_, index) => ({
    thunk: new Thunk(fn.location, () => call(evaluation, fn.force(), Thunk.of(int(index)), fn.location)),
    conditions: [],
  }));
  return list(items, n.location);
}

function withName(thunk: Thunk, use: (text: string) => Value): Value {
  const text = stringOf(thunk);
  return typeof text === 'string' ? use(text) : text;
}

function withSet(thunk: Thunk, use: (set: Exclude<ReturnType<typeof setOf>, { type: 'unknown' }>) => Value): Value {
  const set = setOf(thunk);
  return isUnknown(set) ? set : use(set);
}

function names(thunk: Thunk): Value {
  return withSet(thunk, (set) =>
    list(
      sortedNames(set).map((name) => item(string(name, set.get(name)?.name ?? null), set.get(name)?.conditions)),
      thunk.location,
      set.gaps,
    ),
  );
}

function values(thunk: Thunk): Value {
  return withSet(thunk, (set) =>
    list(
      sortedNames(set).flatMap((name) => set.get(name) ?? []),
      thunk.location,
      set.gaps,
    ),
  );
}

function hasAttr(name: Thunk, thunk: Thunk): Value {
  return withName(name, (text) =>
    withSet(thunk, (set) => {
      const found = set.get(text);
      if (found)
        return found.conditions[0] ? unknown(`it depends on ${found.conditions[0].text}`, found.conditions[0].location) : bool(true);
      return set.gaps[0] ?? bool(false);
    }),
  );
}

function mapAttrs(evaluation: Evaluation, fn: Thunk, thunk: Thunk): Value {
  return withSet(thunk, (set) => {
    const map = new Map<string, Attr>();
    for (const name of set.names()) {
      const found = set.get(name);
      if (!found) continue;
      const nameThunk = Thunk.of(string(name, found.name));
      map.set(name, {
        ...found,
        thunk: new Thunk(found.thunk.location, () => callAll(evaluation, fn.force(), [nameThunk, found.thunk], found.thunk.location)),
      });
    }
    return attrs(map, thunk.location, set.gaps);
  });
}

function removeAttrs(thunk: Thunk, xs: Thunk): Value {
  return withSet(thunk, (set) =>
    whole(xs, (items) => {
      const drop = new Set(items.map((each) => stringOf(each)));
      const kept = set.names().filter((name) => !drop.has(name));
      return attrs(new Map(kept.flatMap((name) => pair(name, set.get(name)))), thunk.location, set.gaps);
    }),
  );
}

function intersect(a: Thunk, b: Thunk): Value {
  return withSet(a, (left) =>
    withSet(b, (right) => {
      const shared = right.names().filter((name) => left.get(name));
      return attrs(new Map(shared.flatMap((name) => pair(name, right.get(name)))), b.location, [...left.gaps, ...right.gaps]);
    }),
  );
}

function pair(name: string, found: Attr | undefined): readonly (readonly [string, Attr])[] {
  return found ? [[name, found]] : [];
}

function listToAttrs(xs: Thunk): Value {
  const value = listOf(xs);
  const map = new Map<string, Attr>();
  const gaps = [...value.gaps];
  for (const each of value.items) {
    const set = setOf(each.thunk);
    if (isUnknown(set)) {
      gaps.push(set);
      continue;
    }
    const name = member(set, 'name');
    if (name.type === 'string') {
      // The first of equal names wins.
      if (!map.has(name.value))
        map.set(name.value, {
          thunk: new Thunk(each.thunk.location, () => member(set, 'value')),
          name: name.location,
          binding: each.thunk.location,
          conditions: each.conditions,
        });
    } else gaps.push(name.type === 'unknown' ? name : unknown('a name must be a string', each.thunk.location));
  }
  return attrs(map, xs.location, gaps);
}

function functionArgs(fn: Value): Value {
  if (fn.type === 'unknown') return fn;
  if (fn.type !== 'function') return unknown('a function is wanted', null);
  return record(Object.fromEntries([...(fn.formals ?? [])].map(([name, optional]) => [name, bool(optional)])));
}

const TYPE_NAMES: Readonly<Record<string, string>> = { attrs: 'set', function: 'lambda' };

function typeOf(value: Value): Value {
  return value.type === 'unknown' ? value : string(TYPE_NAMES[value.type] ?? value.type, null);
}

function is(thunk: Thunk, type: Value['type']): Value {
  const value = thunk.force();
  return value.type === 'unknown' ? value : bool(value.type === type);
}

function toText(evaluation: Evaluation, thunk: Thunk): Value {
  return evaluation.deeper(thunk.location, () => textOf(evaluation, thunk));
}

function textOf(evaluation: Evaluation, thunk: Thunk): Value {
  const value = thunk.force();
  switch (value.type) {
    case 'null':
      return string('', thunk.location);
    case 'bool':
      return string(value.value ? '1' : '', thunk.location);
    case 'int':
      return string(value.value.toString(), thunk.location);
    case 'path':
      return string(value.path, thunk.location);
    case 'float':
      return string(value.value.toFixed(6), thunk.location);
    case 'list':
      return whole(thunk, (items) => listText(evaluation, items, thunk.location));
    default: {
      const text = coerceToString(evaluation, value, thunk.location);
      return typeof text === 'string' ? string(text, 'location' in value ? value.location : thunk.location) : text;
    }
  }
}

/** Items with a space between them; none behind an empty list, as in Nix. */
function listText(evaluation: Evaluation, items: readonly Thunk[], location: Thunk['location']): Value {
  let text = '';
  for (const [index, each] of items.entries()) {
    const part = toText(evaluation, each);
    if (part.type !== 'string') return part;
    const inner = each.force();
    const silent = inner.type === 'list' && inner.items.length === 0;
    text += index < items.length - 1 && !silent ? `${part.value} ` : part.value;
    if (text.length > MAX_TEXT) return unknown('the text is too long', location);
  }
  return string(text, location);
}

function joined(evaluation: Evaluation, separator: Thunk, xs: Thunk): Value {
  return withName(separator, (between) =>
    whole(xs, (items) => {
      let joinedText = '';
      for (const [index, each] of items.entries()) {
        const text = coerceToString(evaluation, each.force(), each.location);
        if (typeof text !== 'string') return text;
        joinedText += index > 0 ? between + text : text;
        if (joinedText.length > MAX_TEXT) return unknown('the text is too long', xs.location);
      }
      return string(joinedText, xs.location);
    }),
  );
}

function pathText(thunk: Thunk, use: (text: string) => Value): Value {
  const value = thunk.force();
  if (value.type === 'path') return use(value.path);
  return value.type === 'string' || value.type === 'unknown' ? withName(thunk, use) : unknown('a path is wanted', thunk.location);
}

function dirOf(thunk: Thunk): Value {
  const value = thunk.force();
  if (value.type === 'path') return { ...value, path: posix.dirname(value.path) };
  return pathText(thunk, (text) => string(posix.dirname(text), thunk.location));
}

function pathExists(evaluation: Evaluation, thunk: Thunk): Value {
  const value = thunk.force();
  if (value.type !== 'path') return value.type === 'unknown' ? value : unknown('only paths of the workspace are looked up', thunk.location);
  return evaluation.sources.kindOf(value.path) ? bool(true) : unknown(`${value.path} may exist without being seen here`, thunk.location);
}

function failure(kind: string, message: Thunk): Value {
  const text = stringOf(message);
  return unknown(typeof text === 'string' ? `${kind}: ${text}` : kind, message.location);
}
