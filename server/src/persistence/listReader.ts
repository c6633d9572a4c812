import { posix } from 'node:path';
import type { Configuration } from '../module/configuration.ts';
import { DEFAULT_PRIORITY, definition, discharge, type Definition } from '../module/definition.ts';
import { allGaps, isSaid, isUnnamed, type OptionNode } from '../module/optionTree.ts';
import { alternativesOf, certain } from '../nix/combine.ts';
import { attributeName } from '../nix/lib/identifiers.ts';
import { perhaps } from '../nix/primitive.ts';
import { tagOf, unknown, type AttrSet, type ConditionText, type ListItem, type Unknown, type Value } from '../nix/value.ts';
import type { Location } from '../syntax/source.ts';
import type { Mechanism, PersistenceEntry, Readout, Setting, StorageDeclaration, Unresolved } from './entry.ts';

/** How a mechanism is spelled; impermanence and preservation share the shape `<root>.<storage>.{directories,files,users}`. */
export interface Spelling {
  readonly mechanism: Mechanism;
  /** Option path of the set of storages. */
  readonly root: readonly string[];
  /** Option path of the switch without which it does nothing (preservation module.nix). */
  readonly switch?: readonly string[];
  /** As {@link PersistenceEntry.atWholePath}, for a storage that is not below the user's home. */
  readonly atWholePath?: boolean | null;
  /** Whose home the entries are below, where the configuration is one user's (home-manager); null for a machine. */
  readonly user?: UserPlace | null;
}

/** A user and the home that entries are below; null what is not decidable. */
export interface UserPlace {
  readonly name: string | null;
  readonly home: string | null;
}

interface Into {
  readonly entries: PersistenceEntry[];
  readonly storages: StorageDeclaration[];
  readonly unresolved: Unresolved[];
}

interface Place {
  readonly mechanism: Mechanism;
  readonly storage: string | null;
  readonly user: UserPlace | null;
  /** The first component of each path is a folder of the storage only (home-manager.nix of impermanence's first version). */
  readonly withoutFirst: boolean;
  readonly conditions: readonly ConditionText[];
  /** Conditions that stand over it and hold. */
  readonly fulfilled: readonly ConditionText[];
  readonly atWholePath: boolean | null;
}

/** Reads every storage of a mechanism: its entries, where it is declared, and what could not be read. */
export function readStorages(configuration: Configuration, spelling: Spelling): Readout {
  const into: Into = { entries: [], storages: [], unresolved: [] };
  const { tree } = configuration;
  const owner = spelling.user ?? null;
  const scope = owner ? 'user' : 'system';
  const mechanismOn = switchedOn(configuration, spelling);
  if (mechanismOn === null) return into;
  report(into, tree.at(spelling.root), scope, 'mechanism');
  for (const name of [...tree.names(spelling.root), ...tree.unnamed(spelling.root)]) {
    const path = [...spelling.root, name];
    const enable = enabled(configuration, [...path, 'enable']);
    if (enable?.type === 'bool' && !enable.value) continue;
    const switched: readonly ConditionText[] =
      enable?.type === 'unknown' ? [{ text: `${written(path)}.enable`, location: enable.location ?? nowhere }] : [];
    const storage = storagePath(configuration, path, name);
    const place: Place = {
      mechanism: spelling.mechanism,
      storage,
      user: owner,
      withoutFirst: removesPrefix(configuration, path),
      conditions: [...mechanismOn, ...switched],
      fulfilled: [],
      atWholePath: namesHome(storage, owner) ? false : spelling.atWholePath === undefined ? true : spelling.atWholePath,
    };
    declare(into, configuration, path, place);
    report(into, tree.at(path), scope);
    readLists(into, configuration, path, place);
    if (owner) continue;
    const users = [...path, 'users'];
    report(into, tree.at(users), 'user');
    for (const user of [...tree.names(users), ...tree.unnamed(users)]) {
      const home = isUnnamed(user) ? null : homeOf(configuration, [...users, user], user);
      report(into, tree.at([...users, user]), 'user');
      readLists(into, configuration, [...users, user], { ...place, user: { name: isUnnamed(user) ? null : user, home } });
    }
  }
  return into;
}

/** What is said of a storage's own switch; null when nothing is. What a file alone says by default may be said otherwise by others. */
function enabled(configuration: Configuration, path: readonly string[]): Value | null {
  const { definitions } = configuration.tree.at(path);
  if (!isSaid(configuration.tree.at(path))) return null;
  const value = configuration.value(path);
  const byDefault = configuration.isAlone && definitions.every(({ priority }) => priority > DEFAULT_PRIORITY);
  return byDefault && value.type === 'bool' && !value.value
    ? unknown('other modules may say otherwise', definitions[0]?.binding ?? null)
    : value;
}

