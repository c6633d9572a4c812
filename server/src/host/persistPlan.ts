import { posix } from 'node:path';
import type { Mechanism, StorageDeclaration } from '../persistence/entry.ts';
import { normalise } from '../persistence/listReader.ts';
import { attributesFor, type RealFile } from './entryAttributes.ts';
import type { HostModel } from './hostModel.ts';

/** A path to keep. */
export interface EntryRequest {
  readonly kind: 'directory' | 'file';
  /** Absolute. */
  readonly path: string;
  /** What a plain string can't say, by dotted names (`mode`, `parent.mode`). */
  readonly attributes?: Readonly<Record<string, string | boolean>>;
  /** What is there on the running machine, when that is known. */
  readonly real?: RealFile;
}

/** An entry as it is to be written: where, and how its path stands there. */
export interface PlannedEntry {
  readonly kind: 'directory' | 'file';
  /** Absolute for the system; below the home for a user. */
  readonly path: string;
  readonly user: string | null;
  /** What a plain string can't say: owner and mode where they are not what the mechanism gives by itself, and what was asked for. */
  readonly attributes: Readonly<Record<string, string | boolean>>;
}

/** What to write into which storage of a host, and which hosts that touches. */
export interface PersistPlan {
  readonly declaration: StorageDeclaration;
  readonly entries: readonly PlannedEntry[];
  readonly hosts: readonly string[];
  /** A host that the edit touches and that has one of the entries already: twice is an error of the mechanism. Null when there is none. */
  readonly clash: { readonly host: string; readonly path: string } | null;
  /** All files whose declarations would do as well, the chosen one's first: more than one is the user's choice. */
  readonly files: readonly string[];
}

/**
 * Chooses where new entries of a host go: of its main storage the declaration that is the host's own, then the one with the nearest
 * sibling, then the one in `preferred`. Null when the host declares no storage that holds for sure.
 */
export function planPersist(
  hosts: readonly HostModel[],
  host: HostModel,
  requests: readonly EntryRequest[],
  preferred: string | null = null,
): PersistPlan | null {
  const main = mainStorage(host);
  if (!main) return null;
  const candidates = host.storages
    .filter(({ mechanism, storage, conditions }) => mechanism === main.mechanism && storage === main.storage && conditions.length === 0)
    .map((declaration) => ({
      declaration,
      clash: clash(hosts, host, declaration, requests),
      sharers: sharers(hosts, declaration).length,
      nearness: nearness(host, declaration, requests),
    }))
    .toSorted((a, b) => Number(a.clash !== null) - Number(b.clash !== null) || a.sharers - b.sharers || b.nearness - a.nearness);
  const [first] = candidates;
  if (!first) return null;
  const equal = candidates.filter(
    (each) => (each.clash === null) === (first.clash === null) && each.sharers === first.sharers && each.nearness === first.nearness,
  );
  const best = equal.find(({ declaration }) => declaration.binding.file === preferred) ?? first;
  const file = best.declaration.binding.file;
  return {
    declaration: best.declaration,
    entries: requests.map((request) => planned(host, request, main.mechanism)),
    hosts: sharers(hosts, best.declaration).map(({ name }) => name),
    clash: best.clash,
    files: [...new Set([file, ...equal.map(({ declaration }) => declaration.binding.file)])],
  };
}

/** The unconditional storage with most system entries; of its declarations the first. */
export function mainStorage(host: HostModel): StorageDeclaration | null {
  const weights = new Map<string | null, number>();
  for (const { storage, scope } of host.entries) if (scope === 'system') weights.set(storage, (weights.get(storage) ?? 0) + 1);
  const weight = (storage: string | null): number => weights.get(storage) ?? 0;
  let best: StorageDeclaration | null = null;
  for (const declaration of host.storages) {
    // What one user keeps of a home says nothing of the machine, and can't hold what is the machine's.
    if (declaration.storage === null || declaration.conditions.length > 0 || declaration.mechanism === 'home-manager') continue;
    if (!best || weight(declaration.storage) > weight(best.storage)) best = declaration;
  }
  return best;
}

/** The hosts for which this very text declares a storage. */
function sharers(hosts: readonly HostModel[], declaration: StorageDeclaration): readonly HostModel[] {
  const { file, start } = declaration.binding;
  return hosts.filter((host) => host.storages.some(({ binding }) => binding.file === file && binding.start === start));
}

/** Impermanence refuses a path that is there twice (nixos.nix, its assertions on duplicates). */
function clash(
  hosts: readonly HostModel[],
  host: HostModel,
  declaration: StorageDeclaration,
  requests: readonly EntryRequest[],
): PersistPlan['clash'] {
  for (const other of sharers(hosts, declaration)) {
    if (other === host) continue;
    for (const { mechanism, path } of other.entries)
      if (mechanism !== 'manual' && path !== null && requests.some((request) => normalise(request.path) === path))
        return { host: other.name, path };
  }
  return null;
}

/** The longest common prefix, in components, of a wanted path and an entry written in the declaration's file. */
function nearness(host: HostModel, declaration: StorageDeclaration, requests: readonly EntryRequest[]): number {
  const written = host.entries.filter(({ location, path }) => path !== null && location.file === declaration.binding.file);
  return Math.max(0, ...requests.flatMap((request) => written.map(({ path }) => sharedComponents(request.path, path ?? ''))));
}

function sharedComponents(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  let shared = 0;
  while (shared < left.length && left[shared] === right[shared]) shared++;
  return shared;
}

/** A path below the home of a user whom the configuration knows is that user's entry; anything else the system's. */
function planned(host: HostModel, request: EntryRequest, mechanism: Mechanism): PlannedEntry {
  const path = normalise(request.path);
  const { real } = request;
  const kind = real?.kind === 'directory' || real?.kind === 'file' ? real.kind : request.kind;
  const attributes = (home: Parameters<typeof attributesFor>[3]): PlannedEntry['attributes'] => ({
    ...(real === undefined ? {} : attributesFor(mechanism, kind, real, home)),
    ...request.attributes,
  });
  for (const [user, home] of homes(host)) {
    if (!path.startsWith(`${home}/`)) continue;
    const group = host.configuration?.value(['users', 'users', user, 'group']);
    const known = { user, group: group?.type === 'string' ? group.value : null };
    return { kind, path: posix.relative(home, path), user, attributes: attributes(known) };
  }
  return { kind, path, user: null, attributes: attributes(null) };
}

/** Homes by user: of users with entries as these say it, of other declared users by NixOS' default. */
export function homes(host: HostModel): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const user of host.configuration?.tree.names(['users', 'users']) ?? []) {
    const home = host.configuration?.value(['users', 'users', user, 'home']);
    if (home?.type === 'string') known.set(user, normalise(home.value));
    else if (user !== 'root') known.set(user, `/home/${user}`);
  }
  for (const { user, path, relative } of host.entries) {
    if (user !== null && path !== null && relative !== null && path.endsWith(`/${relative}`))
      known.set(user, path.slice(0, -relative.length - 1));
  }
  return known;
}
