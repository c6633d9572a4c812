import { Configuration } from '../module/configuration.ts';
import { isUnnamed } from '../module/optionTree.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import { listOf } from '../nix/primitive.ts';
import type { Scope } from '../nix/scope.ts';
import { list, string, Thunk } from '../nix/value.ts';
import { persistenceDefault } from './defaults.ts';
import type { Readout } from './entry.ts';
import { homeOf, readStorages, type UserPlace } from './listReader.ts';

const ROOT = ['home', 'persistence'];

/** One user's home-manager configuration. */
export interface Home extends UserPlace {
  readonly configuration: Configuration;
}

/** `home.persistence` of users with a configuration of their own. */
export function readHomes(homes: readonly Home[]): readonly Readout[] {
  return homes.map(({ configuration, name, home }) =>
    readStorages(configuration, { mechanism: 'home-manager', root: ROOT, user: { name, home } }),
  );
}

/**
 * The users that a machine's home-manager module configures (home-manager nixos/common.nix: the modules of
 * `users.<name>` and `sharedModules` make one configuration a user, which sees the machine's as `osConfig`).
 */
export function homesOf(machine: Configuration, evaluation: Evaluation, globals: Scope): readonly Home[] {
  const users = ['home-manager', 'users'];
  return [...machine.tree.names(users), ...machine.tree.unnamed(users)].map((key) => {
    const user = isUnnamed(key) ? null : key;
    const own = machine.applying(machine.tree.at([...users, key]).definitions);
    const shared = listOf(Thunk.of(machine.value(['home-manager', 'sharedModules'])));
    const modules = list([...own.map(({ from, conditions }) => ({ thunk: from.thunk, conditions })), ...shared.items]);
    const special = machine.raw(['home-manager', 'extraSpecialArgs']);
    const home = user === null ? null : homeOf(machine, null, user);
    const configuration = new Configuration(evaluation, globals, {
      modules: Thunk.of(modules),
      specialArgs: special.type === 'attrs' ? special.attrs : null,
      extraArgs: { osConfig: machine.view(), nixosConfig: machine.view(), ...(user === null ? {} : { name: string(user, null) }) },
      defaults: (path) => {
        const name = path.join('.');
        if (name === 'home.username' && user !== null) return string(user, null);
        if (name === 'home.homeDirectory' && home !== null) return string(home, null);
        return persistenceDefault(path);
      },
    });
    return { name: user, home, configuration };
  });
}

/** `home.persistence` of a home-manager module read without its machine; user and home as far as it says them itself. */
export function readOwnHome(configuration: Configuration): Readout {
  const name = configuration.value(['home', 'username']);
  const directory = configuration.value(['home', 'homeDirectory']);
  const user = name.type === 'string' ? name.value : null;
  const home = directory.type === 'string' ? directory.value : user === null ? null : `/home/${user}`;
  return readStorages(configuration, { mechanism: 'home-manager', root: ROOT, user: { name: user, home } });
}
