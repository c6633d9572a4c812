import type { OptionIndexNode } from '../catalogue/optionIndex.ts';
import { defaultPlace } from '../catalogue/stateIndex.ts';
import type { StateEntry, StatePath } from '../catalogue/types.ts';
import { impliedState as impliedByOptions } from '../findings/impliedState.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { Location } from '../syntax/source.ts';

/** State that a host has, and the options that say so. */
export interface ImpliedState {
  readonly entry: StateEntry;
  /** Where options are set that imply it; empty for what every host or user has. */
  readonly causes: readonly { readonly option: string; readonly location: Location }[];
  /** Absolute, or below the home for state of users. */
  readonly places: readonly Omit<StatePath, 'stateVersion'>[];
}

/** The catalogue, and the same by option. */
export interface KnownStates {
  readonly entries: readonly StateEntry[];
  readonly byOption: OptionIndexNode;
}

/** The state that the options of a machine imply for sure, each kind and place once, and what every machine and user has. */
export function impliedState({ configuration }: HostModel, known: KnownStates): readonly ImpliedState[] {
  if (!configuration) return [];
  const found = new Map<string, ImpliedState & { causes: ImpliedState['causes'][number][] }>();
  for (const { entry, option, cause, places } of impliedByOptions(configuration, known.byOption)) {
    const key = JSON.stringify([entry.id, places.map(({ path }) => path)]);
    const causes = [...(found.get(key)?.causes ?? []), { option: option.join('.'), location: cause }];
    found.set(key, { entry, causes, places });
  }
  const version = configuration.value(['system', 'stateVersion']);
  const always = known.entries.filter(({ id, always: has }) => has === true && ![...found.values()].some(({ entry }) => entry.id === id));
  return [
    ...found.values(),
    ...always.map((entry) => ({ entry, causes: [], places: placesOf(entry, version.type === 'string' ? version.value : null) })),
  ];
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
