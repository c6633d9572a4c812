import { posix } from 'node:path';
import { splitOption, type OptionIndexNode } from '../catalogue/optionIndex.ts';
import { defaultPlaces } from '../catalogue/stateIndex.ts';
import type { StateEntry, StatePath } from '../catalogue/types.ts';
import type { Configuration } from '../module/configuration.ts';
import { placeOfDefinition, textsAt } from '../module/written.ts';
import { isSaid } from '../module/optionTree.ts';
import { isComplete } from '../nix/combine.ts';
import type { Value } from '../nix/value.ts';
import { normalise } from '../persistence/listReader.ts';
import type { Location } from '../syntax/source.ts';

/** A place of implied state on this host: absolute, or below the home for user state, with nothing left to fill in. */
export interface ImpliedPlace extends Omit<StatePath, 'stateVersion'> {
  /** The configuration itself says where it is. */
  readonly chosen: boolean;
}

/** State that an option of a configuration implies. */
export interface ImpliedState {
  readonly entry: StateEntry;
  /** The option, with the names that the configuration gives. */
  readonly option: readonly string[];
  /** The definition that makes it so. */
  readonly cause: Location;
  readonly places: readonly ImpliedPlace[];
}

/** Like {@link ImpliedState}; the places are null where the option that says where it is can't be read. */
export type SaidState = Omit<ImpliedState, 'places'> & { readonly places: readonly ImpliedPlace[] | null };

/** The state that a configuration implies, where it can be told where that is. `state`: the catalogue by option. */
export function impliedState(configuration: Configuration, state: OptionIndexNode): readonly ImpliedState[] {
  return saidState(configuration, state).flatMap((said) => (said.places ? [{ ...said, places: said.places }] : []));
}

/**
 * The state that a configuration implies for sure: options that are on, without condition.
 * `state`: the catalogue by option. Sorted as the options are written in the catalogue; an entry is told once for each name.
 */
export function saidState(configuration: Configuration, state: OptionIndexNode): readonly SaidState[] {
  const found: SaidState[] = [];
  const told = new Set<string>();
  const visit = (node: OptionIndexNode, path: readonly string[], names: readonly string[]): void => {
    if (node.entries.length > 0) {
      const cause = causeOf(configuration, path);
      for (const entry of cause ? node.entries : []) {
        // Where the names make no difference to the place it is told once.
        const key = [entry.id, ...(isNamed(entry) ? names : [])].join('\0');
        if (told.has(key) || !isWritten(configuration, entry, path, names)) continue;
        told.add(key);
        if (cause) found.push({ entry, option: path, cause, places: placesOf(configuration, entry, names) });
      }
    }
    if (node.below.size === 0) return;
    const { tree } = configuration;
    for (const name of tree.names(path)) {
      const own = node.below.get(name);
      if (own) visit(own, [...path, name], names);
      const any = node.below.get('*');
      if (any && !own) visit(any, [...path, name], [...names, name]);
    }
  };
  visit(state, [], []);
  return found;
}

function isNamed({ paths, pathOption = '' }: StateEntry): boolean {
  return [...paths.map(({ path }) => path), pathOption].some((text) => text.includes('<'));
}

/** The unconditional definition that switches an option on, or gives it something; null when none does. */
export function causeOf(configuration: Configuration, path: readonly string[]): Location | null {
  const [first] = configuration.applying(configuration.tree.at(path).definitions);
  if (!first || first.conditions.length > 0) return null;
  const value = configuration.value(path);
  if (!isGiven(value)) return null;
  return placeOfDefinition(configuration, path, first.from);
}

function isGiven(value: Value): boolean {
  switch (value.type) {
    case 'bool':
      return value.value;
    case 'list':
      return value.items.some(({ conditions }) => conditions.length === 0);
    case 'attrs':
      return value.attrs.names().length > 0;
    case 'string':
    case 'path':
      return true;
    default:
      return false;
  }
}

/** What the configuration says beside an enabling option does not speak against the state. */
function isWritten(configuration: Configuration, entry: StateEntry, option: readonly string[], names: readonly string[]): boolean {
  return (
    !isExcused(configuration, entry, names) &&
    !lacksRequired(configuration, entry, names) &&
    !hasOwnUnit(configuration, option) &&
    !isOff(configuration, option) &&
    !(entry.scope === 'user' && hasOtherPackage(configuration, option))
  );
}

/**
 * An option of `unless` is given, or can't be told: the configuration says that the state is elsewhere, or declared. `names`: what the
 * enabling option has for `<name>`.
 */
export function isExcused(configuration: Configuration, { unless = [] }: StateEntry, names: readonly string[] = []): boolean {
  return unless.some((option) => givenAt(configuration, option, names) !== 'not given');
}

function lacksRequired(configuration: Configuration, { requires = [] }: StateEntry, names: readonly string[]): boolean {
  return requires.some((option) => givenAt(configuration, option, names) !== 'given');
}

