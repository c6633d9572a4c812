import type { HostModel } from '../host/hostModel.ts';
import { stringsInComments } from '../module/written.ts';

/**
 * Paths of entries that the author has taken back: they stand as strings in comments of the files that declare what the host keeps. As an
 * entry has them, absolute or below a home.
 */
export function writtenOffPaths({ configuration, entries, storages }: HostModel): ReadonlySet<string> {
  if (!configuration) return new Set();
  const files = new Set(entries.flatMap(({ location, mechanism }) => (mechanism === 'manual' ? [] : [location.file])));
  for (const { binding } of storages) files.add(binding.file);
  return new Set([...files].flatMap((file) => stringsInComments(configuration, file)));
}
