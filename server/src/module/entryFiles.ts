import { posix } from 'node:path';
import { apply } from '../nix/arguments.ts';
import { globalScope } from '../nix/builtins.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import { evaluateFile } from '../nix/wholeFile.ts';
import { item, list, record, tagOf, Thunk, type Value } from '../nix/value.ts';
import type { Location } from '../syntax/source.ts';
import { Configuration } from './configuration.ts';
import { flakeHosts, hostDeclaration, hostsOf, type FlakeHosts } from './flake.ts';
import { SYSTEM_TAG } from './frameworks/framework.ts';
import { addNixpkgsFiles } from './frameworks/nixpkgs.ts';
import { attributes } from './frameworks/read.ts';

/** Names of files that machines may start from: a flake, a hive of colmena, a set of machines, one machine (nixos-rebuild's `nixos-config`). */
const ENTRIES = ['flake.nix', 'hive.nix', 'default.nix', 'configuration.nix'];

/** Whether a file of this name may be one that machines start from. */
export function mayBeEntry(file: string): boolean {
  return ENTRIES.includes(posix.basename(file));
}

/**
 * The files of a workspace that machines start from: every flake; where none is above them, hives, the `default.nix` of a root, and every
 * `configuration.nix`. `roots`: the workspace's folders.
 */
export function entryFiles(nixFiles: readonly string[], roots: readonly string[]): readonly string[] {
  const flakes = new Set(nixFiles.filter((file) => posix.basename(file) === 'flake.nix').map((file) => posix.dirname(file)));
  const inFlake = (directory: string): boolean => flakes.has(directory) || (directory !== '/' && inFlake(posix.dirname(directory)));
  return nixFiles.filter((file) => {
    const directory = posix.dirname(file);
    switch (posix.basename(file)) {
      case 'flake.nix':
        return true;
      case 'hive.nix':
        // A flake mostly takes its hive from there, then the machines have the same names.
        return !inFlake(directory);
      case 'default.nix':
        return roots.includes(directory) && !inFlake(directory);
      case 'configuration.nix':
        return !inFlake(directory);
      default:
        return false;
    }
  });
}

/** The machines that start from a file of {@link entryFiles}. */
export function entryHosts(evaluation: Evaluation, file: string): FlakeHosts {
  const start: Location = { file, start: 0, end: 0 };
  evaluation.once(addNixpkgsFiles);
  switch (posix.basename(file)) {
    case 'flake.nix':
      return flakeHosts(evaluation, file);
    case 'configuration.nix':
      return oneMachine(evaluation, file, start);
    case 'hive.nix': {
      const hive = called(evaluation, evaluateFile(evaluation, file, globalScope(evaluation)));
      return hostsOf(evaluation, record({ colmena: hive }), start);
    }
    default:
      return machinesIn(evaluation, called(evaluation, evaluateFile(evaluation, file, globalScope(evaluation))), start);
  }
}

/** A `configuration.nix`, named by what it says of itself, else by its directory. */
function oneMachine(evaluation: Evaluation, file: string, start: Location): FlakeHosts {
  const modules = Thunk.of(list([item({ type: 'path', path: file, location: null })]));
  const configuration = new Configuration(evaluation, globalScope(evaluation), { modules, specialArgs: null, defaults: () => null });
  const name = configuration.value(['networking', 'hostName']);
  const text = name.type === 'string' && name.value !== '' ? name.value : posix.basename(posix.dirname(file));
  return { hosts: [{ name: text, location: start, system: { modules, specialArgs: null }, problem: null }], problems: [] };
}

/** Machines in a set, by name: `nixosConfigurations`, or any that `nixosSystem` made, here or one set deeper. */
function machinesIn(evaluation: Evaluation, value: Value, start: Location): FlakeHosts {
  if (value.type !== 'attrs') return { hosts: [], problems: [] };
  if (value.attrs.get('nixosConfigurations')) return hostsOf(evaluation, value, start);
  const machines = attributes(value).flatMap(([name, thunk]) => [[name, thunk] as const, ...attributes(thunk.force())]);
  return {
    hosts: machines.flatMap(([name, thunk]) =>
      tagOf(thunk.force()) === SYSTEM_TAG
        ? [hostDeclaration(name, { thunk, name: null, binding: thunk.location, conditions: [] }, start)]
        : [],
    ),
    problems: [],
  };
}

/** A file that is a function is called with nothing, as `nix-build` does. */
function called(evaluation: Evaluation, value: Value): Value {
  return value.type === 'function' ? apply(evaluation, Thunk.of(value), Thunk.of(record({}))) : value;
}
