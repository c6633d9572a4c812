import ephemeral from './ephemeral.json';
import state from './state.json';
import type { EphemeralPattern, StateEntry } from './types.ts';

/** What is known about state on NixOS, as the data files have it. */
export interface Catalogue {
  readonly state: readonly StateEntry[];
  readonly ephemeral: readonly EphemeralPattern[];
}

/** The catalogue that comes with Keepsake. The data is in the bundle; nothing is read. */
export function builtInCatalogue(): Catalogue {
  return { state: state as readonly StateEntry[], ephemeral: ephemeral as readonly EphemeralPattern[] };
}
