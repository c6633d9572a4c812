import type { Mount } from './mountinfo.ts';

/** What overlay mounts make of the file system that their upper directories lie on. */
export interface OverlayPlaces {
  /** Mount points whose changes lie on the root: they hide nothing. */
  readonly mountPoints: readonly string[];
  /** Where a path of the root is seen: `/.rw-etc/upper/x` as `/etc/x`; null for what an overlay needs for itself. */
  readonly place: (path: Buffer) => Buffer | null;
}

/**
 * An overlay keeps what is written to it in its upper directory. Where that lies on the root (NixOS: `system.etc.overlay.mutable` has
 * /etc so, with `/.rw-etc/upper`), its content goes with the root. An overlay whose upper directory can't be seen is left as it is.
 */
export function overlayPlaces(mounts: ReadonlyMap<string, Mount>): OverlayPlaces {
  const found = [...mounts.values()].flatMap((mount) => {
    if (mount.type !== 'overlay' || mount.mountPoint === '/') return [];
    const options = mount.superOptions.split(',');
    const upper = directoryOf(options, 'upperdir=');
    const work = directoryOf(options, 'workdir=');
    if (upper === undefined || !liesOnRoot(upper, mounts)) return [];
    return [{ mountPoint: mount.mountPoint, upper: Buffer.from(upper), work: Buffer.from(work ?? `${upper}\0`) }];
  });
  const place = (path: Buffer): Buffer | null => {
    for (const { mountPoint, upper, work } of found) {
      if (isAt(path, work)) return null;
      if (isAt(path, upper)) return Buffer.concat([Buffer.from(mountPoint), path.subarray(upper.length)]);
    }
    return path;
  };
  return { mountPoints: found.map(({ mountPoint }) => mountPoint), place };
}

/** Absolute, as it is called now: the initrd mounts for a root that still lies at /sysroot (or, in the scripted one, at /mnt-root). */
function directoryOf(options: readonly string[], name: string): string | undefined {
  const path = options.find((option) => option.startsWith(name))?.slice(name.length);
  return path?.startsWith('/') === true ? path.replace(/^\/(sysroot|mnt-root)(?=\/)/, '') : undefined;
}

function isAt(path: Buffer, directory: Buffer): boolean {
  if (path.length < directory.length || directory.compare(path, 0, directory.length) !== 0) return false;
  return path.length === directory.length || path[directory.length] === 0x2f;
}

function liesOnRoot(path: string, mounts: ReadonlyMap<string, Mount>): boolean {
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) if (mounts.has(at)) return false;
  return true;
}
