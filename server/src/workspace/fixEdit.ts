import { insertEntries } from '../edits/insertEntry.ts';
import { moveBeside, moveEntry, removeEntries } from '../edits/moveEntry.ts';
import type { Anchor } from '../edits/optionSite.ts';
import { replaceStrings, rewriteKey, rewritePath } from '../edits/replaceString.ts';
import { rollbackService } from '../edits/rollbackService.ts';
import { replaceEntry, setAttributes } from '../edits/setAttributes.ts';
import { removeOption, setOption } from '../edits/setOption.ts';
import { joinEdits, type EditProblem, type TextEdit } from '../edits/textEdit.ts';
import { tidyList } from '../edits/tidyList.ts';
import { toPreservation } from '../edits/toPreservation.ts';
import type { Knowledge } from '../findings/context.ts';
import { findEntry } from '../findings/entryReference.ts';
import type { EntryReference, Fix, FixChange, NewEntry } from '../findings/finding.ts';
import type { HostModel } from '../host/hostModel.ts';
import { mainStorage, type EntryRequest, type PlannedEntry } from '../host/persistPlan.ts';
import { userNames } from '../host/userNames.ts';
import { isSaid } from '../module/optionTree.ts';
import { atEachPlace } from '../persistence/declared.ts';
import type { PersistenceEntry, StorageDeclaration } from '../persistence/entry.ts';
import { normalise } from '../persistence/listReader.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { Location, SourceRange } from '../syntax/source.ts';
import { keepPaths, withNeeds, type KeepEdit } from './keep.ts';
import { preservationNeeds } from './preservationNeeds.ts';
import type { Workspace } from './workspace.ts';

type Edits = readonly TextEdit[] | EditProblem;
type Files = KeepEdit['files'] | EditProblem;

/**
 * The edit of a fix for a host, made from the texts as they are now; or one sentence saying why there is none. `target`: the file that the
 * user chose for new entries.
 */
export function fixEdit(workspace: Workspace, host: HostModel, fix: Fix, target: string | null = null): KeepEdit | EditProblem {
  const { change } = fix;
  if (change.kind === 'insert') return keepPaths(workspace, host, change.entries, target);
  if (change.kind === 'insert-missing') return keepMissing(workspace, host, target);
  const places = new Places(workspace, host);
  const files = filesOf(places, change);
  if ('problem' in files) return files;
  const changed = files.filter(({ edits }) => edits.length > 0);
  if (changed.length === 0) return { problem: 'it is so already.' };
  return { title: fix.title, hosts: places.touched(), files: changed };
}

/** What can't be written with the others (another host keeps it, it stands under a condition) is left for itself. */
function keepMissing(workspace: Workspace, host: HostModel, target: string | null): KeepEdit | EditProblem {
  const entries = missingEntries(workspace, host);
  const whole = keepPaths(workspace, host, entries, target);
  if (!('problem' in whole)) return whole;
  const possible = entries.filter((entry) => !('problem' in keepPaths(workspace, host, [entry], target)));
  return possible.length === 0 ? whole : keepPaths(workspace, host, possible, target);
}

/** Everything that a host's findings of missing state would add, once each. */
export function missingEntries(workspace: Workspace, host: HostModel): readonly EntryRequest[] {
  const entries = new Map<string, EntryRequest>();
  for (const finding of workspace.analysis().findings) {
    if (!finding.hosts.includes(host.name)) continue;
    const [change] = finding.fixes.flatMap((fix) => (fix.change.kind === 'insert' ? [fix.change] : []));
    for (const entry of change?.entries ?? []) if (!entries.has(entry.path)) entries.set(entry.path, entry);
  }
  return [...entries.values()];
}