function givenAt(configuration: Configuration, option: string, names: readonly string[]): 'given' | 'open' | 'not given' {
  let next = 0;
  const path = splitOption(option).map((part) => (part === '*' ? (names[next++] ?? part) : part));
  if (!isSaid(configuration.tree.at(path))) return 'not given';
  const value = configuration.value(path);
  // A set or a derivation that can't be read is there all the same.
  return value.type === 'unknown' ? 'open' : isGiven(value) ? 'given' : 'not given';
}

/** What the option belongs to is switched off, or may be (`services.syncoid.enable` of `services.syncoid.sshKey`). */
function isOff(configuration: Configuration, option: readonly string[]): boolean {
  return option.some((_, length) => {
    const enable = [...option.slice(0, length), 'enable'];
    if (length < 2 || !isSaid(configuration.tree.at(enable))) return false;
    const value = configuration.value(enable);
    return value.type !== 'bool' || !value.value;
  });
}

/** The program is another one under the option's name (`programs.vscode.package = pkgs.vscodium`), which keeps its files in its own way. */
function hasOtherPackage(configuration: Configuration, option: readonly string[]): boolean {
  const name = option.at(-1) === 'enable' ? option.at(-2) : undefined;
  if (name === undefined) return false;
  const texts = textsAt(configuration, [...option.slice(0, -1), 'package']);
  return texts.some((text) => text.trim() !== 'null' && !letters(text).includes(letters(name)));
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** What a unit's state directory, and what is done with it, depends on (systemd.exec(5), systemd.service(5)). */
const UNIT_SETTINGS = [
  ...['ExecStart', 'ExecStartPre', 'ExecStartPost', 'StateDirectory', 'DynamicUser'].map((name) => ['serviceConfig', name]),
  // nixpkgs makes the same of these (nixos/lib/systemd-unit-options.nix).
  ...['preStart', 'script', 'postStart'].map((name) => [name]),
];

/** The configuration runs the service of an enabling option in its own way, so that the place that its module gives need not hold. */
function hasOwnUnit(configuration: Configuration, option: readonly string[]): boolean {
  const name = option.at(-1) === 'enable' ? option.at(-2) : undefined;
  return name !== undefined && UNIT_SETTINGS.some((setting) => isSaid(configuration.tree.at(['systemd', 'services', name, ...setting])));
}

/** The places of an entry on this host; null when the option that says where can't be read. */
function placesOf(configuration: Configuration, entry: StateEntry, names: readonly string[]): readonly ImpliedPlace[] | null {
  const usual = entry.scope === 'user' ? 'home.stateVersion' : 'system.stateVersion';
  const own = entry.stateVersionOption === undefined ? null : configuration.value(splitOption(entry.stateVersionOption));
  const version = own?.type === 'string' ? own : configuration.value(splitOption(usual));
  const usualPlaces = defaultPlaces(entry, version.type === 'string' ? version.value : null);
  const defaults = usualPlaces.map((place): ImpliedPlace => ({ ...place, path: fill(place.path, names), chosen: false }));
  if (defaults.some(({ path }) => /[<*]/.test(path))) return null;
  if (entry.pathOption === undefined) return defaults;
  const option = splitOption(fill(entry.pathOption, names));
  if (option.includes('*')) return defaults.length > 0 ? defaults : null;
  if (!isSaid(configuration.tree.at(option))) return defaults;
  const texts = textsOf(configuration.value(option));
  if (!texts || texts.some((text) => !isPlain(text))) return null;
  const [first, ...others] = defaults;
  const chosen = texts.flatMap((text) => chosenPlace(entry, text, first));
  return chosen.length === 0 ? defaults : [...chosen, ...others];
}

function fill(text: string, names: readonly string[]): string {
  let next = 0;
  return text.replace(/<[^>]*>/g, (whole) => names[next++] ?? whole);
}

/** Texts of a string, a path, or a complete list of them. */
function textsOf(value: Value): readonly string[] | null {
  if (value.type === 'string') return [value.value];
  if (value.type === 'path') return [value.path];
  if (value.type !== 'list' || !isComplete(value)) return null;
  const inner = value.items.map(({ thunk }) => textsOf(thunk.force()));
  return inner.every((each) => each !== null) ? inner.flat() : null;
}

/** No place on disk that could be told: a URL, a setting of another kind, a variable. */
function isPlain(text: string): boolean {
  return text !== '' && !/[$%\n]|:\/\//.test(text);
}

/** What an option that says where the state is makes of the default place: another directory, or nothing new. */
function chosenPlace(entry: StateEntry, text: string, place: ImpliedPlace | undefined): readonly ImpliedPlace[] {
  const common = { chosen: true } as const;
  if (entry.scope === 'user') {
    const path = text.replace(/^~\//, '');
    return place && !isWithin(path, place.path) ? [{ ...place, ...common, path }] : [];
  }
  // A name, or a path, below the directory of the default (`stateDirectoryName`).
  if (!text.startsWith('/')) return place ? [{ ...place, ...common, path: posix.join(posix.dirname(place.path), text) }] : [];
  const path = normalise(text);
  if (!place) return [{ ...common, path, kind: 'file' }];
  // Inside the default place, or its short name under DynamicUser (systemd.exec(5)).
  if (isWithin(path, place.path) || isWithin(path, place.path.replace('/private/', '/'))) return [];
  return [{ ...place, ...common, path }];
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
