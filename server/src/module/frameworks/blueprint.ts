import { posix } from 'node:path';
import { apply } from '../../nix/arguments.ts';
import { globalScope } from '../../nix/builtins.ts';
import type { Evaluation } from '../../nix/evaluation.ts';
import { evaluateFile } from '../../nix/wholeFile.ts';
import { attrs, external, record, string, Thunk, unknown, type Value } from '../../nix/value.ts';
import { fn, machine, partly, pathValue, sure, type Framework } from './framework.ts';
import { directories, namedFiles } from './layout.ts';
import { at, directoryOf, lazySet, text } from './read.ts';

/**
 * numtide/blueprint (its docs, "Folder Structure"): `hosts/<host>/configuration.nix` is a machine, `hosts/<host>/default.nix` says itself what
 * is made; `hosts/<host>/users/<user>` are users of it; `modules/<class>/<name>` modules of the flake.
 */
export const blueprint: Framework = {
  input: /blueprint/,
  value: (evaluation, outside) => {
    const input = partly(outside, { __functor: fn(evaluation, 2, (ev, _, args) => outputs(ev, args.force())) });
    return input.type === 'attrs' ? input : outside;
  },
};

function outputs(evaluation: Evaluation, args: Value): Value {
  const inputs = at(args, 'inputs');
  const self = directoryOf(at(inputs, 'self'));
  if (self === null) return unknown('blueprint needs inputs', null);
  const prefix = at(args, 'prefix');
  const root = directoryOf(prefix) ?? posix.join(self, text(prefix) ?? '');
  const common = { inputs: inputs ?? external('inputs'), flake: at(inputs, 'self') ?? external('self') };
  const hosts = directories(evaluation, posix.join(root, 'hosts')).flatMap((name) => {
    const folder = posix.join(root, 'hosts', name);
    const files = new Set(namedNames(evaluation, folder));
    const host = (): Value =>
      makeHost(evaluation, folder, { ...common, hostName: string(name, null), perSystem: external('perSystem') }, files.has('default.nix'));
    return files.has('configuration.nix') || (files.has('default.nix') && text(at(host(), '_type')) !== null)
      ? [[name, host] as const]
      : [];
  });
  const modules = directories(evaluation, posix.join(root, 'modules')).map(
    (kind) => [kind, (): Value => registry(evaluation, posix.join(root, 'modules', kind), common)] as const,
  );
  const ofKind = (kind: string): Value => modules.find(([name]) => name === kind)?.[1]() ?? attrs(new Map());
  return lazySet([
    ['nixosConfigurations', (): Value => lazySet(hosts)],
    ['nixosModules', (): Value => ofKind('nixos')],
    ['homeModules', (): Value => ofKind('home')],
    ['modules', (): Value => lazySet(modules)],
    ['lib', (): Value => called(evaluation, posix.join(root, 'lib/default.nix'), common)],
    ...['packages', 'devShells', 'checks', 'formatter', 'darwinConfigurations', 'legacyPackages', 'templates'].map(
      (name) => [name, (): Value => external(`what blueprint makes (${name})`)] as const,
    ),
  ]);
}

function namedNames(evaluation: Evaluation, folder: string): readonly string[] {
  const entries = evaluation.sources.entries(folder);
  return typeof entries === 'string' ? [] : [...entries.keys()];
}

function makeHost(evaluation: Evaluation, folder: string, special: Readonly<Record<string, Value>>, own: boolean): Value {
  if (own) {
    const made = called(evaluation, posix.join(folder, 'default.nix'), special);
    return text(at(made, 'class')) === 'nixos' ? (at(made, 'value') ?? made) : made;
  }
  const users = namedFiles(evaluation, posix.join(folder, 'users'), ['home-configuration.nix', 'default.nix']).map(
    ([user, path]) => [user, (): Value => pathValue(path)] as const,
  );
  const homes = record({ 'home-manager': record({ users: lazySet(users), extraSpecialArgs: record(special) }) });
  return machine(
    evaluation,
    [sure(pathValue(posix.join(folder, 'configuration.nix'))), ...(users.length > 0 ? [sure(homes)] : [])],
    record(special),
  );
}

/** Modules by name; one that is a function of `flake` or `inputs` alone is called with them first (blueprint lib/default.nix, modules). */
function registry(evaluation: Evaluation, folder: string, common: Readonly<Record<string, Value>>): Value {
  return lazySet(
    namedFiles(evaluation, folder).map(([name, path]) => [
      name,
      (): Value => {
        const module = evaluateFile(evaluation, path, globalScope(evaluation));
        const names = module.type === 'function' && module.formals ? [...module.formals.keys()] : [];
        const isPublished = names.length > 0 && names.every((each) => each === 'flake' || each === 'inputs');
        return isPublished ? apply(evaluation, Thunk.of(module), Thunk.of(record(common))) : pathValue(path);
      },
    ]),
  );
}

function called(evaluation: Evaluation, file: string, args: Readonly<Record<string, Value>>): Value {
  const value = evaluateFile(evaluation, file, globalScope(evaluation));
  return value.type === 'function' ? apply(evaluation, Thunk.of(value), Thunk.of(record(args))) : value;
}
