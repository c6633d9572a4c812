import type { HostModel } from '../host/hostModel.ts';
import type { PersistenceEntry } from '../persistence/entry.ts';
import type { EntryReference } from './finding.ts';

/** How a fix names an entry of a host. */
export function referTo(host: HostModel, entry: PersistenceEntry): EntryReference {
  const { mechanism, storage, user, kind } = entry;
  const reference = { mechanism, storage, user, kind, path: pathOf(entry), file: entry.location.file };
  return { ...reference, nth: alike(host, reference).indexOf(entry) };
}

/** The entry that a reference names in a model, which may be newer; null when it is not there any more. */
export function findEntry(host: HostModel, reference: EntryReference): PersistenceEntry | null {
  return alike(host, reference)[reference.nth] ?? null;
}

function alike(host: HostModel, reference: Omit<EntryReference, 'nth'>): readonly PersistenceEntry[] {
  return host.entries.filter(
    (entry) =>
      entry.mechanism === reference.mechanism &&
      entry.storage === reference.storage &&
      entry.user === reference.user &&
      entry.kind === reference.kind &&
      entry.location.file === reference.file &&
      pathOf(entry) === reference.path,
  );
}

function pathOf({ path, relative }: PersistenceEntry): string {
  return path ?? relative ?? '';
}
