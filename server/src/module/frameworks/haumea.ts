import { posix } from 'node:path';
import { apply2 } from '../../nix/arguments.ts';
import { call } from '../../nix/call.ts';
import { update } from '../../nix/combine.ts';
import { globalScope } from '../../nix/builtins.ts';
import type { Evaluation } from '../../nix/evaluation.ts';
import { evaluateFile } from '../../nix/wholeFile.ts';
import { list, record, Thunk, unknown, type Value } from '../../nix/value.ts';
import { fn, partly, pathValue, sure, type Framework } from './framework.ts';
import { at, directoryOf, lazySet } from './read.ts';

/** nix-community/haumea (its docs, "load"): a directory of Nix files as nested sets, `foo.nix` under `foo`, each made by a loader. */
export const haumea: Framework = {
  input: /haumea/,
  value: (evaluation, outside) =>
    partly(outside, {
      lib: partly(outside, {
        load: fn(evaluation, 1, (ev, args) => load(ev, args)),
        loadEvalModules: fn(evaluation, 1, () => outside),
        loaders: partly(outside, {
          default: fn(evaluation, 2, (ev, inputs, path) => call(ev, imported(ev, path), inputs, path.location)),
          scoped: fn(evaluation, 2, () => outside),
          path: fn(evaluation, 2, (_, __, path) => path.force()),
          verbatim: fn(evaluation, 2, (ev, _, path) => imported(ev, path)),
          callPackage: fn(evaluation, 2, () => outside),
        }),
        transformers: partly(outside, {
          liftDefault: fn(evaluation, 2, (_, __, set) => lifted(set.force())),
          hoistLists: fn(evaluation, 4, (_, __, ___, ____, set) => set.force()),
        }),
        matchers: partly(outside, {}),
      }),
    }),
};

const MAX_DEPTH = 20;

function imported(evaluation: Evaluation, path: Thunk): Value {
  const value = path.force();
  return value.type === 'path' ? evaluateFile(evaluation, value.path, globalScope(evaluation)) : value;
}

/** `haumea.lib.load args`. */
export function load(evaluation: Evaluation, args: Thunk): Value {
  const given = args.force();
  const root = directoryOf(at(given, 'src'));
  if (root === null) return unknown('haumea needs src, a path of this workspace', args.location);
  const loader = at(given, 'loader');
  const inputs = at(given, 'inputs') ?? record({});
  const transformer = at(given, 'transformer');
  const transformers =
    transformer?.type === 'list' ? transformer.items.map((each) => each.thunk) : transformer ? [Thunk.of(transformer)] : [];
  const whole: Thunk = new Thunk(args.location, () => node(root, [], 0));
  const node = (directory: string, cursor: readonly string[], depth: number): Value => {
    const entries = evaluation.sources.entries(directory);
    if (typeof entries === 'string') return unknown(`${directory}: ${entries}`, args.location);
    const made = lazySet(
      [...entries]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([name, kind]): readonly (readonly [string, () => Value])[] => {
          const path = posix.join(directory, name);
          // Names that begin with an underscore are seen inside only.
          if (name.startsWith('_') || name.startsWith('.')) return [];
          if (kind === 'directory') return depth < MAX_DEPTH ? [[name, (): Value => node(path, [...cursor, name], depth + 1)]] : [];
          return name.endsWith('.nix') ? [[name.slice(0, -'.nix'.length), (): Value => leaf(path)]] : [];
        }),
    );
    const names = Thunk.of(list(cursor.map((name) => sure({ type: 'string', value: name, location: null }))));
    return transformers.reduce<Value>((value, each) => apply2(evaluation, each, names, Thunk.of(value)), made);
  };
  const leaf = (path: string): Value => {
    const file = Thunk.of(pathValue(path));
    const seen = Thunk.of(update(inputs, record({ root: whole, super: whole, self: whole })));
    if (loader?.type === 'list') return unknown('haumea with matchers is not read', args.location);
    return loader ? apply2(evaluation, Thunk.of(loader), seen, file) : loadDefault(evaluation, seen, file);
  };
  return whole.force();
}

/** Files that are functions are called with what they name. */
function loadDefault(evaluation: Evaluation, inputs: Thunk, file: Thunk): Value {
  const value = imported(evaluation, file);
  return value.type === 'function' ? call(evaluation, value, inputs, file.location) : value;
}

/** What stands under `default` stands in the set itself. */
export function lifted(value: Value): Value {
  const inner = at(value, 'default');
  return inner?.type === 'attrs' ? update(inner, value) : value;
}
