import { posix } from 'node:path';
import { apply, apply2 } from '../../nix/arguments.ts';
import { globalScope } from '../../nix/builtins.ts';
import { primitive } from '../../nix/primitive.ts';
import type { Evaluation } from '../../nix/evaluation.ts';
import {
  attr,
  attrs,
  bool,
  list,
  pathOf,
  record,
  string,
  Thunk,
  unknown,
  type ListItem,
  type Unknown,
  type Value,
} from '../../nix/value.ts';
import { pathValue, sure, type Framework } from './framework.ts';

/** vic/import-tree: applied to directories, a module that imports every .nix file below them without `/_` in its path. */
export const importTree: Framework = {
  input: /import-tree/,
  value: (evaluation, outside) => tree(evaluation, outside, { tests: [], changes: [], paths: [] }),
};

interface State {
  /** Whether a file is taken, asked with its path as text. */
  readonly tests: readonly ((evaluation: Evaluation, path: Thunk) => Value)[];
  readonly changes: readonly Thunk[];
  readonly paths: readonly Thunk[];
}

/** The function with its methods, each of which gives one that knows more (import-tree README, "API"). */
function tree(evaluation: Evaluation, outside: Unknown, state: State): Value {
  const again = (more: Partial<State>): Value => tree(evaluation, outside, { ...state, ...more });
  const method = (make: (x: Thunk) => Value): Value => primitive(evaluation, 1, (_, x) => make(x));
  const test = (ask: (ev: Evaluation, x: Thunk, path: Thunk) => Value): Value =>
    method((x) => again({ tests: [...state.tests, (ev, path) => ask(ev, x, path)] }));
  const files = (of: readonly Thunk[]): Value => read(evaluation, { ...state, paths: [...state.paths, ...of] });
  const functor = primitive(evaluation, 2, (_, __, given) => {
    const value = given.force();
    // Imported as a module of its own it is called with a module's arguments.
    const paths = value.type === 'attrs' && value.attrs.get('outPath') === undefined ? [] : [given];
    const items = files(paths);
    return items.type === 'list' ? record({ imports: items }) : items;
  });
  const leaves = primitive(evaluation, 1, (_, given) => files([given]));
  const known: Readonly<Record<string, Value>> = {
    __functor: functor,
    filter: test((ev, x, path) => apply(ev, x, path)),
    filterNot: test((ev, x, path) => not(apply(ev, x, path))),
    match: test((ev, x, path) => matches(ev, x, path)),
    matchNot: test((ev, x, path) => not(matches(ev, x, path))),
    map: method((x) => again({ changes: [...state.changes, x] })),
    addPath: method((x) => again({ paths: [...state.paths, x] })),
    withLib: method(() => again({})),
    leafs: leaves,
    leaves,
  };
  const map = new Map(Object.entries(known).map(([name, value]) => [name, attr(Thunk.of(value))] as const));
  map.set('files', attr(new Thunk(null, () => files([]))));
  map.set('new', attr(new Thunk(null, () => tree(evaluation, outside, { tests: [], changes: [], paths: [] }))));
  return attrs(map, null, [outside]);
}

function not(value: Value): Value {
  return value.type === 'bool' ? bool(!value.value) : value;
}

function matches(evaluation: Evaluation, pattern: Thunk, path: Thunk): Value {
  const match = globalScope(evaluation).lexical('__match');
  const found = match ? apply2(evaluation, match, pattern, path) : unknown('builtins.match is missing', pattern.location);
  return found.type === 'unknown' ? found : bool(found.type !== 'null');
}

function read(evaluation: Evaluation, { tests, changes, paths }: State): Value {
  const items: ListItem[] = [];
  const gaps: Unknown[] = [];
  const addFile = (path: string): void => {
    const text = Thunk.of(string(path, null));
    const verdicts = tests.map((test) => test(evaluation, text));
    if (verdicts.some((verdict) => verdict.type === 'bool' && !verdict.value)) return;
    const open = verdicts.find((verdict) => verdict.type !== 'bool');
    if (open) gaps.push(open.type === 'unknown' ? open : unknown('a filter of import-tree gives no Boolean', null));
    else
      items.push(
        sure(changes.reduce((thunk, change) => new Thunk(null, () => apply(evaluation, change, thunk)), Thunk.of(pathValue(path)))),
      );
  };
  const add = (thunk: Thunk, depth: number): void => {
    const value = thunk.force();
    if (value.type === 'list' && depth < MAX_DEPTH) {
      gaps.push(...value.gaps);
      for (const each of value.items) add(each.thunk, depth + 1);
      return;
    }
    const outPath = value.type === 'attrs' ? value.attrs.get('outPath') : undefined;
    const path = outPath ? pathOf(outPath.thunk.force()) : pathOf(value);
    if (path?.startsWith('/')) addTree(evaluation, posix.normalize(path), addFile, 0);
    else if (value.type === 'unknown') gaps.push(value);
    // Modules among the paths go through.
    else items.push(sure(thunk));
  };
  for (const path of paths) add(path, 0);
  return list(items, paths[0]?.location ?? null, gaps);
}

const MAX_DEPTH = 20;

function addTree(evaluation: Evaluation, path: string, use: (file: string) => void, depth: number): void {
  if (evaluation.sources.kindOf(path) === 'file') return use(path);
  const entries = depth < MAX_DEPTH ? evaluation.sources.entries(path) : 'it is too deep';
  if (typeof entries === 'string') return;
  for (const name of [...entries.keys()].toSorted()) {
    if (name.startsWith('_')) continue;
    const inner = posix.join(path, name);
    if (entries.get(name) === 'directory') addTree(evaluation, inner, use, depth + 1);
    else if (name.endsWith('.nix')) use(inner);
  }
}
