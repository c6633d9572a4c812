import { defaultPlace } from '../catalogue/stateIndex.ts';
import type { StateEntry, StatePath } from '../catalogue/types.ts';
import type { Knowledge } from '../findings/context.ts';
import { impliedState as impliedByOptions } from '../findings/impliedState.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { Location } from '../syntax/source.ts';

/** State that a host has, and the options that say so. */
export interface ImpliedState {
  readonly entry: StateEntry;
  /** Whose home it is in, where one user's configuration says so; null for the machine's, and for what every user has. */
  readonly user: string | null;
  /** Where options are set that imply it; empty for what every host or user has. */
  readonly causes: readonly { readonly option: string; readonly location: Location }[];
  /** Absolute, or below the home for state of users. */
  readonly places: readonly Omit<StatePath, 'stateVersion'>[];
}

/** The catalogue, and the same by option. */
export type KnownStates = Pick<Knowledge, 'state' | 'byOption' | 'byHomeOption'>;

/** The state that the options of a machine and its homes imply for sure, each kind and place once, and what every one of them has. */
export function impliedState(
  { configuration, homes }: HostModel,
  known: KnownStates,
  stateVersion: string | null,
): readonly ImpliedState[] {
  if (!configuration) return [];
  const found = new Map<string, ImpliedState & { causes: ImpliedState['causes'][number][] }>();
  const add = (user: string | null, implied: ReturnType<typeof impliedByOptions>): void => {
    for (const { entry, option, cause, places } of implied) {
      const key = JSON.stringify([entry.id, user, places.map(({ path }) => path)]);
      const causes = [...(found.get(key)?.causes ?? []), { option: option.join('.'), location: cause }];
      found.set(key, { entry, user, causes, places });
    }
  };
  add(null, impliedByOptions(configuration, known.byOption));
  for (const home of homes) if (home.name !== null) add(home.name, impliedByOptions(home.configuration, known.byHomeOption));
  const said = new Set([...found.values()].map(({ entry }) => entry.id));
  const always = known.state.filter(({ id, always: has }) => has === true && !said.has(id));
  return [...found.values(), ...always.map((entry) => ({ entry, user: null, causes: [], places: placesOf(entry, stateVersion) }))];
}

/** The places of a kind of state for a `system.stateVersion`, without those whose name the user chooses. */
export function placesOf(entry: StateEntry, stateVersion: string | null): ImpliedState['places'] {
  return entry.paths
    .map(({ stateVersion: versions, ...place }) => ({
      ...place,
      path: versions ? defaultPlace({ ...place, stateVersion: versions }, stateVersion) : place.path,
    }))
    .filter(({ path }) => !/[<*]/.test(path));
}
