import { mainStorage } from '../host/persistPlan.ts';
import type { Location } from '../syntax/source.ts';
import type { Finding } from '../findings/finding.ts';
import { entriesIn, hostsOf, storagesIn, type Shared } from './entriesAt.ts';
import type { HostFacts } from './hostFacts.ts';
import type { PersistenceEntry } from '../persistence/entry.ts';

/** A storage or an entry of a file, for the outline. */
export interface OutlineItem {
  readonly name: string;
  readonly detail: string;
  readonly kind: 'storage' | 'directory' | 'file';
  /** All of it. */
  readonly location: Location;
  /** Its name or path alone. */
  readonly selection: Location;
  readonly children: readonly OutlineItem[];
}

/** The storages declared in a file with the entries that stand in them; entries of lists that are forwarded stand beside. */
export function outline(file: string, hosts: readonly HostFacts[]): readonly OutlineItem[] {
  const entries = entriesIn(file, hosts).filter(({ of }) => of.some(({ what }) => what.mechanism !== 'manual'));
  const storages = storagesIn(file, hosts).flatMap((each) => {
    const declared = each.of[0]?.what;
    return declared ? [{ each, declared, binding: declared.binding }] : [];
  });
  const items = storages.map(({ each, declared, binding }): OutlineItem => {
    const children = entries.filter(({ location }) => inside(location, binding)).map(entryItem);
    const name = declared.storage ?? 'storage';
    return {
      name,
      detail: hosts.every(({ alone }) => alone) ? '' : hostsOf(each).join(', '),
      kind: 'storage',
      location: binding,
      selection: each.location,
      children,
    };
  });
  const others = entries.filter(({ location }) => !storages.some(({ binding }) => inside(location, binding)));
  return [...items, ...others.map(entryItem)].toSorted((a, b) => a.location.start - b.location.start);
}

function inside(entry: Location, { start, end }: Location): boolean {
  return start <= entry.start && entry.end <= end;
}

function entryItem(entry: Shared<PersistenceEntry>): OutlineItem {
  const what = entry.of[0]?.what;
  const users = [...new Set(entry.of.flatMap(({ what: { user } }) => user ?? []))].join(', ');
  const name = what?.relative ?? what?.path ?? '';
  return { name, detail: users, kind: what?.kind ?? 'file', location: entry.location, selection: entry.location, children: [] };
}

/** What is told over a storage. */
export interface StorageSummary {
  readonly location: Location;
  readonly title: string;
  /** The entries that stand in this declaration, and the places of what is missing. */
  readonly places: readonly Location[];
}

/** For each storage declared in a file how much its hosts keep there, and how much of what they should keep is missing. */
export function storageSummaries(file: string, hosts: readonly HostFacts[], findings: readonly Finding[]): readonly StorageSummary[] {
  return storagesIn(file, hosts).map((storage) => {
    const names = hostsOf(storage);
    const kept = storage.of.map(({ facts, what }) => entriesOf(facts, what));
    const main = new Set(
      storage.of
        .filter(({ facts, what }) => mainStorage(facts.host)?.storage === what.storage && what.mechanism !== 'home-manager')
        .map(({ facts }) => facts.host.name),
    );
    const missing = findings.filter(({ code, hosts: of }) => code.startsWith('missing-') && of.some((name) => main.has(name)));
    const count = new Set(missing.map(({ code, subject }) => `${code} ${subject}`)).size;
    const counts = `${entryCount(kept.map(({ length }) => length))}${count === 0 ? '' : `, ${count} missing`}`;
    const title = hosts.every(({ alone }) => alone) ? counts : `${names.join(', ')}: ${counts}`;
    const places = [...kept.flat().map(({ location }) => location), ...missing.map(({ location }) => location)];
    const unique = new Map(places.map((each) => [`${each.file}\0${each.start}`, each]));
    return { location: storage.location, title, places: [...unique.values()] };
  });
}

function entriesOf(
  { host }: HostFacts,
  { storage, mechanism }: Pick<PersistenceEntry, 'storage' | 'mechanism'>,
): readonly PersistenceEntry[] {
  return host.entries.filter((entry) => entry.storage === storage && entry.mechanism === mechanism);
}

/** `1 entry`, `23 entries`, and `21 to 23 entries` where hosts differ. */
function entryCount(counts: readonly number[]): string {
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  return least === most ? `${most} ${most === 1 ? 'entry' : 'entries'}` : `${least} to ${most} entries`;
}

/** What paths come to that are written otherwise: below a home, or computed. */
export function resolvedPaths(
  file: string,
  hosts: readonly HostFacts[],
): readonly { readonly location: Location; readonly text: string }[] {
  return entriesIn(file, hosts).flatMap(({ location, of }) => {
    const paths = [...new Set(of.flatMap(({ what: { path, written } }) => (path === null || path === written ? [] : [path])))];
    return paths.length === 0 ? [] : [{ location, text: paths.join(', ') }];
  });
}
