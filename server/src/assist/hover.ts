import { posix } from 'node:path';
import type { RealFiles } from '../host/entryAttributes.ts';
import type { StateIndex } from '../catalogue/stateIndex.ts';
import type { Mount } from '../host/hostModel.ts';
import type { ConditionText } from '../nix/value.ts';
import type { PersistenceEntry, StorageDeclaration } from '../persistence/entry.ts';
import type { Location } from '../syntax/source.ts';
import { bullets, code, heading, joined, paragraph, type Block, type Document, type Inlines } from './document.ts';
import { at, entriesIn, impliedIn, storagesIn, type Implying, type Shared } from './entriesAt.ts';
import type { HostFacts } from './hostFacts.ts';
import { mountedWhen } from './mountedWhen.ts';
import { lossOf, notesOf, ownersOf } from './stateDocument.ts';

export interface Told {
  readonly location: Location;
  readonly document: Document;
}

export interface HoverQuestion {
  readonly file: string;
  readonly offset: number;
  /** Text of the file, as the models were made of it. */
  readonly text: string;
  /** The hosts that read the file. */
  readonly hosts: readonly HostFacts[];
  readonly known: StateIndex;
  /** What paths are on hosts that are connected to. */
  readonly live: RealFiles;
}

/** What is told about the entry, the storage, the part that could not be read or the option at a place; null where there is none. */
export function hover({ file, offset, text, hosts, known, live }: HoverQuestion): Told | null {
  const entry = at(entriesIn(file, hosts), offset);
  if (entry) return { location: entry.location, document: entryDocument(entry, known, live) };
  const storage = at(storagesIn(file, hosts), offset);
  if (storage) return { location: storage.location, document: storageDocument(storage) };
  const unread = hosts.flatMap(({ host }) => host.unresolved).filter(({ location }) => location.file === file && isAt(location, offset));
  const [place] = unread;
  if (place) return { location: place.location, document: unreadDocument(new Set(unread.map(({ reason }) => reason))) };
  // Of an option that goes over several lines only the name speaks: what stands in it may have something of its own to say.
  const options = impliedIn(file, hosts).map((each) => ({ ...each, location: headOf(each.location, text) }));
  const around = options.filter(({ location }) => isAt(location, offset));
  const [first] = around;
  return first ? { location: first.location, document: around.flatMap(optionBlocks) } : null;
}

function isAt({ start, end }: Location, offset: number): boolean {
  return start <= offset && offset <= end;
}

function unreadDocument(reasons: ReadonlySet<string>): Document {
  return [
    paragraph('Keepsake could not read this, and does not warn of what may follow from it:'),
    ...bullets([...reasons].map((reason): Inlines => [reason])),
  ];
}

function headOf(location: Location, text: string): Location {
  const { start, end } = location;
  const head = /^[^\n=]*/.exec(text.slice(start, end))?.[0].trimEnd().length ?? 0;
  return text.slice(start, end).includes('\n') ? { ...location, end: start + head } : location;
}

function entryDocument({ of }: Shared<PersistenceEntry>, known: StateIndex, live: RealFiles): Document {
  const paths = [...new Set(of.map(({ what }) => what.path ?? `~/${what.relative ?? ''}`))];
  const states = new Map(paths.flatMap((path) => known.lookup(path) ?? []).map(({ value }) => [value.entry.id, value.entry]));
  const [first] = of;
  return [
    heading(...joined(paths, code), first?.what.kind === 'directory' ? ' (directory)' : ' (file)'),
    ...[...states.values()].flatMap((state) => [paragraph(state.title), lossOf(state)]),
    ...bullets([
      ...[...states.keys()].flatMap((id) => causesOf(of, id)),
      ...keptIn(of),
      ...[...new Set(of.map(({ what }) => mountedWhen(what)))].map((text): Inlines => [text]),
      hostsLine(of),
      ...thereNow(of, live),
    ]),
    ...notesOf([...states.values()]),
  ];
}

/** What the entry's path is on hosts that are connected to. */
function thereNow(of: Shared<PersistenceEntry>['of'], live: RealFiles): readonly Inlines[] {
  return of.flatMap(({ what: { path }, facts: { host } }): Inlines[] => {
    const real = path === null ? undefined : live(host.name, path);
    if (real === undefined) return [];
    if (real === null) return [[`On ${host.name} it is not there.`]];
    const changed = new Date(real.modified * 1000).toISOString().slice(0, 16).replace('T', ' ');
    const size = real.kind === 'file' ? `, ${real.size.toLocaleString('en-US')} bytes` : '';
    return [[`On ${host.name}: a ${real.kind}${size}, ${real.user}:${real.group} ${real.mode}, last changed ${changed} UTC.`]];
  });
}

