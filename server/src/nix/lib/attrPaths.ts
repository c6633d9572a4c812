import { apply, whole, withSet, withText, type Table } from '../arguments.ts';
import { textsOf } from '../builtins/sets.ts';
import { certain, equals, update } from '../combine.ts';
import type { Evaluation } from '../evaluation.ts';
import { isUnknown, setOf } from '../primitive.ts';
import { attr, attrs, bool, string, Thunk, unknown, type Unknown, type Value, stringList } from '../value.ts';
import { attributeName } from './identifiers.ts';

/** What nixpkgs lib/attrsets.nix and lib/options.nix have for paths of attributes. */
export const ATTR_PATHS: Table = [
  ['matchAttrs', 2, (ev, pattern, set) => matches(ev, pattern, set)],
  ['longestValidPathPrefix', 2, (_, path, set) => textsOf(path, (names) => validPrefix(names, set))],
  ['showAttrPath', 1, (_, path) => textsOf(path, (names) => string(shown(names) || '<root attribute path>', path.location))],
  ['showOption', 1, (_, path) => textsOf(path, (names) => string(shown(names), path.location))],
  ['updateManyAttrsByPath', 2, (ev, updates, set) => whole(updates, (items) => updatedMany(ev, items, set))],
];

function shown(names: readonly string[]): string {
  return names.map((name) => (name === '*' || /^<.*>$/s.test(name) ? name : attributeName(name))).join('.');
}

/** Whether a set has all that a pattern has, with the same values; sets in it are patterns themselves. */
function matches(evaluation: Evaluation, pattern: Thunk, thunk: Thunk): Value {
  return evaluation.deeper(pattern.location, () =>
    withSet(pattern, (wanted) =>
      withSet(thunk, (set) => {
        if (wanted.gaps[0]) return wanted.gaps[0];
        for (const name of wanted.names()) {
          const left = wanted.get(name);
          const right = set.get(name);
          if (!left) continue;
          if (!right) return set.gaps[0] ?? bool(false);
          const [a, b] = [certain(left), certain(right)];
          const inner = a.type === 'attrs' && b.type === 'attrs' ? matches(evaluation, Thunk.of(a), Thunk.of(b)) : sameness(a, b, thunk);
          if (inner.type !== 'bool' || !inner.value) return inner;
        }
        return bool(true);
      }),
    ),
  );
}

function sameness(a: Value, b: Value, at: Thunk): Value {
  const same = equals(a, b);
  return same === null ? unknown('the values are not known well enough to compare', at.location) : bool(same);
}

function validPrefix(names: readonly string[], thunk: Thunk): Value {
  let value = thunk.force();
  for (const [index, name] of names.entries()) {
    if (value.type === 'unknown') return value;
    const found = value.type === 'attrs' ? value.attrs.get(name) : undefined;
    if (!found) {
      const [gap] = value.type === 'attrs' ? value.attrs.gaps : [];
      return gap ?? stringList(names.slice(0, index));
    }
    value = certain(found);
  }
  return stringList(names);
}

interface Update {
  readonly path: readonly string[];
  readonly update: Thunk;
}

/** `[ { path; update; } … ]` applied to a set, longer paths first and among equal ones in their order. */
function updatedMany(evaluation: Evaluation, items: readonly Thunk[], thunk: Thunk): Value {
  const updates: Update[] = [];
  for (const each of items) {
    const set = setOf(each);
    if (isUnknown(set)) return set;
    const [path, change] = [set.get('path'), set.get('update')];
    if (!path || !change) return set.gaps[0] ?? unknown('path and update are wanted', each.location);
    const names: string[] = [];
    const problem = whole(path.thunk, (parts) => {
      for (const part of parts) {
        const text = withText(part, (name) => string(name, null));
        if (text.type !== 'string') return text;
        names.push(text.value);
      }
      return bool(true);
    });
    if (problem.type !== 'bool') return problem;
    updates.push({ path: names, update: change.thunk });
  }
  return applied(evaluation, updates, 0, thunk, thunk).force();
}

/** `value`: null where the set has nothing there. */
function applied(evaluation: Evaluation, updates: readonly Update[], depth: number, value: Thunk | null, at: Thunk): Thunk {
  return new Thunk(at.location, () =>
    evaluation.deeper(at.location, () => {
      const here = updates.filter(({ path }) => path.length === depth);
      const below = updates.filter(({ path }) => path.length > depth);
      let result: Thunk | Unknown = value ?? unknown('an update asks for what is not there', at.location);
      if (below.length > 0) {
        const old = value ? value.force() : attrs(new Map());
        if (old.type !== 'attrs') return old.type === 'unknown' ? old : unknown('a set is wanted', at.location);
        const names = [...new Set(below.map(({ path }) => path[depth] ?? ''))];
        const changed = names.map((name) => {
          const inner = below.filter(({ path }) => path[depth] === name);
          return [name, attr(applied(evaluation, inner, depth + 1, old.attrs.get(name)?.thunk ?? null, at))] as const;
        });
        result = Thunk.of(update(old, attrs(new Map(changed))));
      }
      for (const { update: change } of here) {
        const before: Thunk = result instanceof Thunk ? result : Thunk.of(result);
        result = new Thunk(at.location, () => apply(evaluation, change, before));
      }
      return result instanceof Thunk ? result.force() : result;
    }),
  );
}
