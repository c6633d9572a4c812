import type { HostModel } from '../host/hostModel.ts';
import type { PersistenceEntry } from '../persistence/entry.ts';
import { placeOf, placesOf } from './units.ts';

/**
 * A file read on its own, without what `told`, the entries of all hosts, say of it: they may take a module of it from a registry. Of a file
 * that a host is made of (`isUsed`) what could not be read is told there; what it would keep and no host does is under a switch that is off.
 */
export function withoutTold(model: HostModel, told: readonly PersistenceEntry[], isUsed: boolean): HostModel {
  const places = new Set(told.flatMap(placesOf));
  const files = new Set(told.map(({ location }) => location.file));
  const isRead = isUsed || files.has(model.location.file);
  return {
    ...model,
    entries: model.entries.filter((entry) => !places.has(placeOf(entry))),
    unresolved: isRead ? [] : model.unresolved,
  };
}
