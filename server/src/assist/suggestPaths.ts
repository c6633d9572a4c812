import { posix } from 'node:path';
import type { HostFacts } from './hostFacts.ts';
import type { ListPlace } from './listPlace.ts';
import { bySeverity, suggestion, type PathSuggestion, type PathSuggestions } from './pathSuggestions.ts';

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

/** What suggestions are drawn from. */
export interface PathSources {
  readonly paths: PathSuggestions;
  readonly live: LiveBelow;
}

/**
 * Paths for a list of hosts that share it, best first: what their options imply and nothing keeps, what else the catalogue knows, what
 * the hosts really have. Each path once; none that all hosts keep already.
 */
export function suggestPaths(
  { list, typed, others, standing }: PathQuestion,
  hosts: readonly HostFacts[],
  { paths, live }: PathSources,
): readonly PathSuggestion[] {
  const there = new Set(others);
  const isKept = (path: string): boolean => hosts.length > 0 && hosts.every((facts) => facts.keepsExactly(list, path));
  const isWanted = ({ path }: PathSuggestion): boolean => !there.has(path) && (path === standing || !isKept(path));
  const found = new Map<string, PathSuggestion>();
  const add = (suggestions: readonly PathSuggestion[]): void => {
    for (const each of suggestions) {
      const known = found.get(each.path);
      if (known) found.set(each.path, { ...known, hosts: [...new Set([...known.hosts, ...each.hosts])] });
      else if (isWanted(each)) found.set(each.path, each);
    }
  };
  add(hosts.flatMap((facts) => paths.missing(list, facts)).toSorted(bySeverity));
  const stateVersion = hosts[0]?.data.stateVersion ?? null;
  for (const each of paths.known(list, stateVersion)) if (!found.has(each.path) && isWanted(each)) found.set(each.path, each);
  add(running({ list, typed }, hosts, live).toSorted(bySeverity));
  return [...found.values()];
}

/** What hosts have in the directory that is typed; directories for a list of files too, since what is wanted may be in them. */
function running(
  { list, typed }: Pick<PathQuestion, 'list' | 'typed'>,
  hosts: readonly HostFacts[],
  live: LiveBelow,
): readonly PathSuggestion[] {
  const directory = typed.slice(0, typed.lastIndexOf('/') + 1);
  return hosts.flatMap(({ host, users }) => {
    const homes = list.scope === 'system' ? ['/'] : list.user === null ? [...users.values()] : [users.get(list.user) ?? null];
    return homes.flatMap((home) => {
      if (home === null) return [];
      return live(host.name, posix.join(home, directory))
        .filter(({ isDirectory }) => isDirectory || list.kind === 'file')
        .flatMap(({ path, isDirectory }): readonly PathSuggestion[] => {
          const written = list.scope === 'system' ? path : posix.relative(home, path);
          const found = suggestion(list.kind, written, {}, { origin: 'live', state: null, hosts: [host.name] });
          return found ? [{ ...found, isDirectory }] : [];
        });
    });
  });
}
