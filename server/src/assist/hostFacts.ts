import { Coverage, ownMount } from '../host/coverage.ts';
import type { HostModel } from '../host/hostModel.ts';
import { homeOf } from '../persistence/listReader.ts';
import type { PersistenceEntry } from '../persistence/entry.ts';
import type { ListPlace } from './listPlace.ts';
import { impliedState, type ImpliedState, type KnownStates } from './impliedState.ts';

/** What help says of a host again and again; each part is worked out when it is first asked for. */
export class HostFacts {
  readonly host: HostModel;
  /** It is no host but a file that belongs to none, read on its own: others may keep what it does not. */
  readonly alone: boolean;
  readonly #known: KnownStates;
  #coverage: Coverage | undefined;
  #implied: readonly ImpliedState[] | undefined;
  #written: ReadonlyMap<string, ReadonlySet<string | null>> | undefined;
  #users: ReadonlyMap<string, string | null> | undefined;

  constructor(host: HostModel, known: KnownStates, alone = false) {
    this.host = host;
    this.alone = alone;
    this.#known = known;
  }

  get coverage(): Coverage {
    this.#coverage ??= new Coverage(this.host);
    return this.#coverage;
  }

  get implied(): readonly ImpliedState[] {
    this.#implied ??= impliedState(this.host, this.#known);
    return this.#implied;
  }

  /** Users that the configuration names, with their homes as far as they can be told. */
  get users(): ReadonlyMap<string, string | null> {
    this.#users ??= usersOf(this.host);
    return this.#users;
  }

  /** `system.stateVersion`, where it can be told. */
  get stateVersion(): string | null {
    const value = this.host.configuration?.value(['system', 'stateVersion']);
    return value?.type === 'string' ? value.value : null;
  }

  /** Whether an entry keeps this very path, as it is written in a list: absolute, or below the home. */
  keepsExactly({ scope, user }: ListPlace, path: string): boolean {
    this.#written ??= writtenPaths(this.host);
    const users = this.#written.get(`${scope} ${path}`);
    return users !== undefined && (scope === 'system' || user === null || users.has(user) || users.has(null));
  }

  /** What keeps an absolute path: an entry, else a filesystem of its own; null when nothing does. */
  keeperOf(path: string): { readonly entry: PersistenceEntry | null; readonly mountPoint: string | null } | null {
    const entry = this.coverage.of(path);
    if (entry) return { entry, mountPoint: null };
    const mount = ownMount(this.host, path);
    return mount && { entry: null, mountPoint: mount.mountPoint };
  }
}

/** Paths of entries by scope, with the users who have them. */
function writtenPaths({ entries }: HostModel): ReadonlyMap<string, ReadonlySet<string | null>> {
  const found = new Map<string, Set<string | null>>();
  for (const { scope, user, path, relative } of entries) {
    const key = `${scope} ${relative ?? path ?? ''}`;
    found.set(key, (found.get(key) ?? new Set()).add(user));
  }
  return found;
}

/** Those who log in come first; users of services seldom have anything at home. */
function usersOf({ configuration }: HostModel): ReadonlyMap<string, string | null> {
  if (!configuration) return new Map();
  const root = ['users', 'users'];
  const isNormal = (user: string): boolean => {
    const value = configuration.value([...root, user, 'isNormalUser']);
    return value.type === 'bool' && value.value;
  };
  const names = new Set([...configuration.tree.names(root), ...configuration.tree.names(['home-manager', 'users'])]);
  const sorted = [...names].map((name) => ({ name, normal: isNormal(name) })).toSorted((a, b) => Number(b.normal) - Number(a.normal));
  return new Map(sorted.map(({ name }) => [name, homeOf(configuration, null, name)]));
}
