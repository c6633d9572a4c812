import { posix } from 'node:path';
import type { Evaluation } from '../../nix/evaluation.ts';
import { external, list, record, Thunk, unknown, type Value } from '../../nix/value.ts';
import { fn, hostNamed, machine, partly, pathValue, sure, type Framework } from './framework.ts';
import { makeFlake } from './flakeParts.ts';
import { namedFiles } from './layout.ts';
import { at, directoryOf, lazySet } from './read.ts';

/**
 * srid/nixos-unified (its guide, "Autowiring"): `configurations/nixos/<host>` are machines, `modules/nixos` and `modules/home` modules of
 * the flake, `modules/flake-parts` its own ones. Every module gets `flake`: `self`, `inputs`, `config`.
 */
export const nixosUnified: Framework = {
  input: /nixos-unified|nixos-flake/,
  value: (evaluation, outside) => {
    const wired = fn(evaluation, 1, (ev, args) => autoWire(ev, args, directoryOf(at(args.force(), 'self'))));
    const plain = fn(evaluation, 1, (ev, args) =>
      record({ flake: record({ 'nixos-unified': record({ lib: systemFunctions(ev, args.force()) }) }) }),
    );
    const modules = partly(outside, { default: plain, autoWire: wired });
    return partly(outside, {
      flakeModule: plain,
      flakeModules: modules,
      lib: partly(outside, {
        mkFlake: fn(evaluation, 1, (ev, args) => {
          const root = directoryOf(at(args.force(), 'root'));
          if (root === null) return unknown('nixos-unified needs root, a path of this workspace', args.location);
          const own = namedFiles(ev, posix.join(root, 'modules/flake-parts')).map(([, file]) => Thunk.of(pathValue(file)));
          return makeFlake(ev, args, [Thunk.of(fn(ev, 1, (inner, given) => autoWire(inner, given, root))), Thunk.of(plain), ...own]);
        }),
      }),
    });
  },
};

/** The module that turns files into outputs. */
function autoWire(evaluation: Evaluation, args: Thunk, root: string | null): Value {
  if (root === null) return unknown('the directory of the flake is not known', args.location);
  const folder = (name: string): string =>
    [posix.join(root, name), posix.join(root, 'nix', name)].find((each) => evaluation.sources.kindOf(each) === 'directory') ??
    posix.join(root, name);
  const files = (name: string): readonly (readonly [string, () => Value])[] =>
    namedFiles(evaluation, folder(name)).map(([file, path]) => [file, (): Value => pathValue(path)] as const);
  const hosts = namedFiles(evaluation, folder('configurations/nixos')).map(
    ([name, path]) =>
      [name, (): Value => linuxSystem(evaluation, args.force(), [Thunk.of(pathValue(path)), hostNamed(name).thunk])] as const,
  );
  return record({
    flake: lazySet([
      ['nixosConfigurations', (): Value => lazySet(hosts)],
      ['nixosModules', (): Value => lazySet(files('modules/nixos'))],
      ['homeModules', (): Value => lazySet(files('modules/home'))],
      ['darwinModules', (): Value => lazySet(files('modules/darwin'))],
      ['overlays', (): Value => external('overlays')],
    ]),
  });
}

function systemFunctions(evaluation: Evaluation, args: Value): Value {
  return partly(external('a function of nixos-unified'), {
    mkLinuxSystem: fn(evaluation, 2, (ev, _, module) => linuxSystem(ev, args, [module])),
  });
}

function linuxSystem(evaluation: Evaluation, args: Value, modules: readonly Thunk[]): Value {
  const flake = record({
    self: at(args, 'self') ?? external('self'),
    inputs: at(args, 'inputs') ?? external('inputs'),
    config: at(args, 'config') ?? external('config'),
  });
  const special = record({ flake, rosettaPkgs: external('pkgs') });
  const homes = record({ 'home-manager': record({ extraSpecialArgs: special }) });
  return machine(evaluation, list([...modules.map(sure), sure(homes)]).items, special);
}
