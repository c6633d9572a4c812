import type { Configuration } from '../module/configuration.ts';
import type { LockedInput } from '../module/flakeLock.ts';
import { allGaps, type OptionTree } from '../module/optionTree.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import type { Scope } from '../nix/scope.ts';
import { list, Thunk, type AttrSet, type ConditionText, type ListItem } from '../nix/value.ts';
import type { Location } from '../syntax/source.ts';
import { atEachPlace } from './declared.ts';
import type { PersistenceEntry, Readout, Unresolved } from './entry.ts';
import { machineConfiguration } from './machine.ts';
import { readPersistence } from './readers.ts';

const ROOT = ['specialisation'];
/** More of one machine are not read. */
const MAX_SPECIALISATIONS = 8;

/** A further entry of the boot menu (nixpkgs nixos/modules/system/activation/specialisation.nix). */
interface Specialisation {
  /** `specialisation.NAME`, where it is defined: the condition over all that holds only when it is booted. */
  readonly condition: ConditionText;
  readonly modules: readonly ListItem[];
  /** Whether the machine's modules are among its own (`inheritParentConfig`). */
  readonly inherits: boolean;
}

export interface SpecialisationReadout {
  /** What is kept only when a specialisation is booted, under that condition. */
  readonly entries: readonly PersistenceEntry[];
  readonly unresolved: readonly Unresolved[];
  /** Files that are read for specialisations. */
  readonly files: readonly string[];
}

/**
 * What the specialisations of a machine keep beyond the machine itself. To be asked right after `kept`, the machine's entries, were read:
 * a specialisation that sets nothing of what was asked for until then keeps the same, and is not put together.
 */
export function readSpecialisations(
  evaluation: Evaluation,
  globals: Scope,
  machine: Configuration,
  system: { readonly modules: Thunk; readonly specialArgs: AttrSet | null },
  impermanence: LockedInput | null,
  kept: Readout,
): SpecialisationReadout {
  const { specialArgs } = system;
  const own = system.modules.force();
  const inherited = own.type === 'list' ? own.items : [];
  const seen = new Set(kept.entries.flatMap(atEachPlace).map(entryKey));
  const places = new Set(kept.unresolved.map(({ location }) => placeKey(location)));
  const entries: PersistenceEntry[] = [];
  const unresolved: Unresolved[] = [];
  const files: string[] = [];
  for (const { condition, modules, inherits } of differing(evaluation, globals, machine, specialArgs)) {
    const all = Thunk.of(list([...(inherits ? inherited : []), ...modules]));
    const configuration = machineConfiguration(evaluation, globals, { modules: all, specialArgs });
    const readout = readPersistence(configuration, impermanence);
    for (const entry of readout.entries.flatMap(atEachPlace))
      if (!seen.has(entryKey(entry))) entries.push({ ...entry, conditions: [condition, ...entry.conditions] });
    for (const { location, reason } of [...readout.unresolved, ...configuration.modules.unread])
      if (location && !places.has(placeKey(location))) unresolved.push({ location, reason, scope: 'specialisation' });
    for (const each of [configuration, ...readout.homes.map((home) => home.configuration)]) files.push(...each.modules.files);
  }
  return { entries, unresolved, files };
}

/** The specialisations that may keep something else than the machine does. */
function differing(evaluation: Evaluation, globals: Scope, machine: Configuration, specialArgs: AttrSet | null): readonly Specialisation[] {
  const found = machine.tree.names(ROOT).slice(0, MAX_SPECIALISATIONS);
  return found.flatMap((name): readonly Specialisation[] => {
    const path = [...ROOT, name];
    const applying = machine.applying(machine.tree.at([...path, 'configuration']).definitions);
    const location = applying[0]?.from.name ?? applying[0]?.from.binding;
    if (!location) return [];
    const modules = applying.map(({ from, conditions }) => ({ thunk: from.thunk, conditions }));
    const inherit = machine.value([...path, 'inheritParentConfig']);
    const inherits = inherit.type !== 'bool' || inherit.value;
    const isDifferent = (): boolean => {
      const alone = machineConfiguration(evaluation, globals, { modules: Thunk.of(list(modules)), specialArgs });
      const { unread, aliases } = alone.modules;
      return unread.length > 0 || aliases.length > 0 || setsAsked(alone.tree, machine.tree, []);
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
