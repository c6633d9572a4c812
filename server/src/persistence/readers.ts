import type { Configuration } from '../module/configuration.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import type { Scope } from '../nix/scope.ts';
import { readByHand } from './byHand.ts';
import type { Readout } from './entry.ts';
import { homesOf, readHomes, type Home } from './homeManager.ts';
import { readStorages, type Spelling } from './listReader.ts';

/** The mechanisms that declare storages (impermanence nixos.nix, preservation options.nix). */
const SPELLINGS: readonly Spelling[] = [
  { mechanism: 'impermanence', root: ['environment', 'persistence'] },
  { mechanism: 'preservation', root: ['preservation', 'preserveAt'] },
];

/** Everything that a configuration keeps, by all mechanisms. `evaluation` and `globals` are for the configurations of its users. */
export function readPersistence(
  configuration: Configuration,
  evaluation: Evaluation,
  globals: Scope,
): Readout & { readonly homes: readonly Home[] } {
  const homes = homesOf(configuration, evaluation, globals);
  const declared = [...SPELLINGS.map((spelling) => readStorages(configuration, spelling)), ...readHomes(homes)];
  const storages = declared.flatMap((each) => each.storages.map(({ storage }) => storage));
  return { ...joined([...declared, readByHand(configuration, storages)]), homes };
}

/** Several readings as one. */
export function joined(readouts: readonly Readout[]): Readout {
  return {
    entries: readouts.flatMap((each) => each.entries),
    storages: readouts.flatMap((each) => each.storages),
    unresolved: readouts.flatMap((each) => each.unresolved),
  };
}