/** The condition under which a mechanism with a switch of its own does anything; null when it is off. A file on its own may be switched on by others. */
function switchedOn(configuration: Configuration, { switch: path }: Spelling): readonly ConditionText[] | null {
  if (!path) return [];
  const value = configuration.value(path);
  if (value.type === 'bool') return value.value ? [] : null;
  if (configuration.isAlone && !isSaid(configuration.tree.at(path))) return [];
  return [{ text: path.join('.'), location: value.type === 'unknown' && value.location ? value.location : nowhere }];
}

/** An option path as a person would write it. */
function written(path: readonly string[]): string {
  return path.map((name) => (isUnnamed(name) ? '${…}' : attributeName(name))).join('.');
}

const nowhere: Location = { file: '', start: 0, end: 0 };

/** The first version of impermanence's home-manager.nix wants the home in the storage's path, the second refuses it. */
function namesHome(storage: string | null, owner: UserPlace | null): boolean {
  return storage !== null && owner !== null && owner.home !== null && storage.endsWith(owner.home);
}

/** The key may be a mere name (impermanence submodule-options.nix: `persistentStoragePath` defaults to it). */
function storagePath(configuration: Configuration, path: readonly string[], name: string): string | null {
  const option = [...path, 'persistentStoragePath'];
  const value = settingOf(configuration, option);
  if (!value) return name.startsWith('/') ? normalise(name) : null;
  return value.type === 'string' ? normalise(value.value) : value.type === 'path' ? value.path : null;
}

/** What a storage says of itself; said once, it holds for the entries beside it, whatever condition they stand under together. */
function settingOf(configuration: Configuration, path: readonly string[]): Value | null {
  const node = configuration.tree.at(path);
  const [only, ...more] = configuration.applying(node.definitions);
  if (only && more.length === 0) return only.from.thunk.force();
  return isSaid(node) ? configuration.value(path) : null;
}

function removesPrefix(configuration: Configuration, path: readonly string[]): boolean {
  const value = settingOf(configuration, [...path, 'removePrefixDirectory']);
  return value?.type === 'bool' && value.value;
}

/** What `path` (a user's entries) says of the home, else `users.users.<name>.home`; /home/<name> by NixOS' default for normal users (nixpkgs users-groups.nix), /root for root. */
export function homeOf(configuration: Configuration, path: readonly string[] | null, user: string): string | null {
  const own = path && isSaid(configuration.tree.at([...path, 'home'])) ? configuration.value([...path, 'home']) : null;
  const value = own ?? configuration.value(['users', 'users', user, 'home']);
  if (value.type === 'string') return normalise(value.value);
  if (own || isSaid(configuration.tree.at(['users', 'users', user, 'home']))) return null;
  return user === 'root' ? '/root' : `/home/${user}`;
}

function declare(into: Into, configuration: Configuration, path: readonly string[], place: Place): void {
  for (const from of configuration.tree.at(path).definitions) {
    const conditions = configuration.decide(from.guards);
    if (!conditions || !from.name || !from.binding) continue;
    const { mechanism, storage } = place;
    into.storages.push({ mechanism, storage, name: from.name, binding: from.binding, conditions: [...conditions, ...place.conditions] });
  }
}

function readLists(into: Into, configuration: Configuration, path: readonly string[], place: Place): void {
  for (const kind of ['directory', 'file'] as const) {
    const node = configuration.tree.at([...path, kind === 'directory' ? 'directories' : 'files']);
    report(into, node, place.user ? 'user' : 'system', 'list');
    for (const { from, conditions } of configuration.applying(node.definitions))
      readList(into, configuration, from, kind, {
        ...place,
        conditions: [...place.conditions, ...conditions],
        fulfilled: configuration.fulfilled(from.guards),
      });
  }
}

function readList(into: Into, configuration: Configuration, from: Definition, kind: 'directory' | 'file', place: Place): void {
  const value = from.thunk.force();
  const fallback = from.binding ?? from.thunk.location;
  const scope = place.user ? 'user' : 'system';
  if (value.type !== 'list') {
    if (fallback) into.unresolved.push({ location: fallback, reason: 'a list is wanted here', scope });
    return;
  }
  for (const each of value.items.flatMap((item) => discharged(configuration, item))) {
    const item = readItem(into, each, kind, { ...place, fulfilled: [...place.fulfilled, ...each.fulfilled] }, fallback);
    if (item) notePlace(into, item.location, item.reason, scope);
  }
  for (const gap of value.gaps) {
    const at = gap.location ?? fallback;
    unresolved(into, gap, fallback, scope);
    const item = gap.each && at ? readItem(into, { thunk: gap.each, conditions: [perhaps(gap, at)] }, kind, place, at) : null;
    if (item?.isText) notePlace(into, item.location, item.reason, scope);
  }
}

/** An item under `mkIf` is there where its condition holds, as each item is a definition of its own (nixpkgs lib/types.nix, listOf). */
function discharged(configuration: Configuration, item: ListItem): readonly (ListItem & Pick<Place, 'fulfilled'>)[] {
  if (tagOf(item.thunk.force()) === null) return [{ ...item, fulfilled: [] }];
  return discharge(definition(item.thunk)).flatMap(({ thunk, guards }) => {
    const conditions = configuration.decide(guards);
    const fulfilled = configuration.fulfilled(guards);
    return conditions ? [{ thunk, conditions: [...item.conditions, ...conditions], fulfilled }] : [];
  });
}

