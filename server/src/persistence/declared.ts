import type { PersistenceEntry } from './entry.ts';

/** An entry as each of the places that declare it has it: itself first, and one for each further place. */
export function atEachPlace(entry: PersistenceEntry): readonly PersistenceEntry[] {
  const { also, ...own } = entry;
  if (!also) return [entry];
  return [own, ...also.map(({ location, conditions }) => ({ ...own, location, conditions: [...own.conditions, ...conditions] }))];
}
