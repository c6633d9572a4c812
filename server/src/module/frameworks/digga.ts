import { posix } from 'node:path';
import { update } from '../../nix/combine.ts';
import { globalScope } from '../../nix/builtins.ts';
import type { Evaluation } from '../../nix/evaluation.ts';
import { external, list, record, Thunk, unknown, type ListItem, type Unknown, type Value } from '../../nix/value.ts';
import { Configuration } from '../configuration.ts';
import { moduleType, option, optionType, setOfType } from '../optionTypes.ts';
import { NONE, raw } from './flakeModule.ts';
import { fn, hostNamed, machine, partly, pathValue, sure, type Framework } from './framework.ts';
import { directories, namedFiles } from './layout.ts';
import { systemLib } from './nixpkgs.ts';
import { at, attributes, directoryOf, lazySet, modulesOf } from './read.ts';

/**
 * divnix/digga (src/mkFlake): `nixos.hosts.<name>` with what `nixos.hostDefaults` gives them all are machines; their modules get what stands
 * in `nixos.importables`.
 */
export const digga: Framework = {
  input: /digga/,
  value: (evaluation, outside) => {
    const leaves = (thunk: Thunk, make: (ev: Evaluation, directory: string) => Value): Value => {
      const directory = directoryOf(thunk.force());
      return directory === null ? unknown('digga needs a directory of this workspace', thunk.location) : make(evaluation, directory);
    };
    return partly(outside, {
      lib: partly(outside, {
        mkFlake: partly(outside, { __functor: fn(evaluation, 2, (ev, _, args) => makeFlake(ev, args, outside)) }),
        rakeLeaves: fn(evaluation, 1, (_, path) => leaves(path, rakeLeaves)),
        flattenTree: fn(evaluation, 1, (_, tree) => lazySet(flattened(tree.force()))),
        importHosts: fn(evaluation, 1, (_, path) =>
          leaves(path, (ev, directory) =>
            record({
              hosts: lazySet(
                flattened(rakeLeaves(ev, directory)).map(([name, leaf]) => [name, (): Value => record({ modules: list([sure(leaf())]) })]),
              ),
            }),
          ),
        ),
        importExportableModules: fn(evaluation, 1, (_, path) =>
          leaves(path, (ev, directory) =>
            record({ exportedModules: list(flattened(rakeLeaves(ev, directory)).map(([, leaf]) => sure(leaf()))) }),
          ),
        ),
        importOverlays: fn(evaluation, 1, () => NONE),
      }),
    });
  },
};

const MAX_DEPTH = 20;

/** Nix files of a directory, and directories with a `default.nix`, by name, in nested sets (digga src/importers.nix). */
function rakeLeaves(evaluation: Evaluation, directory: string, depth = 0): Value {
  const leaves = namedFiles(evaluation, directory);
  const taken = new Set(leaves.map(([name]) => name));
  const inner = depth < MAX_DEPTH ? directories(evaluation, directory).filter((name) => !taken.has(name)) : [];
  return lazySet([
    ...leaves.map(([name, path]) => [name, (): Value => pathValue(path.replace(/\/default\.nix$/, ''))] as const),
    ...inner.map((name) => [name, (): Value => rakeLeaves(evaluation, posix.join(directory, name), depth + 1)] as const),
  ]);
}

/** The paths of nested sets by their names, with dots in between. */
function flattened(tree: Value, above = '', depth = 0): readonly (readonly [name: string, leaf: () => Value])[] {
  if (depth > MAX_DEPTH) return [];
  return attributes(tree).flatMap(([name, thunk]): readonly (readonly [string, () => Value])[] => {
    const value = thunk.force();
    if (value.type === 'path') return [[above + name, (): Value => value]];
    return value.type === 'attrs' ? flattened(value, `${above}${name}.`, depth + 1) : [];
  });
}

function makeFlake(evaluation: Evaluation, args: Thunk, outside: Unknown): Value {
  const configuration = new Configuration(evaluation, globalScope(evaluation), {
    modules: Thunk.of(list([sure(optionsModule()), sure(args)])),
    specialArgs: null,
    extraArgs: { lib: systemLib(evaluation) },
    defaults: () => null,
    complete: true,
  });
  const value = (...path: readonly string[]): Value => configuration.value(path);
  const modules = (...path: readonly string[]): readonly ListItem[] => [...modulesOf(value(...path))];
  const users = record({
    'home-manager': record({
      extraSpecialArgs: value('home', 'importables'),
      sharedModules: list([...modules('home', 'modules'), ...modules('home', 'exportedModules')]),
    }),
    _module: record({ args: record({ hmUsers: new Thunk(null, () => value('home', 'users')) }) }),
  });
  const special = update(
    value('nixos', 'importables'),
    record({ self: at(args.force(), 'self') ?? external('self'), inputs: at(args.force(), 'inputs') ?? external('inputs') }),
  );
  const hosts = value('nixos', 'hosts');
  const gaps = hosts.type === 'attrs' ? hosts.attrs.gaps : hosts.type === 'unknown' ? [hosts] : [];
  const machines = lazySet(
    attributes(hosts).map(([name, thunk]) => [
      name,
      (): Value => {
        const all = [
          ...modules('nixos', 'hostDefaults', 'modules'),
          ...modules('nixos', 'hostDefaults', 'exportedModules'),
          ...modulesOf(at(thunk.force(), 'modules')),
        ];
        return machine(evaluation, [sure(users), ...all, hostNamed(name)], special);
      },
    ]),
    gaps,
  );
  return lazySet([['nixosConfigurations', (): Value => machines]], [outside]);
}

function optionsModule(): Value {
  // One module may stand for a list of them.
  const modules = option(optionType('listOf', { elemType: raw }), { default: list([]) });
  const importables = option(moduleType(record({ freeformType: optionType('attrs') })), { default: NONE });
  const host = moduleType(record({ options: record({ modules }), freeformType: raw }));
  const defaults = moduleType(record({ options: record({ modules, exportedModules: modules }), freeformType: raw }));
  const nixos = moduleType(
    record({
      options: record({
        hosts: option(setOfType(host), { default: NONE }),
        hostDefaults: option(defaults, { default: NONE }),
        importables,
      }),
    }),
  );
  const home = moduleType(
    record({
      options: record({ modules, exportedModules: modules, importables, users: option(raw, { default: NONE }) }),
      freeformType: raw,
    }),
  );
  return record({
    options: record({ nixos: option(nixos, { default: NONE }), home: option(home, { default: NONE }) }),
    freeformType: raw,
  });
}
