import type { Location } from '../syntax/source.ts';
import { apartName, apartOf, type Analysis } from './analysis.ts';

/** A place that could not be read, with all the hosts, guests and homes that it is a part of. */
export interface UnreadPlace {
  readonly location: Location;
  readonly reason: string;
  /** Empty for a flake whose hosts could not be listed. */
  readonly hosts: readonly string[];
}

/** Everything that could not be read, by file and place. */
export function unreadPlaces({ hosts, homes, problems }: Pick<Analysis, 'hosts' | 'homes' | 'problems'>): readonly UnreadPlace[] {
  const places = new Map<string, { readonly location: Location; readonly reason: string; readonly hosts: Set<string> }>();
  const add = (location: Location, reason: string, host: string | null): void => {
    const key = `${location.file}:${location.start}:${reason}`;
    const known = places.get(key) ?? { location, reason, hosts: new Set() };
    places.set(key, known);
    if (host !== null) known.hosts.add(host);
  };
  for (const { location, reason } of problems) add(location, reason, null);
  const named = [
    ...hosts.map((host) => ({ name: host.name, host })),
    ...apartOf({ hosts, homes }).map((host) => ({ name: apartName(host), host })),
  ];
  for (const { name, host } of named) for (const { location, reason } of host.unresolved) add(location, reason, name);
  return [...places.values()]
    .map((place) => ({ ...place, hosts: [...place.hosts] }))
    .toSorted((a, b) =>
      a.location.file < b.location.file ? -1 : a.location.file > b.location.file ? 1 : a.location.start - b.location.start,
    );
}
