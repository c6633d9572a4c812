import type { PersistenceEntry } from './entry.ts';

/** An entry as each of the places that declare it has it: itself first, and one for each further place. */
export function atEachPlace(entry: PersistenceEntry): readonly PersistenceEntry[] {
  const { also, ...own } = entry;
  if (!also) return [entry];
  return [own, ...also.map(({ location, conditions }) => ({ ...own, location, conditions: [...own.conditions, ...conditions] }))];
}

/** Whether an entry may hold when the default entry of the boot menu is booted, not only in a specialisation. */
export function isOfDefault({ conditions }: PersistenceEntry): boolean {
  return conditions.every(({ atBoot }) => !atBoot);
}
