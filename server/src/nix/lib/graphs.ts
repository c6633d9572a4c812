import { apply2, whole, type Table } from '../arguments.ts';
import type { Evaluation } from '../evaluation.ts';
import { attr, attrs, list, Thunk, unknown, type Unknown, type Value } from '../value.ts';

/** What nixpkgs lib/lists.nix has for things of which some come before others. */
export const GRAPHS: Table = [
  ['listDfs', 3, (ev, stop, before, xs) => whole(xs, (items) => depthFirst(ev, stop, before, items, xs))],
  ['toposort', 2, (ev, before, xs) => whole(xs, (items) => topologicalSort(ev, before, items, xs))],
];

interface Walk {
  readonly at: Thunk;
  readonly visited: readonly Thunk[];
  readonly rest: readonly Thunk[];
  /** Those visited before that come before `at`; empty: nothing else does either. */
  readonly loops: readonly Thunk[];
}

/** Follows what comes before the first item until nothing does, or until it comes to an item it has visited. */
function walk(evaluation: Evaluation, stop: boolean, before: Thunk, items: readonly Thunk[]): Walk | Unknown {
  let [at, ...rest] = items;
  let visited: readonly Thunk[] = [];
  for (;;) {
    if (!at) return unknown('the list is empty', before.location);
    const here = at;
    const loops = split(evaluation, before, here, visited);
    const ahead = split(evaluation, before, here, rest);
    if ('type' in loops) return loops;
    if ('type' in ahead) return ahead;
    if (stop && loops.yes.length > 0) return { at: here, visited, rest, loops: loops.yes };
    const [next, ...others] = ahead.yes;
    if (!next) return { at: here, visited, rest, loops: [] };
    visited = [here, ...visited];
    rest = [...others, ...ahead.no];
    at = next;
  }
}

function split(
  evaluation: Evaluation,
  before: Thunk,
  at: Thunk,
  items: readonly Thunk[],
): { readonly yes: readonly Thunk[]; readonly no: readonly Thunk[] } | Unknown {
  const yes: Thunk[] = [];
  const no: Thunk[] = [];
  for (const each of items) {
    const verdict = apply2(evaluation, before, each, at);
    if (verdict.type !== 'bool') return verdict.type === 'unknown' ? verdict : unknown('a Boolean is wanted', before.location);
    (verdict.value ? yes : no).push(each);
  }
  return { yes, no };
}

function depthFirst(evaluation: Evaluation, stop: Thunk, before: Thunk, items: readonly Thunk[], xs: Thunk): Value {
  const stops = stop.force();
  if (stops.type !== 'bool') return stops.type === 'unknown' ? stops : unknown('a Boolean is wanted', stop.location);
  const found = walk(evaluation, stops.value, before, items);
  if ('type' in found) return found;
  const { at, visited, rest, loops } = found;
  const common: readonly (readonly [string, Thunk])[] = [
    ['visited', listThunk(visited, xs)],
    ['rest', listThunk(rest, xs)],
  ];
  return set(loops.length > 0 ? [['cycle', at], ['loops', listThunk(loops, xs)], ...common] : [['minimal', at], ...common]);
}

function topologicalSort(evaluation: Evaluation, before: Thunk, items: readonly Thunk[], xs: Thunk): Value {
  const result: Thunk[] = [];
  let rest = items;
  while (rest.length > 1) {
    const found = walk(evaluation, true, before, rest);
    if ('type' in found) return found;
    const { at, visited, loops } = found;
    if (loops.length > 0)
      return set([
        ['cycle', listThunk([at, ...visited].toReversed(), xs)],
        ['loops', listThunk(loops, xs)],
      ]);
    result.push(at);
    rest = [...visited, ...found.rest];
  }
  return set([['result', listThunk([...result, ...rest], xs)]]);
}

function listThunk(items: readonly Thunk[], xs: Thunk): Thunk {
  return Thunk.of(
    list(
      items.map((thunk) => ({ thunk, conditions: [] })),
      xs.location,
    ),
  );
}

function set(parts: readonly (readonly [string, Thunk])[]): Value {
  return attrs(new Map(parts.map(([name, thunk]) => [name, attr(thunk)])));
}
