import type { Mechanism, PersistenceEntry } from '../persistence/entry.ts';

/** What a list of paths keeps, and how. */
export interface ListPlace {
  readonly mechanism: Mechanism;
  readonly scope: 'system' | 'user';
  /** Name of the user whose list it is; null for a list of the system, and where the name is not known. */
  readonly user: string | null;
  readonly kind: 'directory' | 'file';
}

/** Names of an attribute path, outermost first; null for a computed one. */
export type Names = readonly (string | null)[];

/** A place below a storage: what is left of the names behind the storage's own. */
export interface StoragePlace {
  readonly mechanism: Exclude<Mechanism, 'manual'>;
  readonly rest: Names;
}

/** Option paths of storages, by mechanism (impermanence nixos.nix and home-manager.nix, preservation options.nix). */
const ROOTS: readonly (readonly [first: string, second: string, mechanism: StoragePlace['mechanism']])[] = [
  ['environment', 'persistence', 'impermanence'],
  ['home', 'persistence', 'home-manager'],
  ['preservation', 'preserveAt', 'preservation'],
];

/** The sets of storages that a machine's configuration has. */
export const STORAGE_OPTIONS: readonly (readonly string[])[] = ROOTS.filter(([first]) => first !== 'home').map(([first, second]) => [
  first,
  second,
]);

/** The storage that names lead into, wherever in them it stands (`flake.modules.nixos.x.environment.persistence."/p".…`); null when none does. */
export function storagePlace(names: Names): StoragePlace | null {
  for (let index = names.length - 3; index >= 0; index--) {
    const root = ROOTS.find(([first, second]) => names[index] === first && names[index + 1] === second);
    if (root) return { mechanism: root[2], rest: names.slice(index + 3) };
  }
  return null;
}

/** The list that names lead to or into, and what is left of them; null when they lead to none. */
export function listPlace(names: Names): { readonly list: ListPlace; readonly rest: Names } | null {
  const place = storagePlace(names);
  if (!place) return null;
  const { mechanism, rest } = place;
  const ofUser = mechanism !== 'home-manager' && rest[0] === 'users';
  const [list, ...below] = ofUser ? rest.slice(2) : rest;
  const kind = list === 'directories' ? 'directory' : list === 'files' ? 'file' : null;
  if (kind === null) return null;
  const scope = ofUser || mechanism === 'home-manager' ? 'user' : 'system';
  const user = ofUser ? (rest[1] ?? null) : mechanism === 'home-manager' ? homeManagerUser(names) : null;
  return { list: { mechanism, scope, user, kind }, rest: below };
}

/** `home-manager.users.alice.home.persistence…` */
function homeManagerUser(names: Names): string | null {
  const index = names.findLastIndex((name, at) => name === 'home-manager' && names[at + 1] === 'users');
  return index < 0 ? null : (names[index + 2] ?? null);
}

/** The list that an entry is in. */
export function listOfEntry({ mechanism, scope, user, kind }: PersistenceEntry): ListPlace {
  return { mechanism, scope, user, kind };
}
