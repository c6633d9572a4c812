import type { HostDeclaration } from '../module/hostDeclaration.ts';
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
  const found: Found[] = [];
  for (const file of files) {
    const module = moduleOfFile(file);
    found.push({ thunk: module, class: null });
    for (const { thunk } of aloneConfiguration(evaluation, globals, module).modules.config) addHeld(thunk, null, 0, found);
  }
  const all = (other: Class): ListItem[] => found.flatMap((each) => (each.class === other ? [] : [{ thunk: each.thunk, conditions: [] }]));
  const shared = record({ 'home-manager': record({ sharedModules: list(all('machine')) }) });
  const given = base?.modules.force();
  const own = given?.type === 'list' ? given.items : [];
  const modules = Thunk.of(list([...own, ...all('home'), item(shared)]));
  const specialArgs = base?.specialArgs ?? null;
  const configuration = machineConfiguration(evaluation, globals, { modules, specialArgs, alone: true, followsPaths: true });
  // A module whose class is not known may be a user's: a path that is not absolute is nothing of the machine's.
  return readPersistence(configuration, null).entries.filter(
    ({ scope, written }) => scope === 'user' || written?.startsWith('/') !== false,
  );
}

/** Whose module it is, where the name that it stands under tells. */
type Class = 'machine' | 'home' | null;

interface Found {
  readonly thunk: Thunk;
  readonly class: Class;
}

/** Modules below a value: functions of module arguments, and what stands under the name of a class or in a registry of modules. */
function addHeld(thunk: Thunk, kind: Class, depth: number, into: Found[]): void {
  if (depth > MAX_DEPTH || into.length >= MAX_MODULES) return;
  const value = thunk.force();
  if (depth > 0 && isModuleFunction(value)) into.push({ thunk, class: kind });
  else if (value.type === 'attrs' && tagOf(value) === null) addMembers(value.attrs, kind, depth, into);
}

function addMembers(set: AttrSet, kind: Class, depth: number, into: Found[]): void {
  for (const name of set.names()) {
    const member = set.get(name);
    if (!member) continue;
    const inner = classOf(name) ?? kind;
    const value = member.thunk.force();
    // An aspect has a module under the name of a class, flake-parts a registry of them.
    if (CLASSES.test(name) && value.type === 'attrs') into.push({ thunk: member.thunk, class: inner });
    if (REGISTRIES.test(name) && value.type === 'attrs') addRegistered(value.attrs, inner, into);
    else addHeld(member.thunk, inner, depth + 1, into);
  }
}

/** `nixosModules`, `homeModules`, … of a flake, and `modules.<class>` of flake-parts. */
const REGISTRIES = /^(nixos|home|homeManager)Modules?$|^(nixos|homeManager)$/;
const CLASSES = /^(nixos|homeManager)$/;

function classOf(name: string): Class {
  if (!REGISTRIES.test(name)) return null;
  return name.startsWith('home') ? 'home' : 'machine';
}

function addRegistered(set: AttrSet, kind: Class, into: Found[]): void {
  for (const name of set.names()) {
    const member = set.get(name);
    if (member && into.length < MAX_MODULES) into.push({ thunk: member.thunk, class: kind });
  }
}

function isModuleFunction(value: Value): boolean {
  return value.type === 'function' && value.formals !== null;
}
