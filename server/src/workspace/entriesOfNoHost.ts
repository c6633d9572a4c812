import type { HostModel } from '../host/hostModel.ts';
import { readLibrary } from '../host/library.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import { atEachPlace } from '../persistence/declared.ts';
import type { PersistenceEntry } from '../persistence/entry.ts';
import type { Sources } from './sources.ts';
import { placeOf, placesOf, type FlakeUnit } from './units.ts';

/** Words of a text that may declare something persistent, by whatever option. */
const MAY_PERSIST = /persist|preserv|impermanen|directories/i;

/** More files than these are not read for what no host uses. */
const MAX_UNUSED = 2000;

interface Known {
  readonly hosts: readonly HostModel[];
  /** Models whose entries are told already. */
  readonly told: readonly HostModel[];
  readonly flakes: ReadonlyMap<string, FlakeUnit>;
  readonly sources: Sources;
  readonly evaluation: () => Evaluation;
}

/** What the modules of a workspace keep, or would keep where their switches are on, that is not told; they are read with those of the host that keeps most. */
export function entriesOfNoHost({ hosts, told, flakes, sources, evaluation }: Known): readonly PersistenceEntry[] {
  const base = hosts.toSorted((a, b) => b.entries.length - a.entries.length)[0];
  const declaration = [...flakes.values()]
    .flatMap(({ result, hosts: units }) => result.hosts.filter((_, index) => units[index]?.model.location === base?.location))
    .find(({ system }) => system !== null);
  const used = new Set(base?.files);
  const files = sources.nixFiles().filter((file) => {
    if (used.has(file) || flakes.has(file)) return false;
    const source = sources.text(file);
    return typeof source !== 'string' && MAY_PERSIST.test(source.text);
  });
  if (files.length > MAX_UNUSED || (files.length === 0 && !declaration)) return [];
  const places = new Set(told.flatMap((model) => model.entries.flatMap(placesOf)));
  return readLibrary(evaluation(), files, declaration?.system ?? null)
    .flatMap(atEachPlace)
    .filter((entry) => {
      const place = placeOf(entry);
      if (places.has(place)) return false;
      places.add(place);
      return true;
    });
}