/** Adds what an item of a list declares; answers with why it could not be read, if so. */
function readItem(
  into: Into,
  { thunk, conditions }: ListItem,
  kind: 'directory' | 'file',
  place: Place,
  fallback: Location | null,
): { readonly location: Location; readonly reason: string; readonly isText: boolean } | null {
  const said = thunk.force();
  const path = pathOf(said, kind);
  const settings = said.type === 'attrs' ? settingsOf(said.attrs, kind) : null;
  for (const { value, conditions: deciding } of alternativesOf(path.value)) {
    const at = (value.type === 'string' ? value.location : null) ?? path.location ?? thunk.location ?? fallback;
    if (!at) return null;
    if (value.type === 'string')
      into.entries.push(
        entry(
          { written: value.value, settings, location: at, kind, ...(value.also && { also: value.also }) },
          { ...place, conditions: [...place.conditions, ...conditions, ...deciding] },
        ),
      );
    else {
      const isText = value.type === 'unknown' && value.isText === true;
      const part = isText ? value.location : placeIn(path.location ?? thunk.location, value);
      return { location: part ?? at, reason: value.type === 'unknown' ? value.reason : 'a path is wanted here', isText };
    }
  }
  return null;
}

/** Inside what is written as the path the very part that can't be read. */
function placeIn(written: Location | null, value: Value): Location | null {
  return value.type === 'unknown' && value.location && written && isWithin(value.location, written) ? value.location : written;
}

function isWithin(inner: Location, outer: Location): boolean {
  return inner.file === outer.file && inner.start >= outer.start && inner.end <= outer.end;
}

/** An entry is a string, or a set with the path under the name of its kind. */
function pathOf(value: Value, kind: 'directory' | 'file'): { readonly value: Value; readonly location: Location | null } {
  if (value.type !== 'attrs') return { value, location: null };
  const found = value.attrs.get(kind);
  return found ? { value: certain(found), location: found.thunk.location } : { value: value.attrs.gaps[0] ?? value, location: null };
}

/** What a set says besides the path under `kind`, one level deep. */
function settingsOf(set: AttrSet, kind: string | null, prefix = ''): Record<string, Setting> {
  return Object.fromEntries(
    set.names().flatMap((name): readonly (readonly [string, Setting])[] => {
      const found = name === kind ? undefined : set.get(name);
      if (!found) return [];
      const value = certain(found);
      if (value.type === 'attrs' && prefix === '') return Object.entries(settingsOf(value.attrs, null, `${name}.`));
      const plain = value.type === 'string' || value.type === 'bool' ? value.value : value.type === 'int' ? Number(value.value) : null;
      return [[`${prefix}${name}`, plain]];
    }),
  );
}

function entry(
  said: Pick<PersistenceEntry, 'written' | 'settings' | 'location' | 'kind' | 'also'> & { readonly written: string },
  place: Place,
): PersistenceEntry {
  const { mechanism, storage, user, conditions, fulfilled, atWholePath } = place;
  const common = { ...said, mechanism, storage, conditions, fulfilled, atWholePath };
  const text = said.written;
  if (!user) return { ...common, scope: 'system', user: null, path: normalise(text), relative: null };
  const relative = normalise(text)
    .slice(1)
    .replace(place.withoutFirst ? /^[^/]+\// : '', '');
  return { ...common, scope: 'user', user: user.name, path: user.home === null ? null : posix.join(user.home, relative), relative };
}

/** Absolute, without doubled or trailing slashes. */
export function normalise(path: string): string {
  const normal = posix.normalize(`/${path}`);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/** Tells what could not be read at an option; gaps from further up only of the mechanism itself, when they may be the author's own. */
function report(into: Into, node: OptionNode, scope: 'system' | 'user', level: 'mechanism' | 'set' | 'list' = 'set'): void {
  for (const { definition, unknown: gap, inherited } of allGaps(node)) {
    if (inherited && (level !== 'mechanism' || gap.external)) continue;
    // Of a set all is missing, so that the place is its declaration; of a list the part that could not be read.
    unresolved(into, level === 'list' ? gap : { ...gap, location: null }, definition.binding ?? definition.thunk.location, scope);
  }
}

function unresolved(into: Into, gap: Unknown, fallback: Location | null, scope: 'system' | 'user'): void {
  // Inside the declaration the very part that can't be read; a cause further away is told by the reason.
  const location = gap.location && fallback && isWithin(gap.location, fallback) ? gap.location : (fallback ?? gap.location);
  if (location) notePlace(into, location, gap.reason, scope);
}

function notePlace(into: Into, location: Location, reason: string, scope: 'system' | 'user'): void {
  const known = into.unresolved.some(
    (other) => other.location.file === location.file && other.location.start === location.start && other.scope === scope,
  );
  if (!known) into.unresolved.push({ location, reason, scope });
}
