import { posix } from 'node:path';
import type { PersistenceEntry } from '../persistence/entry.ts';
import type { HostModel } from './hostModel.ts';

/** Where an entry's data may lie in its storage, by how its mechanism names it; empty when it is not known. The first is the usual one. */
export function storedAt(entry: PersistenceEntry): readonly string[] {
  const { storage, path, relative, mechanism, atWholePath } = entry;
  if (storage === null || path === null) return [];
  // What is kept by hand says itself where it lies: in storage itself, or below it under its own path.
  if (path === storage || path.startsWith(`${storage}/`)) return [path];
  const whole = posix.join(storage, path);
  if (relative === null || mechanism !== 'home-manager' || atWholePath === true) return [whole];
  const below = posix.join(storage, relative);
  return atWholePath === false ? [below] : [whole, below];
}

/** What a host declares to lie in each of its storages, by storage; all the places where it may be. */
export function declaredInStorages(host: HostModel): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const entry of host.entries) {
    const { storage } = entry;
    if (storage === null || storage === '/') continue;
    const paths = found.get(storage) ?? [];
    paths.push(...storedAt(entry));
    found.set(storage, paths);
  }
  return found;
}
