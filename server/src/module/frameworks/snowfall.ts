import { posix } from 'node:path';
import { apply } from '../../nix/arguments.ts';
import { globalScope } from '../../nix/builtins.ts';
import { update } from '../../nix/combine.ts';
import type { Evaluation } from '../../nix/evaluation.ts';
import { evaluateFile } from '../../nix/wholeFile.ts';
import { bool, external, list, record, string, Thunk, unknown, type ListItem, type Value } from '../../nix/value.ts';
import { fn, machine, partly, pathValue, sure, type Framework } from './framework.ts';
import { directories, filesBelow } from './layout.ts';
import { systemLib } from './nixpkgs.ts';
import { at, attributes, directoryOf, lazySet, modulesOf, text } from './read.ts';

/**
 * snowfallorg/lib (its guide, "Systems", "Modules", "Homes", "Library"): `systems/<arch>-linux/<host>/default.nix` is a machine, with every
 * `default.nix` below `modules/nixos`; `homes/<arch>/<user>@<host>/default.nix` a user of it, with every one below `modules/home`.
 */
export const snowfall: Framework = {
  input: /snowfall/,
  value: (evaluation, outside) =>
    partly(outside, {
      mkFlake: fn(evaluation, 1, (ev, args) => makeFlake(ev, args.force(), args.force())),
      mkLib: fn(evaluation, 1, (ev, args) => snowfallLib(ev, args.force())),
      lib: partly(outside, {
        mkFlake: fn(evaluation, 1, (ev, args) => makeFlake(ev, args.force(), args.force())),
        mkLib: fn(evaluation, 1, (ev, args) => snowfallLib(ev, args.force())),
      }),
    }),
};

/** The author's `lib`: that of nixpkgs, those of the inputs by their names, and what `lib/` holds, under the namespace. */
function snowfallLib(evaluation: Evaluation, given: Value): Value {
  const root = rootOf(given);
  const namespace = namespaceOf(given);
  const inputs = at(given, 'inputs');
  const result: Thunk = new Thunk(null, () => {
    const own = root === null ? [] : filesBelow(evaluation, posix.join(root, 'lib'), 'default.nix');
    const args = Thunk.of(
      record({
        lib: result,
        inputs: inputs ?? external('inputs'),
        'snowfall-inputs': external('the inputs of snowfall-lib'),
        namespace: string(namespace, null),
      }),
    );
    const functions = new Thunk(null, () =>
      own.reduce<Value>((made, [, file]) => {
        const value = evaluateFile(evaluation, file, globalScope(evaluation));
        return update(made, value.type === 'function' ? apply(evaluation, Thunk.of(value), args) : value);
      }, record({})),
    );
    const named = attributes(inputs)
      .filter(([name]) => name !== 'self')
      .map(([name, thunk]) => [name, (): Value => at(thunk.force(), 'lib') ?? external(`the lib of ${name}`)] as const);
    return update(
      update(lazySet(named), systemLib(evaluation)),
      record({
        [namespace]: functions,
        snowfall: external('the lib of snowfall'),
        mkFlake: fn(evaluation, 1, (ev, args2) => makeFlake(ev, given, args2.force())),
      }),
    );
  });
  return result.force();
}

function rootOf(given: Value): string | null {
  return directoryOf(at(given, 'snowfall', 'root')) ?? directoryOf(at(given, 'src'));
}

function namespaceOf(given: Value): string {
  return text(at(given, 'snowfall', 'namespace')) ?? 'internal';
}

/** The outputs. `base` says where the files are, `given` what is added to them. */
function makeFlake(evaluation: Evaluation, base: Value, given: Value): Value {
  const root = rootOf(base);
  if (root === null) return unknown('snowfall needs src, a path of this workspace', null);
  const lib = new Thunk(null, () => snowfallLib(evaluation, base));
  const systems = posix.join(root, 'systems');
  const machines = directories(evaluation, systems)
    .filter((target) => target.endsWith('-linux'))
    .flatMap((target) =>
      directories(evaluation, posix.join(systems, target)).map(
        (host) => [host, (): Value => makeHost(evaluation, { base, given, root, lib, host, target })] as const,
      ),
    );
  const registry = (kind: string): Value =>
    lazySet(
      filesBelow(evaluation, posix.join(root, 'modules', kind), 'default.nix').map(
        ([name, file]) => [name, (): Value => pathValue(file)] as const,
      ),
    );
  return lazySet([
    ['nixosConfigurations', (): Value => lazySet(machines)],
    ['nixosModules', (): Value => registry('nixos')],
    ['homeModules', (): Value => registry('home')],
    ['lib', (): Value => lib.force()],
    ...['packages', 'overlays', 'devShells', 'checks', 'darwinConfigurations', 'homeConfigurations'].map(
      (name) => [name, (): Value => external(`what snowfall makes (${name})`)] as const,
    ),
  ]);
}

interface Host {
  readonly base: Value;
  readonly given: Value;
  readonly root: string;
  readonly lib: Thunk;
  readonly host: string;
  readonly target: string;
}

function makeHost(evaluation: Evaluation, { base, given, root, lib, host, target }: Host): Value {
  const inputs = at(base, 'inputs') ?? external('inputs');
  const common = {
    lib,
    inputs,
    namespace: string(namespaceOf(base), null),
    system: string(target, null),
    target: string(target, null),
    format: string('linux', null),
    virtual: bool(false),
    host: string(host, null),
    systems: external('the other systems'),
  };
  const modules = (kind: string): readonly ListItem[] =>
    filesBelow(evaluation, posix.join(root, 'modules', kind), 'default.nix').map(([, file]) => sure(pathValue(file)));
  const homes = posix.join(root, 'homes', target);
  const users = directories(evaluation, homes).flatMap((name) => {
    const [user = name, at2] = name.split('@');
    return at2 === undefined || at2 === host ? [[user, (): Value => pathValue(posix.join(homes, name))] as const] : [];
  });
  const homeManager = record({
    users: lazySet(users),
    sharedModules: list([...modules('home'), ...modulesOf(at(given, 'homes', 'modules'))]),
    extraSpecialArgs: record({ ...common, name: external('the name of the home'), user: external('the user'), home: external('the home') }),
  });
  return machine(
    evaluation,
    [
      sure(pathValue(posix.join(root, 'systems', target, host))),
      ...modules('nixos'),
      ...modulesOf(at(given, 'systems', 'modules', 'nixos')),
      ...modulesOf(at(given, 'systems', 'hosts', host, 'modules')),
      sure(record({ networking: record({ hostName: string(host, null) }), 'home-manager': homeManager })),
    ],
    update(record(common), at(given, 'systems', 'hosts', host, 'specialArgs') ?? record({})),
  );
}
