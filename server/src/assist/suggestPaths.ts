import { posix } from 'node:path';
import type { StateEntry, StatePath } from '../catalogue/types.ts';
import type { EntryAttributes } from '../edits/entryText.ts';
import type { HostFacts } from './hostFacts.ts';
import { placesOf, type ImpliedPlace } from './impliedState.ts';
import type { ListPlace } from './listPlace.ts';

/** A path that could be kept in a list. */
export interface PathSuggestion {
  /** As it is written in the list: absolute, or below the home. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** What belongs into the entry besides its path, by the mechanism's names. */
  readonly attributes: EntryAttributes;
  /** `missing`: options of a host imply it and nothing keeps it. `known`: the catalogue has it. `live`: a host really has it now. */
  readonly origin: 'missing' | 'known' | 'live';
  readonly state: StateEntry | null;
  /** Hosts that lack it, or have it now. */
  readonly hosts: readonly string[];
}

/** What a running host has below a directory that nothing keeps, as it was last listed; empty where no listing is there. */
export type LiveBelow = (host: string, directory: string) => readonly { readonly path: string; readonly isDirectory: boolean }[];

export interface PathQuestion {
  readonly list: ListPlace;
  /** What is typed of the path. */
  readonly typed: string;
  /** The path as it stands there now, which may be suggested although it is kept: by this very entry. */
  readonly standing: string;
  /** Paths that the list has already. */
  readonly others: readonly string[];
}

const RANK = { critical: 0, data: 1, convenience: 2, cache: 3 } as const;
const ORIGINS: readonly PathSuggestion['origin'][] = ['missing', 'known', 'live'];

/**
 * Paths for a list of hosts that share it, best first: what their options imply and nothing keeps, what else the catalogue knows, what
 * the hosts really have. Each path once; none that all hosts keep already.
 */
export function suggestPaths(
  question: PathQuestion,
  hosts: readonly HostFacts[],
  catalogue: readonly StateEntry[],
  live: LiveBelow,
): readonly PathSuggestion[] {
  const found = new Map<string, PathSuggestion>();
  const add = (suggestion: PathSuggestion): void => {
    const { path } = suggestion;
    const known = found.get(path);
    if (known) found.set(path, { ...known, hosts: [...new Set([...known.hosts, ...suggestion.hosts])] });
    else if (!question.others.includes(path) && (path === question.standing || !isKeptByAll(question.list, path, hosts)))
      found.set(path, suggestion);
  };
  for (const suggestion of missing(question.list, hosts)) add(suggestion);
  for (const suggestion of known(question.list, hosts, catalogue)) if (!found.has(suggestion.path)) add(suggestion);
  for (const suggestion of running(question, hosts, live)) add(suggestion);
  return [...found.values()].toSorted(
    (a, b) => ORIGINS.indexOf(a.origin) - ORIGINS.indexOf(b.origin) || rank(a) - rank(b) || compare(a.path, b.path),
  );
}

function rank({ state }: PathSuggestion): number {
  return state ? RANK[state.severity] : RANK.cache;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether each host has an entry for this very path. */
function isKeptByAll(list: ListPlace, path: string, hosts: readonly HostFacts[]): boolean {
  return (
    hosts.length > 0 &&
    hosts.every(({ host }) =>
      host.entries.some((entry) =>
        list.scope === 'system' ? entry.path === path : entry.relative === path && (list.user === null || entry.user === list.user),
      ),
    )
  );
}

function missing(list: ListPlace, hosts: readonly HostFacts[]): readonly PathSuggestion[] {
  if (list.scope === 'user') return [];
  return hosts.flatMap((facts) =>
    facts.implied.flatMap(({ entry, places }) =>
      places
        .filter(({ path, kind }) => entry.severity !== 'cache' && kind === list.kind && facts.keeperOf(path) === null)
        .map((place) => suggestionOf(list, entry, place, 'missing', [facts.host.name])),
    ),
  );
}

function known(list: ListPlace, hosts: readonly HostFacts[], catalogue: readonly StateEntry[]): readonly PathSuggestion[] {
  const stateVersion = hosts[0]?.stateVersion ?? null;
  return catalogue
    .filter(({ scope, severity }) => scope === list.scope && severity !== 'cache')
    .flatMap((entry) =>
      placesOf(entry, stateVersion)
        .filter(({ kind }) => kind === list.kind)
        .map((place) => suggestionOf(list, entry, place, 'known', [])),
    );
}

function suggestionOf(
  list: ListPlace,
  state: StateEntry,
  place: ImpliedPlace,
  origin: PathSuggestion['origin'],
  hosts: readonly string[],
): PathSuggestion {
  const isDirectory = place.kind === 'directory';
  return { path: place.path, isDirectory, attributes: attributesOf(list, place, state), origin, state, hosts };
}

/** What hosts have in the directory that is typed; directories for a list of files too, since what is wanted may be in them. */
function running({ list, typed }: PathQuestion, hosts: readonly HostFacts[], live: LiveBelow): readonly PathSuggestion[] {
  const directory = typed.slice(0, typed.lastIndexOf('/') + 1);
  return hosts.flatMap(({ host, users }) => {
    const homes = list.scope === 'system' ? ['/'] : list.user === null ? [...users.values()] : [users.get(list.user) ?? null];
    return homes.flatMap((home) => {
      if (home === null) return [];
      return live(host.name, posix.join(home, directory))
        .filter(({ isDirectory }) => isDirectory || list.kind === 'file')
        .map(({ path, isDirectory }): PathSuggestion => {
          const written = list.scope === 'system' ? path : posix.relative(home, path);
          return { path: written, isDirectory, attributes: {}, origin: 'live', state: null, hosts: [host.name] };
        });
    });
  });
}

/** Paths of which programs must find a link, or which are read before the second stage, by preservation's manual (its migration page). */
const PRESERVATION: Readonly<Record<string, EntryAttributes>> = {
  'openssh-host-keys': { how: 'symlink', configureParent: true },
  'machine-id': { inInitrd: true },
  'nixos-uid-gid-maps': { inInitrd: true },
};

/**
 * Owner and mode as the entry has to say them. Both mechanisms make directories 0755 and root's, or the user's in a home
 * (impermanence submodule-options.nix, preservation options.nix); of files only preservation sets owner and mode, 0644 by default.
 */
export function attributesOf(
  { mechanism, kind, scope }: ListPlace,
  { user, group, mode }: Pick<StatePath, 'user' | 'group' | 'mode'>,
  state: StateEntry | null,
): EntryAttributes {
  const special = mechanism === 'preservation' && state ? (PRESERVATION[state.id] ?? {}) : {};
  if ('how' in special || (kind === 'file' && mechanism !== 'preservation')) return special;
  const usual = kind === 'directory' ? '0755' : '0644';
  const owner = scope === 'system' ? { user, group } : {};
  const wanted = Object.entries({ ...owner, mode }).filter(
    ([name, value]) => value !== undefined && value !== (name === 'mode' ? usual : 'root'),
  );
  return { ...Object.fromEntries(wanted as [string, string][]), ...special };
}
