import { posix } from 'node:path';
import type { Configuration } from '../module/configuration.ts';
import type { HostDeclaration } from '../module/hostDeclaration.ts';
import { lockedInput, type LockedInput } from '../module/flakeLock.ts';
import { globalScope } from '../nix/builtins.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import type { Readout, Unresolved } from '../persistence/entry.ts';
import { homeConfiguration, readOwnHome } from '../persistence/homeManager.ts';
import { machineConfiguration } from '../persistence/machine.ts';
import { joined, readPersistence } from '../persistence/readers.ts';
import {
  readSpecialisations,
  specialisedHome,
  specialisedMachine,
  specialisedOwnHome,
  type SpecialisationReadout,
} from '../persistence/specialisations.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { Location } from '../syntax/source.ts';
import { findErasure, guestSign } from './erasure.ts';
import { readMounts, unreadMounts } from './filesystems.ts';
import { NOTHING_READ } from './hostModel.ts';
import type { HostModel } from './hostModel.ts';
import { guestsOf, type GuestDeclaration } from './guests.ts';
import { initrdScripts } from './initrdScripts.ts';
import { aloneConfiguration, moduleOfFile, readAlone, readNested } from './loneFile.ts';
import { findRenewed } from './renewed.ts';
import { findRollbacks } from './rollback.ts';

/** The model of a machine of a flake. */
export function buildHost(evaluation: Evaluation, declaration: HostDeclaration): HostModel {
  const { name, location, system } = declaration;
  if (!system) {
    const problem = declaration.problem ?? 'it could not be read';
    return { ...NOTHING_READ, name, location, problem, unresolved: [{ location, reason: problem, scope: 'system' }] };
  }
  const globals = globalScope(evaluation);
  const { modules, specialArgs } = system;
  const configuration = machineConfiguration(evaluation, globals, { modules, specialArgs });
  const impermanence = impermanenceOf(evaluation, location.file);
  const readout = readPersistence(configuration, impermanence);
  const more = [
    specialisedMachine(evaluation, globals, configuration, system, impermanence),
    ...readout.homes.map((home) => specialisedHome(evaluation, globals, configuration, home, impermanence)),
  ].map((each) => readSpecialisations(each, readout));
  const made = withMore(model(evaluation, name, location, configuration, readout), more);
  return { ...made, guests: guestsOf(configuration).map((guest) => buildGuest(evaluation, guest, { name, impermanence })) };
}

/** A model with what specialisations keep besides. */
function withMore(made: HostModel, more: readonly SpecialisationReadout[]): HostModel {
  return {
    ...made,
    entries: [...made.entries, ...more.flatMap((each) => each.entries)],
    unresolved: [...made.unresolved, ...more.flatMap((each) => each.unresolved)],
    files: [...new Set([...made.files, ...more.flatMap((each) => each.files)])],
  };
}

/** The model of a machine that runs inside the host called `name`: what it keeps, without live values. */
function buildGuest(
  evaluation: Evaluation,
  { name, location, system }: GuestDeclaration,
  host: { readonly name: string; readonly impermanence: LockedInput | null },
): HostModel {
  const configuration = machineConfiguration(evaluation, globalScope(evaluation), system);
  const readout = readPersistence(configuration, host.impermanence);
  const made = model(evaluation, `${host.name}/${name}`, location, configuration, readout);
  return { ...made, guest: location, homes: [], configuration: null };
}

/** The model of a user who is configured apart from any machine. */
export function buildHome(evaluation: Evaluation, { name, location, system, problem }: HostDeclaration): HostModel {
  if (!system) {
    const reason = problem ?? 'it could not be read';
    return { ...NOTHING_READ, name, location, problem: reason, unresolved: [{ location, reason, scope: 'user' }] };
  }
  const globals = globalScope(evaluation);
  const configuration = homeConfiguration(evaluation, globals, system);
  const readout = readOwnHome(configuration);
  const more = readSpecialisations(specialisedOwnHome(evaluation, globals, configuration, system), readout);
  return withMore(model(evaluation, name, location, configuration, { ...readout, homes: [] }), [more]);
}

/** What the lock file nearest above a file pins of impermanence. */
function impermanenceOf(evaluation: Evaluation, file: string): LockedInput | null {
  for (let directory = posix.dirname(file); ; directory = posix.dirname(directory)) {
    const lock = posix.join(directory, 'flake.lock');
    const read = evaluation.sources.kindOf(lock) === 'file' ? evaluation.sources.text(lock) : null;
    if (read !== null && typeof read !== 'string') return lockedInput(read.text, 'impermanence');
    if (directory === posix.dirname(directory)) return null;
  }
}

/** The model of one file read on its own: as a module, and the modules it holds deeper. `name` is for people. */
export function buildFile(evaluation: Evaluation, file: string): HostModel {
  const globals = globalScope(evaluation);
  const configuration = aloneConfiguration(evaluation, globals, moduleOfFile(file));
  const readout = joined([readAlone(configuration), readNested(configuration, evaluation, globals)]);
  return model(evaluation, posix.basename(file), { file, start: 0, end: 0 }, configuration, { ...readout, homes: [] });
}

/** Why a text of a host was not read whole. */
export const SYNTAX_ERROR = 'the file has a syntax error';

function model(
  evaluation: Evaluation,
  name: string,
  location: Location,
  configuration: Configuration,
  readout: Readout & Pick<HostModel, 'homes'>,
): HostModel {
  const { entries, storages, unresolved } = readout;
  const mounts = readMounts(configuration);
  const scripts = initrdScripts(configuration, evaluation);
  const rollbacks = findRollbacks(scripts, mounts);
  const [rollback = null] = rollbacks;
  const unread: readonly Unresolved[] = configuration.modules.unread.map((each) => ({
    location: each.location ?? location,
    reason: each.reason,
    scope: 'system',
  }));
  const broken = brokenFiles(evaluation);
  // What can't be read because of the error is told by the error.
  const isOther = ({ location: { file, start } }: Unresolved): boolean =>
    !broken.some((error) => error.location.file === file && error.location.start === start);
  const unreadHere = [...[...unreadMounts(configuration), ...unread].filter(isOther), ...broken];
  return {
    name,
    location,
    problem: null,
    entries,
    storages,
    unresolved: [...unresolved.filter(isOther), ...unreadHere],
    mounts,
    rollback,
    rollbacks,
    renewed: findRenewed(scripts),
    scripts,
    erasure: findErasure(configuration, evaluation, { mounts, scripts, isRead: unreadHere.length === 0 }),
    guest: guestSign(configuration, evaluation, { name, location }),
    homes: readout.homes,
    guests: [],
    rootFilesystem: mounts.find(({ mountPoint }) => mountPoint === '/')?.fsType ?? (rollback ? 'zfs' : null),
    configuration,
    files: [...new Set([configuration, ...readout.homes.map((home) => home.configuration)].flatMap((each) => each.modules.files))],
  };
}

/** A text with a syntax error may say more than could be made of it. */
function brokenFiles(evaluation: Evaluation): readonly Unresolved[] {
  return [...evaluation.imported.keys()].flatMap((file) => {
    const errorAt = evaluation.fact(file, errorIn);
    return errorAt === null ? [] : [{ location: { file, start: errorAt, end: errorAt }, reason: SYNTAX_ERROR, scope: 'system' as const }];
  });
}

/** Null too when the text could not be read at all: it is unknown where it is imported. */
function errorIn(source: NixSource | string): number | null {
  return typeof source === 'string' ? null : source.errorAt;
}
