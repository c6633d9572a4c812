import type { HostModel } from '../host/hostModel.ts';
import type { StorageDeclaration } from '../persistence/entry.ts';

/**
 * The storage that new entries of a host go to by default, when the host persists anything at all: a host that declares no storage
 * may be an installer or keep everything, and gets no findings. Null too when something unread may keep more than can be seen.
 */
export function readableStorage(host: HostModel): StorageDeclaration | null {
  if (host.problem !== null) return null;
  // Persistence that can't be read may keep anything; a finding that may be wrong is worse than none.
  if (host.unresolved.some(({ scope }) => scope === 'system')) return null;
  return mainStorage(host);
}

/** The unconditional storage with most system entries; of its declarations the first. */
export function mainStorage(host: HostModel): StorageDeclaration | null {
  const weight = (storage: string | null): number =>
    host.entries.filter((entry) => entry.storage === storage && entry.scope === 'system').length;
  let best: StorageDeclaration | null = null;
  for (const declaration of host.storages) {
    if (declaration.storage === null || declaration.conditions.length > 0) continue;
    if (!best || weight(declaration.storage) > weight(best.storage)) best = declaration;
  }
  return best;
}
