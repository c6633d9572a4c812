import type { HostDeclaration } from '../module/flake.ts';
import { globalScope } from '../nix/builtins.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import { item, list, record, tagOf, Thunk, type AttrSet, type ListItem, type Value } from '../nix/value.ts';
import type { PersistenceEntry } from '../persistence/entry.ts';
import { machineConfiguration } from '../persistence/machine.ts';
import { readPersistence } from '../persistence/readers.ts';
import { aloneConfiguration, moduleOfFile } from './loneFile.ts';

/** How deep below what a file defines modules are looked for, and how many there may be in all. */
const MAX_DEPTH = 6;
const MAX_MODULES = 3000;

/**
 * What modules that belong to no machine would keep: those of `files`, and those they hold in registries, put together with the modules of
 * `base`, which declares the author's own options and hands them on. Whether their switches are on is open.
 */
export function readLibrary(
  evaluation: Evaluation,
  files: readonly string[],
  base: HostDeclaration['system'],
): readonly PersistenceEntry[] {
  const globals = globalScope(evaluation);
  const found: ListItem[] = [];
  for (const file of files) {
    const module = moduleOfFile(file);
    found.push({ thunk: module, conditions: [] });
    for (const { thunk } of aloneConfiguration(evaluation, globals, module).modules.config) addHeld(thunk, 0, found);
  }
  const shared = record({ 'home-manager': record({ sharedModules: list(found) }) });
  const given = base?.modules.force();
  const own = given?.type === 'list' ? given.items : [];
  const modules = Thunk.of(list([...own, ...found, item(shared)]));
  const specialArgs = base?.specialArgs ?? null;
  const configuration = machineConfiguration(evaluation, globals, { modules, specialArgs, alone: true, followsPaths: true });
  return readPersistence(configuration, null).entries;
}

/** Modules below a value: functions of module arguments, and what stands in a registry of modules. */
function addHeld(thunk: Thunk, depth: number, into: ListItem[]): void {
  if (depth > MAX_DEPTH || into.length >= MAX_MODULES) return;
  const value = thunk.force();
  if (depth > 0 && isModuleFunction(value)) into.push({ thunk, conditions: [] });
  else if (value.type === 'attrs' && tagOf(value) === null) addMembers(value.attrs, depth, into);
}

function addMembers(set: AttrSet, depth: number, into: ListItem[]): void {
  for (const name of set.names()) {
    const member = set.get(name);
    if (!member) continue;
    const value = member.thunk.force();
    // An aspect has a module under the name of a class, flake-parts a registry of them.
    if (CLASSES.test(name) && value.type === 'attrs') into.push({ thunk: member.thunk, conditions: [] });
    if (REGISTRIES.test(name) && value.type === 'attrs') addRegistered(value.attrs, into);
    else addHeld(member.thunk, depth + 1, into);
  }
}

/** `nixosModules`, `homeModules`, … of a flake, and `modules.<class>` of flake-parts. */
const REGISTRIES = /^(nixos|home|homeManager)Modules?$|^(nixos|homeManager)$/;
const CLASSES = /^(nixos|homeManager)$/;

function addRegistered(set: AttrSet, into: ListItem[]): void {
  for (const name of set.names()) {
    const member = set.get(name);
    if (member && into.length < MAX_MODULES) into.push({ thunk: member.thunk, conditions: [] });
  }
}

function isModuleFunction(value: Value): boolean {
  return value.type === 'function' && value.formals !== null;
}
