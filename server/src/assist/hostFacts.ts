import { posix } from 'node:path';
import { Coverage, ownMount } from '../host/coverage.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { PersistenceEntry } from '../persistence/entry.ts';
import type { HostData } from './hostData.ts';
import type { HostState } from './hostState.ts';
import type { ListPlace } from './listPlace.ts';

/** What help says of a host again and again; each part is worked out when it is first asked for. */
export class HostFacts {
  readonly host: HostModel;
  /** It is no host but a file that belongs to none, read on its own: others may keep what it does not. */
  readonly alone: boolean;
  /** It is a guest or a home: what it should keep can't be told. */
  readonly apart: boolean;
  readonly #dataOf: (host: HostModel) => HostData;
  #data: HostData | undefined;
  #coverage: Coverage | undefined;
  #written: ReadonlyMap<string, ReadonlySet<string | null>> | undefined;
  #users: ReadonlyMap<string, string | null> | undefined;

  constructor(host: HostModel, dataOf: (host: HostModel) => HostData, kind: 'host' | 'alone' | 'apart' = 'host') {
    this.host = host;
    this.alone = kind === 'alone';
    this.apart = kind === 'apart';
    this.#dataOf = dataOf;
  }

  get coverage(): Coverage {
    this.#coverage ??= new Coverage(this.host);
    return this.#coverage;
  }

  get data(): HostData {
    this.#data ??= this.#dataOf(this.host);
    return this.#data;
  }

  get implied(): readonly HostState[] {
    return this.apart ? [] : this.data.implied;
  }

  /** Users that the configuration names, with their homes as far as they can be told. */
  get users(): ReadonlyMap<string, string | null> {
    this.#users ??= new Map(this.data.users.map(({ name, home }) => [name, home]));
    return this.#users;
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

  /** The absolute paths of a place of state: one, or one for each user it is of whose home is known. */
  pathsOf({ entry, user }: HostState, path: string): readonly string[] {
    if (entry.scope === 'system') return [path];
    const homes = user === null ? [...this.users.values()] : [this.users.get(user) ?? null];
    return homes.flatMap((home) => (home === null ? [] : [posix.join(home, path)]));
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
