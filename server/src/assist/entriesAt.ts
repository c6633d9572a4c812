import type { PersistenceEntry, StorageDeclaration } from '../persistence/entry.ts';
import type { Location } from '../syntax/source.ts';
import type { HostFacts } from './hostFacts.ts';
import type { HostState } from './hostState.ts';

/** Something of several hosts that is written at one place of a file they share. */
export interface Shared<T> {
  readonly location: Location;
  /** For each host what it makes of the place; one host may make several of it, as for each of its users. */
  readonly of: readonly { readonly facts: HostFacts; readonly what: T }[];
}

/** The entries that are written in a file, by place, in the order of the text. */
export function entriesIn(file: string, hosts: readonly HostFacts[]): readonly Shared<PersistenceEntry>[] {
  return shared(hosts, file, ({ host }) =>
    host.entries.flatMap((what) => [what, ...(what.also ?? [])].map(({ location }) => ({ what, location }))),
  );
}

/** The storages that are declared in a file, by the place of their name. */
export function storagesIn(file: string, hosts: readonly HostFacts[]): readonly Shared<StorageDeclaration>[] {
  return shared(hosts, file, ({ host }) => host.storages.map((what) => ({ what, location: what.name })));
}

/** Options of a file that imply state. */
export interface Implying {
  readonly option: string;
  readonly state: HostState;
}

export function impliedIn(file: string, hosts: readonly HostFacts[]): readonly Shared<Implying>[] {
  return shared(hosts, file, ({ implied }) =>
    implied.flatMap((state) => state.causes.map(({ option, location }) => ({ what: { option, state }, location }))),
  );
}

/** The innermost of several places that an offset is in, or at an end of. */
export function at<T>(places: readonly Shared<T>[], offset: number): Shared<T> | null {
  const around = places.filter(({ location: { start, end } }) => start <= offset && offset <= end);
  return around.toSorted((a, b) => a.location.end - a.location.start - (b.location.end - b.location.start))[0] ?? null;
}

/** Names of the hosts, each once. */
export function hostsOf<T>({ of }: Shared<T>): readonly string[] {
  return [...new Set(of.map(({ facts }) => facts.host.name))];
}

function shared<T>(
  hosts: readonly HostFacts[],
  file: string,
  find: (facts: HostFacts) => readonly { readonly what: T; readonly location: Location }[],
): readonly Shared<T>[] {
  const places = new Map<string, { location: Location; of: { facts: HostFacts; what: T }[] }>();
  for (const facts of hosts) {
    for (const { what, location } of find(facts)) {
      if (location.file !== file) continue;
      const key = `${location.start}-${location.end}`;
      const known = places.get(key);
      if (known) known.of.push({ facts, what });
      else places.set(key, { location, of: [{ facts, what }] });
    }
  }
  return [...places.values()].toSorted((a, b) => a.location.start - b.location.start);
}
