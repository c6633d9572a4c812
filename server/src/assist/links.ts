import type { StateIndex } from '../catalogue/stateIndex.ts';
import type { Location } from '../syntax/source.ts';
import { at, entriesIn, impliedIn } from './entriesAt.ts';
import type { HostFacts } from './hostFacts.ts';

/** From a place to others. */
export interface Links {
  readonly from: Location;
  readonly to: readonly Location[];
}

export interface LinkQuestion {
  readonly file: string;
  readonly offset: number;
  /** The hosts that read the file. */
  readonly hosts: readonly HostFacts[];
  readonly known: StateIndex;
}

/** From an entry to the options that make something write there; from such an option to the entries that keep what it implies. */
export function definitions({ file, offset, hosts, known }: LinkQuestion): Links | null {
  const entry = at(entriesIn(file, hosts), offset);
  if (entry) {
    const to = entry.of.flatMap(({ facts, what }) => {
      const id = what.path === null ? undefined : known.lookup(what.path)?.value.entry.id;
      return facts.implied
        .filter(({ entry: state, user }) => state.id === id && (user === null || user === what.user))
        .flatMap(({ causes }) => causes.map(({ location }) => location));
    });
    return { from: entry.location, to: unique(to) };
  }
  const option = at(impliedIn(file, hosts), offset);
  if (!option) return null;
  const to = option.of.flatMap(({ facts, what }) =>
    what.state.places.flatMap(({ path }) => facts.pathsOf(what.state, path)).flatMap((path) => facts.keeperOf(path)?.entry?.location ?? []),
  );
  return { from: option.location, to: unique(to) };
}

/** All places that speak of the same state: the options that imply it and the entries that keep it, for the hosts that read the file. */
export function references(question: LinkQuestion): readonly Location[] {
  const { file, offset, hosts } = question;
  const found = definitions(question);
  if (!found) return [];
  const paths = new Set(at(entriesIn(file, hosts), offset)?.of.map(({ what }) => what.path) ?? []);
  const same = hosts.flatMap(({ host }) =>
    host.entries.filter(({ path }) => path !== null && paths.has(path)).map(({ location }) => location),
  );
  const options = new Set(at(impliedIn(file, hosts), offset)?.of.map(({ what }) => what.option) ?? []);
  const set = hosts.flatMap(({ implied }) =>
    implied.flatMap(({ causes }) => causes.filter(({ option }) => options.has(option)).map(({ location }) => location)),
  );
  return unique([...found.to, ...same, ...(paths.size > 0 ? [] : set)]);
}

function unique(locations: readonly Location[]): readonly Location[] {
  return [...new Map(locations.map((each) => [`${each.file}\0${each.start}\0${each.end}`, each])).values()];
}
