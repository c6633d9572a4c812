import { posix } from 'node:path';
import type { StateEntry, StatePath } from '../catalogue/types.ts';
import { entryElement, type ElementText, type EntryAttributes } from '../edits/entryText.ts';
import type { KnownAttributes } from '../edits/toPreservation.ts';
import type { HostFacts } from './hostFacts.ts';
import { namedPlaces } from './hostState.ts';
import type { ListPlace } from './listPlace.ts';

/** A path that could be kept in a list. */
export interface PathSuggestion {
  /** As it is written in the list: absolute, or below the home. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** The path alone, as an element. */
  readonly plain: ElementText;
  /** The same with what belongs into the entry besides its path, by the mechanism's names. */
  readonly element: ElementText;
  /** `missing`: options of a host imply it and nothing keeps it. `known`: the catalogue has it. `live`: a host really has it now. */
  readonly origin: 'missing' | 'known' | 'live';
  readonly state: StateEntry | null;
  /** Hosts that lack it, or have it now. */
  readonly hosts: readonly string[];
}

const RANK = { critical: 0, data: 1, convenience: 2, cache: 3 } as const;

/** The worse its loss, the further in front. */
export function bySeverity(a: PathSuggestion, b: PathSuggestion): number {
  return rank(a) - rank(b) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
}

function rank({ state }: PathSuggestion): number {
  return state ? RANK[state.severity] : RANK.cache;
}

/** Null for a path that no Nix text can say. */
export function suggestion(
  kind: ListPlace['kind'],
  path: string,
  attributes: EntryAttributes,
  about: Pick<PathSuggestion, 'origin' | 'state' | 'hosts'>,
): PathSuggestion | null {
  const plain = entryElement(kind, path);
  const element = entryElement(kind, path, attributes);
  return plain && element && { path, isDirectory: kind === 'directory', plain, element, ...about };
}

/**
 * What could be kept in lists, whatever is typed: worked out once for each kind of list and, of hosts, once for each model. Made of
 * what is known of state on the hosts (`catalogue`) and of what entries of preservation need to say besides their path (`needs`).
 */
export class PathSuggestions {
  readonly #catalogue: readonly StateEntry[];
  readonly #needs: KnownAttributes;
  readonly #known = new Map<string, readonly PathSuggestion[]>();
  readonly #missing = new WeakMap<HostFacts, Map<string, readonly PathSuggestion[]>>();

  constructor(catalogue: readonly StateEntry[], needs: KnownAttributes) {
    this.#catalogue = catalogue;
    this.#needs = needs;
  }

  /** What the catalogue has for such a list on a host of this `system.stateVersion`, each path once, best first. */
  known(list: ListPlace, stateVersion: string | null): readonly PathSuggestion[] {
    const key = `${keyOf(list)} ${stateVersion ?? ''}`;
    const made = this.#known.get(key);
    if (made) return made;
    const found = new Map<string, PathSuggestion>();
    for (const entry of this.#catalogue) {
      if (entry.scope !== list.scope || entry.severity === 'cache') continue;
      for (const place of namedPlaces(entry, stateVersion)) {
        if (place.kind !== list.kind || found.has(place.path)) continue;
        const each = this.#suggestionOf(list, entry, place, { origin: 'known', hosts: [] });
        if (each) found.set(place.path, each);
      }
    }
    const sorted = [...found.values()].toSorted(bySeverity);
    this.#known.set(key, sorted);
    return sorted;
  }

  /** What options of a host imply for such a list and nothing keeps. Of a home only a known one can be told to lack something. */
  missing(list: ListPlace, facts: HostFacts): readonly PathSuggestion[] {
    const key = `${keyOf(list)} ${list.user ?? ''}`;
    const of = this.#missing.get(facts) ?? new Map<string, readonly PathSuggestion[]>();
    this.#missing.set(facts, of);
    const made = of.get(key) ?? this.#missingOf(list, facts);
    of.set(key, made);
    return made;
  }

  #missingOf(list: ListPlace, facts: HostFacts): readonly PathSuggestion[] {
    const home = list.scope === 'system' ? '/' : (facts.users.get(list.user ?? '') ?? null);
    if (home === null || facts.alone) return [];
    return facts.implied.flatMap(({ entry, user, places }) =>
      entry.scope !== list.scope || entry.severity === 'cache' || entry.implied === false || (user !== null && user !== list.user)
        ? []
        : places
            .filter(({ path, kind }) => kind === list.kind && facts.keeperOf(posix.join(home, path)) === null)
            .flatMap((place) => this.#suggestionOf(list, entry, place, { origin: 'missing', hosts: [facts.host.name] }) ?? []),
    );
  }

  #suggestionOf(
    list: ListPlace,
    state: StateEntry,
    place: StatePath,
    about: Pick<PathSuggestion, 'origin' | 'hosts'>,
  ): PathSuggestion | null {
    return suggestion(place.kind, place.path, attributesOf(list, place, this.#needs), { ...about, state });
  }
}

/** What lists have the same entries written in them, but for whose home it is. */
function keyOf({ mechanism, scope, kind }: ListPlace): string {
  return `${mechanism} ${scope} ${kind}`;
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