function filesOf(places: Places, change: Exclude<FixChange, { readonly kind: 'insert' | 'insert-missing' }>): Files {
  switch (change.kind) {
    case 'remove':
      return places.entries([change.entry], (source, locations) => removeEntries(source, locations));
    case 'replace-entry':
      return exchange(places, change.entry, change.by);
    case 'merge-into-parent':
      return mergeIntoParent(places, change.parent, change.entries);
    case 'move-to-user':
      return move(places, change.entry, { kind: change.entry.kind, user: change.user, path: change.relative });
    case 'move-to-list':
      return move(places, change.entry, {
        kind: change.to,
        user: change.entry.mechanism === 'home-manager' ? null : change.entry.user,
        path: null,
      });
    case 'set-attributes':
      return places.entry(change.entry, (source, { location, kind }) => setAttributes(source, location, kind, change.attributes));
    case 'plain-string':
      return places.entry(change.entry, (source, { location, kind }) => setAttributes(source, location, kind, {}));
    case 'tidy-list':
      return places.entry(change.entry, (source, { location }) => tidyList(source, location));
    case 'rewrite-path':
      return places.entry(change.entry, (source, { location }) => rewritePath(source, location, change.to));
    case 'rewrite-key':
      return places.declarations(
        ({ mechanism, storage }) => mechanism === change.mechanism && storage === change.from,
        (source, { binding, name }) => rewriteKey(source, binding, name, change.to),
      );
    case 'needed-for-boot':
      return neededForBoot(places, change.mountPoint);
    case 'rollback-service':
      return rollback(places, change.option);
    case 'convert-to-preservation':
      return convert(places, change.storage);
    case 'replace-string':
      return places.definitions(change.option, (source, binding) => replaceStrings(source, binding, change.from, change.to));
    case 'set-option':
      return setAnywhere(places, change.option, change.value);
    case 'remove-option':
      return places.definitions(change.option, (source, binding) => removeOption(source, binding));
    case 'replace-option':
      return together([places.definitions(change.option, (source, binding) => removeOption(source, binding)), places.keep(change.entries)]);
  }
}

/** Finds what fixes name in a host, as it is now, and notes which hosts share what is changed. */
class Places {
  readonly host: HostModel;
  readonly #workspace: Workspace;
  readonly #touched: Location[] = [];

  constructor(workspace: Workspace, host: HostModel) {
    this.#workspace = workspace;
    this.host = host;
  }

  /** What is known of state on the host, with what its team adds. */
  get knowledge(): Knowledge {
    return this.#workspace.checks.knowledgeOf(this.host);
  }

  /** Names of the hosts that the changed places are of. */
  touched(): readonly string[] {
    const { hosts: all } = this.#workspace.analysis();
    const known = this.#touched.filter((place) => all.some((host) => isOf(host, place)));
    const hosts = all.filter(
      (host) =>
        host === this.host || this.#touched.some((place) => (known.includes(place) ? isOf(host, place) : host.files.includes(place.file))),
    );
    return hosts.map(({ name }) => name);
  }

  entry(reference: EntryReference, edit: (source: NixSource, entry: PersistenceEntry) => Edits): Files {
    const entry = findEntry(this.host, reference);
    if (!entry) return { problem: `${reference.path} is no longer there.` };
    // Of places that say the same the configuration keeps one: they go on saying the same.
    return together(atEachPlace(entry).map((each) => this.file(each.location, (source) => edit(source, each))));
  }

  entries(references: readonly EntryReference[], edit: (source: NixSource, locations: readonly Location[]) => Edits): Files {
    const found = references.map((reference) => findEntry(this.host, reference));
    const gone = references[found.indexOf(null)];
    if (gone) return { problem: `${gone.path} is no longer there.` };
    return this.each(
      found.flatMap((entry) => (entry ? atEachPlace(entry).map(({ location }) => location) : [])),
      edit,
    );
  }

