import { posix } from 'node:path';
import type { StateEntry, StatePath } from '../catalogue/types.ts';
import type { EntryAttributes } from '../edits/entryText.ts';
import type { KnownAttributes } from '../edits/toPreservation.ts';
import type { HostFacts } from './hostFacts.ts';
import { placesOf } from './impliedState.ts';
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

/** What suggestions are drawn from. */
export interface PathSources {
  readonly catalogue: readonly StateEntry[];
  /** What entries of preservation need to say besides their path. */
  readonly needs: KnownAttributes;
  readonly live: LiveBelow;
}

/**
 * Paths for a list of hosts that share it, best first: what their options imply and nothing keeps, what else the catalogue knows, what
 * the hosts really have. Each path once; none that all hosts keep already.
 */
export function suggestPaths(question: PathQuestion, hosts: readonly HostFacts[], sources: PathSources): readonly PathSuggestion[] {
  const { list, others, standing } = question;
  const found = new Map<string, PathSuggestion>();
  const isKept = (path: string): boolean => hosts.length > 0 && hosts.every((facts) => facts.keepsExactly(list, path));
  const add = (suggestion: PathSuggestion): void => {
    const { path } = suggestion;
    const known = found.get(path);
    if (known) found.set(path, { ...known, hosts: [...new Set([...known.hosts, ...suggestion.hosts])] });
    else if (!others.includes(path) && (path === standing || !isKept(path))) found.set(path, suggestion);
  };
  for (const suggestion of missing(list, hosts, sources.needs)) add(suggestion);
  for (const suggestion of known(list, hosts, sources)) if (!found.has(suggestion.path)) add(suggestion);
  for (const suggestion of running(question, hosts, sources.live)) add(suggestion);
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

/** Of a home only a known one can be told to lack something. */
function missing(list: ListPlace, hosts: readonly HostFacts[], needs: KnownAttributes): readonly PathSuggestion[] {
  return hosts.flatMap((facts) => {
    const home = list.scope === 'system' ? '/' : (facts.users.get(list.user ?? '') ?? null);
    if (home === null || facts.alone) return [];
    return facts.implied.flatMap(({ entry, user, places }) =>
      entry.scope !== list.scope || entry.severity === 'cache' || entry.implied === false || (user !== null && user !== list.user)
        ? []
        : places
            .filter(({ path, kind }) => kind === list.kind && facts.keeperOf(posix.join(home, path)) === null)
            .map((place) => suggestionOf(list, entry, place, needs, [facts.host.name])),
    );
  });
}

function known(list: ListPlace, hosts: readonly HostFacts[], { catalogue, needs }: PathSources): readonly PathSuggestion[] {
  const stateVersion = hosts[0]?.data.stateVersion ?? null;
  return catalogue
    .filter(({ scope, severity }) => scope === list.scope && severity !== 'cache')
    .flatMap((entry) =>
      placesOf(entry, stateVersion)
        .filter(({ kind }) => kind === list.kind)
        .map((place) => suggestionOf(list, entry, place, needs, [])),
    );
}

/** Missing on `hosts`; merely known when there are none. */
function suggestionOf(
  list: ListPlace,
  state: StateEntry,
  place: StatePath,
  needs: KnownAttributes,
  hosts: readonly string[],
): PathSuggestion {
  const attributes = attributesOf(list, place, needs);
  return {
    path: place.path,
    isDirectory: place.kind === 'directory',
    attributes,
    origin: hosts.length > 0 ? 'missing' : 'known',
    state,
    hosts,
  };
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

/**
 * Owner and mode as the entry has to say them, and for preservation what else it needs. Both mechanisms make directories 0755 and
 * root's, or the user's in a home (impermanence submodule-options.nix, preservation options.nix); of files only preservation sets
 * owner and mode, 0644 by default.
 */
function attributesOf(list: ListPlace, place: StatePath, needs: KnownAttributes): EntryAttributes {
  const { mechanism, kind, scope } = list;
  const { path, user, group, mode } = place;
  const inPreservation = mechanism === 'preservation';
  if (kind === 'file' && !inPreservation) return {};
  const wanted = inPreservation ? (needs(kind, path, scope === 'user' ? (list.user ?? '') : null) ?? {}) : { user, group, mode };
  const usual: Readonly<Record<string, string>> = { user: 'root', group: 'root', mode: kind === 'directory' ? '0755' : '0644' };
  const said = Object.entries(wanted).filter(([name, value]) => value !== undefined && value !== usual[name]);
  const own = scope === 'user' ? said.filter(([name]) => name !== 'user' && name !== 'group') : said;
  return Object.fromEntries(own) as EntryAttributes;
}
