import { Configuration, type ConfigurationInput, type Holding } from '../module/configuration.ts';
import type { LockedInput } from '../module/flakeLock.ts';
import { homeDefaults } from '../module/nixosDefaults.ts';
import { isUnnamed } from '../module/optionTree.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import { listOf } from '../nix/primitive.ts';
import type { Scope } from '../nix/scope.ts';
import { list, string, Thunk, type ListItem } from '../nix/value.ts';
import { persistenceDefault } from './defaults.ts';
import type { Readout } from './entry.ts';
import { homeOf, readStorages, type UserPlace } from './listReader.ts';

const ROOT = ['home', 'persistence'];
/** Impermanence's second version, in which `home.persistence` is a part of the machine's: merged in January 2026 (nix-community/impermanence, pull request 272). */
const SECOND_VERSION = Date.UTC(2026, 0, 7) / 1000;
const USERS = ['home-manager', 'users'];
/** Stands for users that are not known, where modules are declared for all of them. */
const ANYBODY = '\u{1}anybody';

/** One user's home-manager configuration. */
export interface Home extends UserPlace {
  /** What `home-manager.users` calls it. */
  readonly key: string;
  readonly configuration: Configuration;
}

/** `home.persistence` of users with a configuration of their own. */
export function readHomes(homes: readonly Home[], impermanence: LockedInput | null): readonly Readout[] {
  const atWholePath = impermanence?.lastModified ? impermanence.lastModified >= SECOND_VERSION : null;
  return homes.map(({ configuration, name, home }) =>
    readStorages(configuration, { mechanism: 'home-manager', root: ROOT, atWholePath, user: { name, home } }),
  );
}

/**
 * The users that a machine's home-manager module configures (home-manager nixos/common.nix: the modules of `users.<name>` and
 * `sharedModules` make one configuration a user, which sees the machine's as `osConfig`).
 */
export function homeHolding(evaluation: Evaluation, globals: Scope): Holding {
  return { root: USERS, make: (machine, key) => homeWithin(evaluation, globals, machine, key, []) };
}

/** The configuration of a user of a machine, by the key of `home-manager.users`, with modules of its own besides. */
export function homeWithin(
  evaluation: Evaluation,
  globals: Scope,
  machine: Configuration,
  key: string,
  more: readonly ListItem[],
): Configuration {
  const { name, home } = placeOf(machine, key);
  const own = machine.applying(machine.tree.at([...USERS, key]).definitions);
  const modules = list([
    ...own.map(({ from, conditions }) => ({ thunk: from.thunk, conditions })),
    ...sharedModules(machine).items,
    ...more,
  ]);
  const special = machine.raw(['home-manager', 'extraSpecialArgs']);
  const known = homeDefaults(name, home);
  const who = name === null ? null : string(name, null);
  return new Configuration(evaluation, globals, {
    modules: Thunk.of(modules),
    specialArgs: special.type === 'attrs' ? special.attrs : null,
    extraArgs: { osConfig: machine.view(), nixosConfig: machine.view(), ...(who && { name: who }) },
    defaults: (path) => known(path) ?? persistenceDefault(path),
    alone: machine.isAlone,
    followsPaths: machine.followsPaths,
  });
}

/** The homes of a machine made with {@link homeHolding}. */
export function homesOf(machine: Configuration): readonly Home[] {
  const named = [...machine.tree.names(USERS), ...machine.tree.unnamed(USERS)];
  const keys = named.length === 0 && sharedModules(machine).items.length > 0 ? [ANYBODY] : named;
  return keys.map((key) => ({ ...placeOf(machine, key), key, configuration: machine.held(key) }));
}

function sharedModules(machine: Configuration): ReturnType<typeof listOf> {
  return listOf(Thunk.of(machine.value(['home-manager', 'sharedModules'])));
}

function placeOf(machine: Configuration, key: string): UserPlace {
  const name = isUnnamed(key) ? null : key;
  return { name, home: name === null ? null : homeOf(machine, null, name) };
}

/** The configuration of a user apart from any machine (home-manager lib/default.nix, homeManagerConfiguration). */
export function homeConfiguration(
  evaluation: Evaluation,
  globals: Scope,
  { modules, specialArgs }: Pick<ConfigurationInput, 'modules' | 'specialArgs'>,
): Configuration {
  return new Configuration(evaluation, globals, {
    modules,
    specialArgs,
    defaults: persistenceDefault,
  });
}

/** `home.persistence` of a home-manager module read without its machine; user and home as far as it says them itself. */
export function readOwnHome(configuration: Configuration): Readout {
  const name = configuration.value(['home', 'username']);
  const directory = configuration.value(['home', 'homeDirectory']);
  const user = name.type === 'string' ? name.value : null;
  const home = directory.type === 'string' ? directory.value : user === null ? null : `/home/${user}`;
  return readStorages(configuration, { mechanism: 'home-manager', root: ROOT, atWholePath: null, user: { name: user, home } });
}