  /** New entries, where entries of the host go. */
  keep(entries: readonly NewEntry[]): Files {
    const kept = keepPaths(this.#workspace, this.host, entries);
    if ('problem' in kept) return kept;
    const declared = this.host.storages.find(({ binding }) => kept.files.some(({ file }) => file === binding.file));
    if (declared) this.#touched.push(declared.binding);
    return kept.files;
  }

  declarations(
    wanted: (storage: StorageDeclaration) => boolean,
    edit: (source: NixSource, declaration: StorageDeclaration) => Edits,
  ): Files {
    const found = this.host.storages.filter(wanted);
    if (found.length === 0) return { problem: 'the storage is no longer there.' };
    return together(found.map((declaration) => this.file(declaration.binding, (source) => edit(source, declaration))));
  }

  /** Bindings of definitions that apply, in texts of the workspace. */
  bindings(option: readonly string[]): readonly Location[] {
    const { configuration } = this.host;
    if (!configuration) return [];
    const node = configuration.tree.at(option);
    const unread = node.gaps.filter((gap) => !gap.inherited).map((gap) => gap.definition);
    const found = configuration.applying([...node.definitions, ...unread]).flatMap(({ from }) => from.binding ?? []);
    return found.filter(({ file }) => typeof this.#workspace.currentSource(file) !== 'string');
  }

  definitions(option: readonly string[], edit: (source: NixSource, binding: Location) => Edits): Files {
    const bindings = this.bindings(option);
    if (bindings.length === 0) return { problem: `\`${option.join('.')}\` is not defined in a file of the workspace.` };
    const made = bindings.map((binding) => this.file(binding, (source) => edit(source, binding)));
    const done = made.filter((files) => !('problem' in files));
    // One of several definitions may be the one that is meant.
    return together(done.length > 0 ? done : made);
  }

  file(place: Location, edit: (source: NixSource) => Edits): Files {
    return this.each([place], edit);
  }

  /** One edit for each file that holds some of the places. */
  each(places: readonly Location[], edit: (source: NixSource, places: readonly Location[]) => Edits): Files {
    const files: { readonly file: string; readonly edits: readonly TextEdit[] }[] = [];
    for (const file of new Set(places.map((place) => place.file))) {
      const source = this.#workspace.currentSource(file);
      if (typeof source === 'string') return { problem: `${file} can't be edited: ${source}.` };
      const here = places.filter((place) => place.file === file);
      const edits = edit(source, here);
      if ('problem' in edits) return edits;
      this.#touched.push(...here);
      files.push({ file, edits });
    }
    return files;
  }
}

/** An entry or a declaration is of the hosts that have it; whatever else a module file says, it says to every host that imports it. */
function isOf(host: HostModel, place: Location): boolean {
  const same = ({ file, start }: Location): boolean => file === place.file && start === place.start;
  return (
    host.entries.some(({ location, also = [] }) => same(location) || also.some((each) => same(each.location))) ||
    host.storages.some(({ binding }) => same(binding))
  );
}

function together(made: readonly Files[]): Files {
  const files: { file: string; edits: readonly TextEdit[] }[] = [];
  for (const each of made) {
    if ('problem' in each) return each;
    for (const { file, edits } of each) {
      const known = files.find((other) => other.file === file);
      const joined = known && joinEdits([...known.edits, ...edits]);
      if (joined === null) return { problem: 'the same place would have to be changed in two ways; do it by hand.' };
      if (known && joined) known.edits = joined;
      else files.push({ file, edits });
    }
  }
  return files;
}

function exchange(places: Places, reference: EntryReference, by: readonly NewEntry[]): Files {
  const [only, ...more] = by;
  if (only && more.length === 0 && only.kind === reference.kind) {
    const { kind, path, attributes = {} } = only;
    return places.entry(reference, (source, { location }) => replaceEntry(source, location, kind, path, attributes));
  }
  const gone = places.entries([reference], (source, locations) => removeEntries(source, locations));
  const [first] = 'problem' in gone ? [] : gone;
  const isBeside = ({ binding }: StorageDeclaration): boolean => binding.file === first?.file;
  const same = places.host.storages.filter(
    ({ mechanism, storage, conditions }) => mechanism === reference.mechanism && storage === reference.storage && conditions.length === 0,
  );
  const declaration = same.find(isBeside) ?? same[0];
  if (!declaration) return { problem: `there is no place for entries in ${reference.storage ?? 'the storage'}.` };
  const entries = by.map((entry): PlannedEntry => ({ ...entry, user: null, attributes: entry.attributes ?? {} }));
  const needed = declaration.mechanism === 'preservation' ? withNeeds(entries, places.knowledge) : entries;
  return together([
    gone,
    places.file(declaration.binding, (source) =>
      insertEntries(source, declaration.binding, needed, userNames(places.host, declaration.binding.file)),
    ),
  ]);
}

function mergeIntoParent(places: Places, parent: string, entries: readonly EntryReference[]): Files {
  const { host } = places;
  const kept = host.entries.some(({ path, kind, conditions }) => path === parent && kind === 'directory' && conditions.length === 0);
  // A directory's place is where the parent goes; a file is in another list.
  const first = entries.find(({ kind }) => kind === 'directory') ?? entries[0];
  if (kept || !first) return places.entries(entries, (source, locations) => removeEntries(source, locations));
  const entry = findEntry(host, first);
  if (!entry) return { problem: `${first.path} is no longer there.` };
  if (entry.settings !== null) return { problem: `${first.path} says how it is kept; keep ${parent} by hand.` };
  if (entry.path === null) return { problem: `the home of ${first.path} is not known.` };
  const { path, relative } = entry;
  const written = relative !== null && path.endsWith(`/${relative}`) ? parent.slice(path.length - relative.length) : parent;
  const others = entries.filter((each) => each !== first);
  const user = first.mechanism === 'home-manager' ? null : first.user;
  return together([
    first.kind === 'directory'
      ? places.file(entry.location, (source) => rewritePath(source, entry.location, written))
      : move(places, first, { kind: 'directory', user, path: written }),
    ...(others.length > 0 ? [places.entries(others, (source, locations) => removeEntries(source, locations))] : []),
  ]);
}

function move(
  places: Places,
  reference: EntryReference,
  to: { readonly kind: EntryReference['kind']; readonly user: string | null; readonly path: string | null },
): Files {
  return places.entry(reference, (source, { location, settings, kind }) => {
    if (to.kind !== kind && settings !== null && reference.mechanism !== 'preservation')
      return { problem: `${reference.path} has attributes that the other list does not know; move it by hand.` };
    const declaration = places.host.storages.find(
      ({ mechanism, storage, binding }) =>
        mechanism === reference.mechanism &&
        storage === reference.storage &&
        binding.file === location.file &&
        binding.start <= location.start &&
        location.end <= binding.end,
    );
    if (!declaration && to.user === reference.user && to.path === null) {
      const isKept = (element: SourceRange): boolean =>
        places.host.entries.some(
          (each) =>
            each.kind === to.kind &&
            each.storage === reference.storage &&
            each.location.file === location.file &&
            element.start <= each.location.start &&
            each.location.end <= element.end,
        );
      return moveBeside(source, location, to.kind, isKept);
    }
    if (!declaration) return { problem: `${reference.path} is not written in the declaration of its storage; move it by hand.` };
    return moveEntry(source, location, { ...to, declaration: declaration.binding }, userNames(places.host, location.file));
  });
}

function neededForBoot(places: Places, mountPoint: string): Files {
  const { host } = places;
  const name = host.configuration?.tree.names(['fileSystems']).find((each) => normalise(each) === mountPoint) ?? mountPoint;
  const option = ['fileSystems', name];
  const value = [...option, 'neededForBoot'];
  const [own] = places.bindings(option);
  const place = own ?? host.mounts.find((mount) => mount.mountPoint === mountPoint)?.location;
  if (!place) return { problem: `${mountPoint} is not mounted by a file of the workspace.` };
  const disko = places.bindings(['disko', 'devices']).find(({ file }) => file === place.file);
  const anchor: Anchor | null = own ? { range: own, option } : disko ? { range: disko, option: ['disko', 'devices'] } : null;
  return places.file(place, (source) => setOption(source, anchor, value, 'true'));
}

function rollback(places: Places, option: readonly string[]): Files {
  const services = ['boot', 'initrd', 'systemd', 'services'];
  if (places.host.configuration?.tree.names(services).includes('rollback'))
    return { problem: 'there is a service `rollback` in the initrd already.' };
  const [binding, ...more] = places.bindings(option);
  if (!binding) return { problem: `\`${option.join('.')}\` is not defined in a file of the workspace.` };
  if (more.length > 0) return { problem: `\`${option.join('.')}\` is put together in several places; make one service of it by hand.` };
  return places.file(binding, (source) => rollbackService(source, binding));
}

/** Storages of one file may share a set, so that all of a file are converted. */
function convert(places: Places, storage: string): Files {
  const { host } = places;
  const impermanence = host.storages.filter(({ mechanism }) => mechanism === 'impermanence');
  const files = new Set(impermanence.filter((each) => each.storage === storage).map(({ binding }) => binding.file));
  if (files.size === 0) return { problem: 'the storage is no longer there.' };
  const enabled = host.configuration ? isSaid(host.configuration.tree.at(['preservation', 'enable'])) : false;
  const known = preservationNeeds(places.knowledge.state);
  const [first] = files;
  const bindings = impermanence.flatMap(({ binding }) => (files.has(binding.file) ? [binding] : []));
  return places.each(bindings, (source, here) => toPreservation(source, here, known, !enabled && source.file === first));
}

/** Beside the definition that shares most of the option's name, else beside the main storage. */
function setAnywhere(places: Places, option: readonly string[], value: string): Files {
  for (let length = option.length; length > 0; length--) {
    const prefix = option.slice(0, length);
    const [binding] = places.bindings(prefix);
    if (binding) return places.file(binding, (source) => setOption(source, { range: binding, option: prefix }, option, value));
  }
  const storage = mainStorage(places.host);
  if (!storage) return { problem: `there is no place for \`${option.join('.')}\`: the host declares no storage.` };
  const root = storage.mechanism === 'preservation' ? ['preservation', 'preserveAt'] : ['environment', 'persistence'];
  return places.file(storage.binding, (source) => setOption(source, { range: storage.binding, option: root }, option, value));
}
