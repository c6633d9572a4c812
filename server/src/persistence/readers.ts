import type { Configuration } from '../module/configuration.ts';
import type { Readout } from './entry.ts';
import { readStorages, type Spelling } from './listReader.ts';
import { readByHand } from './byHand.ts';

/** The mechanisms that declare storages (impermanence nixos.nix, preservation options.nix). */
const SPELLINGS: readonly Spelling[] = [
  { mechanism: 'impermanence', root: ['environment', 'persistence'] },
  { mechanism: 'preservation', root: ['preservation', 'preserveAt'] },
];

/** Everything that a configuration keeps, by all mechanisms. */
export function readPersistence(configuration: Configuration): Readout {
  const declared = SPELLINGS.map((spelling) => readStorages(configuration, spelling));
  const all = [
    ...declared,
    readByHand(
      configuration,
      declared.flatMap((each) => each.storages.map(({ storage }) => storage)),
    ),
  ];
  return {
    entries: all.flatMap((each) => each.entries),
    storages: all.flatMap((each) => each.storages),
    unresolved: all.flatMap((each) => each.unresolved),
  };
}
