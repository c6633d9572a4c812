import type { HostModel } from '../host/hostModel.ts';
import type { PersistenceEntry } from '../persistence/entry.ts';
import type { EntryReference } from './finding.ts';

/** How a fix names an entry of a host; `nth`: which of those with the same key it is. */
export function referenceOf(entry: PersistenceEntry, nth: number): EntryReference {
  const { mechanism, storage, user, kind } = entry;
  return { mechanism, storage, user, kind, path: pathOf(entry), file: entry.location.file, nth };
}

/** The same, counting by itself; for one entry, as it takes a look at all of them. */
export function referTo(host: HostModel, entry: PersistenceEntry): EntryReference {
  const key = entryKey(entry);
  return referenceOf(entry, host.entries.filter((each) => entryKey(each) === key).indexOf(entry));
}

/** The entry that a reference names in a model, which may be newer; null when it is not there any more. */
export function findEntry(host: HostModel, reference: EntryReference): PersistenceEntry | null {
  const key = keyOf(reference);
  return host.entries.filter((entry) => entryKey(entry) === key)[reference.nth] ?? null;
}

/** What two entries have in common that only their order tells apart. */
export function entryKey(entry: PersistenceEntry): string {
  return keyOf(referenceOf(entry, 0));
}

function keyOf({ mechanism, storage, user, kind, path, file }: EntryReference): string {
  return JSON.stringify([mechanism, storage, user, kind, path, file]);
}

function pathOf({ path, relative }: PersistenceEntry): string {
  return path ?? relative ?? '';
}
