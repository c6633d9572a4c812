import { posix } from 'node:path';
import type { PersistenceEntry } from '../persistence/entry.ts';
import type { HostModel, Mount } from './hostModel.ts';
import { VOLATILE } from './mountFacts.ts';
import { isRolledBack } from './rollback.ts';

/** Answers which entry keeps a path: the one at it, else the nearest directory entry above it. */
export class Coverage {
  readonly #byPath = new Map<string, PersistenceEntry>();

  /** `counts`: which entries are asked; all by default. */
  constructor(host: HostModel, counts: (entry: PersistenceEntry) => boolean = () => true) {
    for (const entry of host.entries) {
      if (entry.path === null || !counts(entry)) continue;
      const known = this.#byPath.get(entry.path);
      // Of two entries for a path the one without conditions says more.
      if (!known || known.conditions.length > entry.conditions.length) this.#byPath.set(entry.path, entry);
    }
  }

  /** Null when nothing keeps the path. `path` is normalised; nothing keeps one that is not absolute. */
  of(path: string): PersistenceEntry | null {
    const exact = this.#byPath.get(path);
    if (exact) return exact;
    for (let above = posix.dirname(path); above.length > 1; above = posix.dirname(above)) {
      const entry = this.#byPath.get(above);
      // A link made by hand (`environment.etc.ssh.source`) keeps what is below it too.
      if (entry && (entry.kind === 'directory' || entry.mechanism === 'manual')) return entry;
    }
    return null;
  }

  /** Any entry below a directory. */
  hasBelow(path: string): boolean {
    const prefix = path === '/' ? path : `${path}/`;
    for (const key of this.#byPath.keys()) if (key.startsWith(prefix)) return true;
    return false;
  }
}

/** The filesystem other than the root's that holds a path and outlives a boot; null when the path is on the root or in memory. */
export function ownMount(host: HostModel, path: string): Mount | null {
  let best: Mount | null = null;
  for (const mount of host.mounts) {
    const holds = path === mount.mountPoint || path.startsWith(`${mount.mountPoint === '/' ? '' : mount.mountPoint}/`);
    if (holds && (!best || mount.mountPoint.length > best.mountPoint.length)) best = mount;
  }
  if (!best || best.mountPoint === '/' || (best.fsType !== null && VOLATILE.has(best.fsType))) return null;
  return isRolledBack(host, best) ? null : best;
}
