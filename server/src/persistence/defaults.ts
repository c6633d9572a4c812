import { string, type Value } from '../nix/value.ts';

/**
 * What the options of the persistence modules are worth when nothing sets them, for configurations that ask them: the storage of a set is its
 * name (impermanence submodule-options.nix, preservation options.nix). Null for any other option; `*` stands for some name.
 */
export function persistenceDefault(path: readonly string[]): Value | null {
  const [first, second, name = '', option, ...rest] = path;
  const known = `${first}.${second}`;
  if (rest.length > 0 || !['environment.persistence', 'preservation.preserveAt', 'home.persistence'].includes(known)) return null;
  return option === 'persistentStoragePath' || (option === '*' && name.startsWith('/')) ? string(name, null) : null;
}
