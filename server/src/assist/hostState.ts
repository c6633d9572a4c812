import { defaultPlaces } from '../catalogue/stateIndex.ts';
import type { StateEntry, StatePath } from '../catalogue/types.ts';
import type { Knowledge } from '../findings/context.ts';
import { impliedState } from '../findings/impliedState.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { Location } from '../syntax/source.ts';

/** One kind of state that a host has, with all options that say so: what help tells of it. */
export interface HostState {
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
export function hostState({ configuration, homes }: HostModel, known: KnownStates, stateVersion: string | null): readonly HostState[] {
  if (!configuration) return [];
  const found = new Map<string, HostState & { causes: HostState['causes'][number][] }>();
  const add = (user: string | null, implied: ReturnType<typeof impliedState>): void => {
    for (const { entry, option, cause, places } of implied) {
      const key = JSON.stringify([entry.id, user, places.map(({ path }) => path)]);
      const causes = [...(found.get(key)?.causes ?? []), { option: option.join('.'), location: cause }];
      found.set(key, { entry, user, causes, places });
    }
  };
  add(null, impliedState(configuration, known.byOption));
  for (const home of homes) if (home.name !== null) add(home.name, impliedState(home.configuration, known.byHomeOption));
  const said = new Set([...found.values()].map(({ entry }) => entry.id));
  const always = known.state.filter(({ id, always: has }) => has === true && !said.has(id));
  return [...found.values(), ...always.map((entry) => ({ entry, user: null, causes: [], places: namedPlaces(entry, stateVersion) }))];
}

/** The places of a kind of state for a `system.stateVersion`, without those whose name the user chooses. */
export function namedPlaces(entry: StateEntry, stateVersion: string | null): HostState['places'] {
  return defaultPlaces(entry, stateVersion).filter(({ path }) => !/[<*]/.test(path));
}
