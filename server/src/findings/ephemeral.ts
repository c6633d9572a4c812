import type { HostModel } from '../host/hostModel.ts';
import { mainStorage } from '../host/persistPlan.ts';
import { flagAt } from './options.ts';
import type { StorageDeclaration } from '../persistence/entry.ts';

/**
 * The storage that a host's missing state belongs to. Null when the host declares none: it may be an installer or keep everything.
 * Null too when something unread may keep more than can be seen: a finding that may be wrong is worse than none.
 */
export function readableStorage(host: HostModel): StorageDeclaration | null {
  if (!mayLose(host) || host.problem !== null || host.unresolved.some(({ scope }) => scope === 'system')) return null;
  const storage = mainStorage(host);
  // Declared for all machines of a flake, and switched on for some.
  return storage?.mechanism === 'preservation' && flagAt(host, ['preservation', 'enable'], false) !== true ? null : storage;
}

/** The host may lose what nothing keeps: its root is erased, or it may be. */
export function mayLose(host: HostModel): boolean {
  return host.erasure.kind !== 'never' && host.guest === null;
}
