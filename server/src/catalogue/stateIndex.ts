import { PathTrie } from './pathTrie.ts';
import { componentsOf, usualHomes } from './pattern.ts';
import type { StateEntry, StatePath } from './types.ts';

/** What the catalogue knows about a path: the kind of state, and which of its places holds the path. */
export interface KnownState {
  readonly entry: StateEntry;
  readonly place: StatePath;
}

/** Asked a component at a time by who classifies many paths, or by whole path. */
export type StateIndex = PathTrie<KnownState>;

/** How bad each loss is; of two entries that name the same place, the worse one speaks. */
const rank = { critical: 0, data: 1, convenience: 2, cache: 3 } as const;

/** `<name>` in the catalogue's paths stands for one component, or a part of one, that the user chose. */
function globOf(path: string): string[] {
  return componentsOf(path).map((component) => component.replace(/<[^>]*>/g, '*'));
}

/**
 * The places where the state of `entries` lives, by path; the longest place wins. A directory holds everything below it. Places of
 * users are looked for below every one of `homes` (`*` is one component). Old and new places of `stateVersion` are all in it: state
 * lies where it was written, whatever the version says today. The link `/var/lib/NAME` that systemd makes to
 * `/var/lib/private/NAME` is no place of state and therefore not in it.
 */
export function indexState(entries: readonly StateEntry[], homes: readonly string[] = usualHomes): StateIndex {
  const trie = new PathTrie<KnownState>();
  const worstFirst = [...entries].sort((left, right) => rank[left.severity] - rank[right.severity]);
  for (const entry of worstFirst) {
    for (const place of entry.paths) {
      const paths = new Set([place.path, ...(place.stateVersion ?? []).map((version) => version.path)]);
      for (const path of paths) {
        const anchors = entry.scope === 'user' ? homes.map((home) => componentsOf(home)) : [[]];
        for (const anchor of anchors) trie.add([...anchor, ...globOf(path)], { entry, place }, place.kind === 'directory');
      }
    }
  }
  return trie;
}

/** Whether release `left` (as in `system.stateVersion`, "24.11") is older than `right`; what is no number counts as 0. */
function isOlder(left: string, right: string): boolean {
  const [a, b] = [left, right].map((version) => version.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let i = 0; i < Math.max(a?.length ?? 0, b?.length ?? 0); i++) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** Where a place is for a host of this `system.stateVersion` (null: unknown, then the place of current releases). */
export function defaultPlace(place: StatePath, stateVersion: string | null): string {
  if (stateVersion === null || place.stateVersion === undefined) return place.path;
  return place.stateVersion.findLast((version) => !isOlder(stateVersion, version.atLeast))?.path ?? place.path;
}

/** The places of a kind of state for such a host; what its users name is left as the catalogue has it (`<name>`). */
export function defaultPlaces({ paths }: StateEntry, stateVersion: string | null): readonly Omit<StatePath, 'stateVersion'>[] {
  return paths.map((place) => {
    const { stateVersion: versions, ...rest } = place;
    return versions ? { ...rest, path: defaultPlace(place, stateVersion) } : rest;
  });
}
