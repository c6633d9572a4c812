import type { Configuration } from '../module/configuration.ts';
import { readByHand } from './byHand.ts';
import type { LockedInput } from '../module/flakeLock.ts';
import { atEachPlace } from './declared.ts';
import type { PersistenceEntry, Readout } from './entry.ts';
import { homesOf, readHomes, type Home } from './homeManager.ts';
import { readStorages, type Spelling } from './listReader.ts';

/** The mechanisms that declare storages (impermanence nixos.nix, preservation options.nix). */
const SPELLINGS: readonly Spelling[] = [
  { mechanism: 'impermanence', root: ['environment', 'persistence'] },
  { mechanism: 'preservation', root: ['preservation', 'preserveAt'], switch: ['preservation', 'enable'] },
];

/** Everything that a configuration keeps, by all mechanisms. `impermanence` is what the flake's lock pins of it. */
export function readPersistence(
  configuration: Configuration,
  impermanence: LockedInput | null,
): Readout & { readonly homes: readonly Home[] } {
  const homes = homesOf(configuration);
  const machine = SPELLINGS.map((spelling) => readStorages(configuration, spelling));
  const declared = [...machine, ...readHomes(homes, impermanence).map((home) => withoutForwarded(home, machine))];
  const storages = declared.flatMap((each) => each.storages.map(({ storage }) => storage));
  return { ...joined([...declared, readByHand(configuration, storages)]), homes };
}

/** What a machine takes over from its users' `home.persistence` (impermanence's own module does, and so do people's) is the machine's. */
function withoutForwarded(home: Readout, machine: readonly Readout[]): Readout {
  const taken = new Set(machine.flatMap((each) => each.entries.flatMap(atEachPlace).map(keyOf)));
  return { ...home, entries: home.entries.filter((entry) => !taken.has(keyOf(entry))) };
}

function keyOf({ storage, user, kind, path, location }: PersistenceEntry): string {
  return JSON.stringify([storage, user, kind, path, location.file, location.start]);
}

/** Several readings as one. */
export function joined(readouts: readonly Readout[]): Readout {
  return {
    entries: readouts.flatMap((each) => each.entries),
    storages: readouts.flatMap((each) => each.storages),
    unresolved: readouts.flatMap((each) => each.unresolved),
  };
}