/** Options of the hosts that imply the state, each place once. */
function causesOf(of: Shared<PersistenceEntry>['of'], id: string): readonly Inlines[] {
  const found = new Map<string, Inlines>();
  for (const { facts, what } of of)
    for (const { entry, user, causes } of facts.implied)
      if (entry.id === id && (user === null || user === what.user))
        for (const { option, location } of causes)
          found.set(`${option} ${location.file}:${location.start}`, ['Written because of ', code(option), ' in ', { place: location }]);
  return [...found.values()];
}

function keptIn(of: Shared<PersistenceEntry>['of']): readonly Inlines[] {
  const places = new Set(
    of.flatMap(({ what: { storage, path, mechanism } }) =>
      storage === null ? [] : mechanism === 'manual' || path === null ? [storage] : [posix.join(storage, path)],
    ),
  );
  return places.size === 0 ? [['Where it is kept could not be read.']] : [['Kept in ', ...joined([...places], code)]];
}

function hostsLine(of: Shared<PersistenceEntry>['of']): Inlines {
  if (of.every(({ facts }) => facts.alone)) return ['This file belongs to no host that was found.'];
  const hosts = new Map<string, readonly ConditionText[]>();
  for (const { facts, what } of of) hosts.set(facts.host.name, what.conditions);
  const names = [...hosts].map(([name, conditions]): Inlines => {
    if (conditions.length === 0) return [name];
    return [`${name} if `, ...conditions.flatMap(({ text }, index): Inlines => (index === 0 ? [code(text)] : [' and ', code(text)]))];
  });
  return [hosts.size === 1 ? 'Host: ' : 'Hosts: ', ...names.flatMap((each, index) => (index === 0 ? each : [', ', ...each]))];
}

const MECHANISM: Readonly<Record<StorageDeclaration['mechanism'], string>> = {
  impermanence: 'impermanence (environment.persistence)',
  'home-manager': 'impermanence, of a home (home.persistence)',
  preservation: 'preservation (preservation.preserveAt)',
  manual: 'by hand',
};

function storageDocument({ of }: Shared<StorageDeclaration>): Document {
  const paths = [...new Set(of.map(({ what }) => what.storage))];
  const [first] = of;
  return [
    heading('Storage ', ...(paths.includes(null) ? ['whose path could not be read'] : joined(paths as string[], code))),
    paragraph(`Declared with ${MECHANISM[first?.what.mechanism ?? 'manual']}.`),
    ...bullets(of.map(({ facts, what }) => storageLine(facts, what))),
  ];
}

function storageLine({ host }: HostFacts, { storage, mechanism, conditions }: StorageDeclaration): Inlines {
  const entries = host.entries.filter((entry) => entry.storage === storage && entry.mechanism === mechanism);
  const count = `${host.name}: ${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}`;
  const condition = conditions.flatMap(({ text }): Inlines => [', if ', code(text)]);
  const mount = storage === null ? null : mountOf(host.mounts, storage);
  if (mount === null) return [count, ...condition];
  const facts = [mount.fsType, mount.device].filter((each) => each !== null).join(', ');
  return [count, ...condition, ', on the filesystem ', code(mount.mountPoint), ...(facts === '' ? [] : [' (', code(facts), ')'])];
}

/** The filesystem that a path is on. */
function mountOf(mounts: readonly Mount[], path: string): Mount | null {
  const above = mounts.filter(({ mountPoint }) => path === mountPoint || path.startsWith(mountPoint === '/' ? '/' : `${mountPoint}/`));
  return above.toSorted((a, b) => b.mountPoint.length - a.mountPoint.length)[0] ?? null;
}

function optionBlocks({ of }: Shared<Implying>): readonly Block[] {
  const [first] = of;
  if (!first) return [];
  const { entry } = first.what.state;
  return [
    heading(entry.title),
    paragraph('Implied by ', code(first.what.option), '.'),
    lossOf(entry),
    ...bullets([
      ...of.flatMap(({ facts, what }) =>
        what.state.places.flatMap(({ path }) => facts.pathsOf(what.state, path)).map((path) => keptLine(facts, path)),
      ),
      ...ownersOf(entry),
    ]),
    ...notesOf([entry]),
  ];
}

/** Whether a host keeps a path, said no surer than it is. */
function keptLine(facts: HostFacts, path: string): Inlines {
  const { host } = facts;
  const start: Inlines = [`${host.name}: `, code(path)];
  const keeper = facts.keeperOf(path);
  if (keeper?.entry) {
    const { entry } = keeper;
    const conditions = entry.conditions.flatMap(({ text }): Inlines => [', if ', code(text)]);
    return [
      ...start,
      ' is kept',
      ...(entry.storage === null ? [] : [' in ', code(entry.storage)]),
      ': ',
      { place: entry.location },
      ...conditions,
    ];
  }
  if (keeper) return [...start, ' is on a filesystem of its own, ', code(keeper.mountPoint ?? path)];
  if (facts.alone) return [...start, ' is not kept in this file'];
  if (host.storages.length === 0) return [...start, ': no storage is declared'];
  if (host.unresolved.length > 0) return [...start, ': no entry was found; parts of the configuration could not be read'];
  return [...start, ' is not kept'];
}
