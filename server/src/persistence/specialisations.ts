import type { Configuration, ConfigurationInput } from '../module/configuration.ts';
import type { LockedInput } from '../module/flakeLock.ts';
import { allGaps, type OptionTree } from '../module/optionTree.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import type { Scope } from '../nix/scope.ts';
import { list, Thunk, type ConditionText, type ListItem } from '../nix/value.ts';
import type { Location } from '../syntax/source.ts';
import { atEachPlace } from './declared.ts';
import type { PersistenceEntry, Readout, Unresolved } from './entry.ts';
import { homeConfiguration, homeWithin, readHomes, readOwnHome, type Home } from './homeManager.ts';
import { machineConfiguration } from './machine.ts';
import { joined, readPersistence } from './readers.ts';

const ROOT = ['specialisation'];
/** More of one machine are not read. */
const MAX_SPECIALISATIONS = 8;

/** A further entry of the boot menu, or of a home (nixpkgs nixos/modules/system/activation/specialisation.nix, home-manager modules/misc/specialisation.nix). */
interface Specialisation {
  /** `specialisation.NAME`, where it is defined: the condition over all that holds only when it is chosen. */
  readonly condition: ConditionText;
  readonly modules: readonly ListItem[];
  /** Whether the modules of what it belongs to are among its own (`inheritParentConfig`; homes always inherit). */
  readonly inherits: boolean;
}

/** A configuration that may have specialisations: a machine or a home. */
export interface Specialised {
  readonly configuration: Configuration;
  /** Put together of these modules alone. */
  readonly alone: (modules: readonly ListItem[]) => Configuration;
  /** Put together of its own modules and these. */
  readonly with: (modules: readonly ListItem[]) => Configuration;
  readonly read: (configuration: Configuration) => Readout & { readonly homes?: readonly Home[] };
}

export interface SpecialisationReadout {
  /** What is kept only when a specialisation is chosen, under that condition. */
  readonly entries: readonly PersistenceEntry[];
  readonly unresolved: readonly Unresolved[];
  /** Files that are read for specialisations. */
  readonly files: readonly string[];
}

/** A machine as one that may have specialisations. */
export function specialisedMachine(
  evaluation: Evaluation,
  globals: Scope,
  configuration: Configuration,
  { modules, specialArgs }: Pick<ConfigurationInput, 'modules' | 'specialArgs'>,
  impermanence: LockedInput | null,
): Specialised {
  const make = (all: readonly ListItem[]): Configuration =>
    machineConfiguration(evaluation, globals, { modules: Thunk.of(list(all)), specialArgs });
  return {
    configuration,
    alone: make,
    with: (more) => make([...itemsOf(modules), ...more]),
    read: (each) => readPersistence(each, impermanence),
  };
}

/** The home of a user of a machine as one that may have specialisations. */
export function specialisedHome(
  evaluation: Evaluation,
  globals: Scope,
  machine: Configuration,
  home: Home,
  impermanence: LockedInput | null,
): Specialised {
  return {
    configuration: home.configuration,
    alone: (modules) => homeConfiguration(evaluation, globals, { modules: Thunk.of(list(modules)), specialArgs: null }),
    with: (more) => homeWithin(evaluation, globals, machine, home.key, more),
    read: (configuration) => joined(readHomes([{ ...home, configuration }], impermanence)),
  };
}

/** A home apart from any machine as one that may have specialisations. */
export function specialisedOwnHome(
  evaluation: Evaluation,
  globals: Scope,
  configuration: Configuration,
  { modules, specialArgs }: Pick<ConfigurationInput, 'modules' | 'specialArgs'>,
): Specialised {
  const make = (all: readonly ListItem[]): Configuration =>
    homeConfiguration(evaluation, globals, { modules: Thunk.of(list(all)), specialArgs });
  return { configuration, alone: make, with: (more) => make([...itemsOf(modules), ...more]), read: readOwnHome };
}

function itemsOf(modules: Thunk): readonly ListItem[] {
  const value = modules.force();
  return value.type === 'list' ? value.items : [];
}

/**
 * What the specialisations of a machine or a home keep beyond itself. To be asked right after `kept`, its entries, were read: a
 * specialisation that sets nothing of what was asked for until then keeps the same, and is not put together.
 */
export function readSpecialisations(specialised: Specialised, kept: Readout): SpecialisationReadout {
  const seen = new Set(kept.entries.flatMap(atEachPlace).map(entryKey));
  const places = new Set(kept.unresolved.map(({ location }) => placeKey(location)));
  const entries: PersistenceEntry[] = [];
  const unresolved: Unresolved[] = [];
  const files: string[] = [];
  for (const { condition, modules, inherits } of differing(specialised)) {
    const configuration = inherits ? specialised.with(modules) : specialised.alone(modules);
    const readout = specialised.read(configuration);
    for (const entry of readout.entries.flatMap(atEachPlace))
      if (!seen.has(entryKey(entry))) entries.push({ ...entry, conditions: [condition, ...entry.conditions] });
    for (const { location, reason } of [...readout.unresolved, ...configuration.modules.unread])
      if (location && !places.has(placeKey(location))) unresolved.push({ location, reason, scope: 'specialisation' });
    for (const each of [configuration, ...(readout.homes ?? []).map((home) => home.configuration)]) files.push(...each.modules.files);
  }
  return { entries, unresolved, files };
}

/** The specialisations that may keep something else than what they belong to does. */
function differing({ configuration, alone }: Specialised): readonly Specialisation[] {
  const found = configuration.tree.names(ROOT).slice(0, MAX_SPECIALISATIONS);
  return found.flatMap((name): readonly Specialisation[] => {
    const path = [...ROOT, name];
    const applying = configuration.applying(configuration.tree.at([...path, 'configuration']).definitions);
    const location = applying[0]?.from.name ?? applying[0]?.from.binding;
    if (!location) return [];
    const modules = applying.map(({ from, conditions }) => ({ thunk: from.thunk, conditions }));
    const inherit = configuration.value([...path, 'inheritParentConfig']);
    const inherits = inherit.type !== 'bool' || inherit.value;
    const isDifferent = (): boolean => {
      const own = alone(modules);
      const { unread, aliases } = own.modules;
      return unread.length > 0 || aliases.length > 0 || setsAsked(own.tree, configuration.tree, []);
    };
    return !inherits || isDifferent() ? [{ condition: { text: path.join('.'), location, atBoot: true }, modules, inherits }] : [];
  });
}

/** Whether definitions set something at or below a path that was asked for of a machine. */
function setsAsked(own: OptionTree, machine: OptionTree, path: readonly string[]): boolean {
  const asked = machine.asked(path);
  const { definitions, gaps } = own.at(path);
  if (!asked.at || (definitions.length === 0 && gaps.every(({ inherited }) => inherited))) return false;
  const isSet = definitions.every(({ thunk }) => thunk.force().type === 'attrs');
  // What nothing was asked below was taken as a whole.
  if (!isSet || !asked.below || allGaps(own.at(path)).some((gap) => !gap.inherited && !gap.unknown.external)) return true;
  const known = asked.names ? machine.names(path) : null;
  return own.names(path).some((name) => (known && !known.includes(name)) || setsAsked(own, machine, [...path, name]));
}

function entryKey({ storage, user, kind, path, relative, location }: PersistenceEntry): string {
  return JSON.stringify([storage, user, kind, path, relative, location.file, location.start]);
}

function placeKey({ file, start }: Location): string {
  return `${file}\0${start}`;
}
