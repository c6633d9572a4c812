import type { StateEntry, StatePath } from '../catalogue/types.ts';
import { defaultPlace } from '../catalogue/stateIndex.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { Configuration } from '../module/configuration.ts';
import type { Location } from '../syntax/source.ts';

/** State that a host has, and the options that say so. */
export interface ImpliedState {
  readonly entry: StateEntry;
  /** Where options are set that imply it; empty for what every host has. */
  readonly causes: readonly { readonly option: string; readonly location: Location }[];
  readonly places: readonly ImpliedPlace[];
}

/** A place of state for a host's own release. */
export interface ImpliedPlace extends Omit<StatePath, 'stateVersion'> {
  readonly path: string;
}

/** The state of system scope that the options of a host imply for sure, with what every host has. */
export function impliedState(host: HostModel, catalogue: readonly StateEntry[]): readonly ImpliedState[] {
  const { configuration } = host;
  if (!configuration) return [];
  const version = configuration.value(['system', 'stateVersion']);
  const stateVersion = version.type === 'string' ? version.value : null;
  return catalogue.flatMap((entry): readonly ImpliedState[] => {
    if (entry.scope !== 'system') return [];
    const causes = entry.options.flatMap((option) => causesOf(configuration, option));
    if (causes.length === 0 && entry.always !== true) return [];
    // Where an option says the place, it may be another than the usual one.
    if (entry.pathOption !== undefined && configuration.tree.at(entry.pathOption.split('.')).definitions.length > 0) return [];
    return [{ entry, causes, places: placesOf(entry, stateVersion) }];
  });
}

/** The places of a kind of state as a host of this `system.stateVersion` has them, without those whose name the user chooses. */
export function placesOf(entry: StateEntry, stateVersion: string | null): readonly ImpliedPlace[] {
  return entry.paths
    .map((place) => ({ ...place, path: defaultPlace(place, stateVersion) }))
    .filter(({ path }) => !path.includes('<') && !path.includes('*'));
}

/** Definitions that set an option, whose path may have `<name>` or `*` for any name. */
function causesOf(configuration: Configuration, option: string): ImpliedState['causes'] {
  const found: { option: string; location: Location }[] = [];
  const visit = (path: readonly string[], rest: readonly string[]): void => {
    const [next, ...more] = rest;
    if (next !== undefined) {
      const names = next === '*' || next.startsWith('<') ? configuration.tree.names(path) : [next];
      for (const name of names) visit([...path, name], more);
      return;
    }
    if (!isOn(configuration, path)) return;
    for (const { from, conditions } of configuration.applying(configuration.tree.at(path).definitions)) {
      const location = from.binding ?? from.thunk.location;
      if (location && conditions.length === 0) found.push({ option: path.join('.'), location });
    }
  };
  visit([], option.split('.'));
  return found;
}

function isOn(configuration: Configuration, path: readonly string[]): boolean {
  if (configuration.tree.at(path).definitions.length === 0) return false;
  const value = configuration.value(path);
  switch (value.type) {
    case 'bool':
      return value.value;
    case 'list':
      return value.items.length > 0;
    case 'attrs':
      return configuration.tree.names(path).length > 0;
    case 'unknown':
    case 'null':
      return false;
    case 'int':
    case 'float':
    case 'string':
    case 'path':
    case 'function':
      return true;
  }
}
