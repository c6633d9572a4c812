import type { Standing } from '../protocol/panel.ts';
import { outlives, type Mount } from './mountinfo.ts';

/** The mount that a path lies on; null when not even the root is known. */
export function mountOf(mounts: ReadonlyMap<string, Mount>, path: string): Mount | null {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/'))) || '/') {
    const mount = mounts.get(at);
    if (mount !== undefined || at === '/') return mount ?? null;
  }
}

/**
 * What a declared path is on a running host.
 *
 * @param mounts visible mounts by mount point; null when the host was not asked
 * @param isLink whether a link stands at the path, as far as the listing tells: null when it does not
 */
export function standingOf(mounts: ReadonlyMap<string, Mount> | null, path: string, isLink: boolean | null): Standing {
  if (mounts === null) return 'unknown';
  const mount = mountOf(mounts, path);
  if (mount === null) return 'unknown';
  if (mount.mountPoint !== '/' && outlives(mount, mounts.get('/') ?? null)) return 'mounted';
  return isLink === true ? 'link' : 'not-active';
}
