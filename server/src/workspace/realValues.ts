import { posix } from 'node:path';
import type { HostModel, RealDifference } from '../host/hostModel.ts';
import { isOfDefault } from '../persistence/declared.ts';
import type { Mechanism, PersistenceEntry } from '../persistence/entry.ts';
import { normalise } from '../persistence/listReader.ts';

/** An entry as the real Nix has it. */
export interface RealEntry {
  readonly mechanism: Mechanism;
  readonly storage: string;
  readonly user: string | null;
  readonly kind: 'directory' | 'file';
  /** Absolute and normalised. */
  readonly path: string;
}

/**
 * What is asked of a machine: its entries as texts, by mechanism and storage, and its users' homes. The names of options are those of
 * impermanence (nixos.nix, home-manager.nix) and preservation (options.nix); an entry is a string or a set that has its path under one of
 * several names, by version.
 */
export const REAL_VALUES = `machine: let
  c = machine.config;
  text = x: if builtins.isString x then x else x.dirPath or x.filePath or x.directory or x.file;
  lists = s: { directories = map text (s.directories or [ ]); files = map text (s.files or [ ]); };
  storages = set: builtins.mapAttrs
    (_: s: lists s // { users = builtins.mapAttrs (_: lists) (s.users or { }); })
    (builtins.removeAttrs set (builtins.filter (n: !(set.\${n}.enable or true)) (builtins.attrNames set)));
in {
  impermanence = storages (c.environment.persistence or { });
  preservation = if c.preservation.enable or false then storages (c.preservation.preserveAt or { }) else { };
  home-manager = builtins.mapAttrs (_: u: storages (u.home.persistence or { })) (c.home-manager.users or { });
  homes = builtins.mapAttrs (name: u: u.home or "/home/\${name}") (c.users.users or { });
}`;

interface Lists {
  readonly directories: readonly string[];
  readonly files: readonly string[];
}
type Storages = Readonly<Record<string, Lists & { readonly users: Readonly<Record<string, Lists>> }>>;
interface Answer {
  readonly impermanence: Storages;
  readonly preservation: Storages;
  readonly 'home-manager': Readonly<Record<string, Storages>>;
  readonly homes: Readonly<Record<string, string>>;
}

/** The entries in an answer to {@link REAL_VALUES}; null when it is no such answer. */
export function realEntries(json: string): readonly RealEntry[] | null {
  try {
    const answer = JSON.parse(json) as Answer;
    const home = (user: string): string => (Object.hasOwn(answer.homes, user) && answer.homes[user]) || `/home/${user}`;
    const entries: RealEntry[] = [];
    const add = (mechanism: Mechanism, storage: string, user: string | null, lists: Lists): void => {
      for (const [kind, paths] of [['directory', lists.directories] as const, ['file', lists.files] as const])
        for (const path of paths)
          entries.push({
            mechanism,
            storage,
            user,
            kind,
            path: normalise(path.startsWith('/') ? path : posix.join(user === null ? '/' : home(user), path)),
          });
    };
    const addAll = (mechanism: Mechanism, storages: Storages, owner: string | null): void => {
      for (const [storage, lists] of Object.entries(storages)) {
        add(mechanism, storage, owner, lists);
        for (const [user, own] of Object.entries(lists.users)) add(mechanism, storage, user, own);
      }
    };
    addAll('impermanence', answer.impermanence, null);
    addAll('preservation', answer.preservation, null);
    for (const [user, storages] of Object.entries(answer['home-manager'])) addAll('home-manager', storages, user);
    return entries;
  } catch {
    return null;
  }
}

function keyOf(entry: { readonly kind: string; readonly path: string | null }): string {
  return `${entry.kind}:${entry.path ?? ''}`;
}

/** A host with what the real Nix says of it: entries that it has not are dropped, those that it has are there for sure, others are added; and with where the two disagree. */
export function withRealEntries(model: HostModel, real: readonly RealEntry[]): HostModel {
  const wanted = new Map(real.map((entry) => [keyOf(entry), entry]));
  const entries = model.entries.flatMap((entry): readonly PersistenceEntry[] => {
    if (entry.mechanism === 'manual' || !isOfDefault(entry)) return [entry];
    wanted.delete(keyOf(entry));
    return hasReal(real, entry) ? [{ ...entry, conditions: [] }] : [];
  });
  const added = [...wanted.values()].map((entry): PersistenceEntry => {
    const declared = model.storages.find(({ storage, mechanism }) => storage === entry.storage && mechanism === entry.mechanism);
    return {
      ...entry,
      scope: entry.user === null ? 'system' : 'user',
      relative: null,
      written: null,
      atWholePath: false,
      settings: null,
      location: declared?.name ?? model.location,
      conditions: [],
      fulfilled: [],
    };
  });
  const changed = {
    entries: { value: [...entries, ...added], enumerable: true },
    differences: { value: differences(model, real), enumerable: true },
  };
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(model), ...changed }) as HostModel;
}

function hasReal(real: readonly RealEntry[], entry: PersistenceEntry): boolean {
  return real.some((each) => keyOf(each) === keyOf(entry));
}

/** Where Keepsake's reading of a host and the real Nix disagree; empty when they agree. Undecided entries agree with either. */
function differences(model: HostModel, real: readonly RealEntry[]): readonly RealDifference[] {
  const ours = model.entries.filter((entry) => entry.mechanism !== 'manual' && entry.path !== null && isOfDefault(entry));
  const known = new Set(ours.map(keyOf));
  const missed = real
    .filter((entry) => !known.has(keyOf(entry)))
    .map((entry) => {
      const declared = model.storages.find(({ storage, mechanism }) => storage === entry.storage && mechanism === entry.mechanism);
      const message = `Nix keeps ${entry.path} in ${entry.storage}, where Keepsake does not see it written.`;
      return { subject: entry.path, location: declared?.name ?? model.location, message };
    });
  const extra = ours
    .filter((entry) => entry.conditions.length === 0 && !hasReal(real, entry))
    .map(({ path, location }) => {
      const message = `Keepsake reads that ${path ?? ''} is kept, and Nix does not keep it.`;
      return { subject: path ?? '', location, message };
    });
  return [...missed, ...extra];
}
