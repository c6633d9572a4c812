import type { HostModel } from '../host/hostModel.ts';
import type { PersistenceEntry } from '../persistence/entry.ts';
import { placeOf, placesOf } from './units.ts';

/** A file read on its own, without what `told`, the entries of all hosts, say of it: they may take a module of it from a registry. */
export function withoutTold(model: HostModel, file: string, told: readonly PersistenceEntry[]): HostModel {
  const places = new Set(told.flatMap(placesOf));
  if (places.size === 0) return model;
  return { ...model, entries: model.entries.filter((entry) => !places.has(placeOf(entry))), unresolved: [] };
}
