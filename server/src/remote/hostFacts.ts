import { isToken } from './changeToken.ts';
import { isWhole, outlives, parseMountinfo, visibleMounts } from './mountinfo.ts';
import type { Mount } from './mountinfo.ts';

/** What a host has said of itself; null where it has not. */
export interface HostFacts {
  readonly user: string;
  readonly rights: 'root' | 'sudo' | 'sudo-listing' | 'user';
  readonly system: string;
  /** Seconds since the epoch by its own clock, and when it was started. */
  readonly now: number | null;
  readonly bootedAt: number | null;
  /** The boot, and the systems that run and that are set up, in one word: while it and the mounts stay the same, so do the facts. */
  readonly state: string;
  readonly generation: string | null;
  readonly bootedGeneration: string | null;
  /** What /nix/var/nix/profiles/system leads to: the system that was set up last. */
  readonly profileGeneration: string | null;
  /** When the root directory was made, in seconds; null where the file system does not tell. */
  readonly rootMadeAt: number | null;
  /** Paths that activation has copied into /etc: it makes them anew (`/etc/.clean`, nixpkgs setup-etc.pl). */
  readonly copiedEtc: readonly string[];
  /** find can print what it finds. */
  readonly find: boolean;
  /** It can be told to print in larger pieces, and then prints and complains of nothing else. */
  readonly largePieces: boolean;
  /** The account can make a mount namespace of its own. */
  readonly namespace: boolean;
  readonly root: Mount | null;
  readonly mounts: ReadonlyMap<string, Mount>;
  readonly mountinfo: Buffer | null;
  /** Null: there is no zfs command. */
  readonly zfsVersion: string | null;
  readonly datasets: readonly { readonly name: string; readonly mountPoint: string | null }[];
  /** Of the root's dataset. */
  readonly snapshots: readonly string[];
  /** The change token. Null when it was not asked, or the snapshot is not there. */
  readonly token: string | null;
  /** Names at the top of the root's btrfs, and below `old_roots`; null when only root could look. */
  readonly subvolumes: readonly string[] | null;
}

/** The sections of a probe by name, as text, with the table of mounts beside. */
export function factsOf(sections: ReadonlyMap<string, string>, mountinfo: Buffer | null): HostFacts {
  const lines = (name: string): readonly string[] => (sections.get(name) ?? '').split('\n').filter((line) => line !== '');
  const [uid, user = '', system = ''] = lines('who');
  const [sudo] = lines('sudo');
  const [now, bootedAt] = lines('time');
  const [state = ''] = lines('state');
  const [, generation, profileGeneration] = state.split(' ');
  const mounts = mountinfo === null ? new Map<string, Mount>() : visibleMounts(parseMountinfo(mountinfo));
  const born = number(lines('born')[0]);
  return {
    user,
    rights: uid === '0' ? 'root' : sudo === 'all' ? 'sudo' : sudo === 'find' ? 'sudo-listing' : 'user',
    system,
    now: number(now),
    bootedAt: number(bootedAt),
    state,
    generation: storePath(generation),
    bootedGeneration: storePath(lines('booted')[0]),
    profileGeneration: storePath(profileGeneration),
    // stat prints 0 or - for a file system that does not know.
    rootMadeAt: born === 0 ? null : born,
    copiedEtc: lines('clean').map((name) => `/etc/${name}`),
    find: lines('find')[0] === 'ok',
    largePieces: lines('find')[1] === 'pieces',
    namespace: lines('namespace')[0] === 'ok',
    root: mounts.get('/') ?? null,
    mounts,
    mountinfo,
    zfsVersion: sections.has('version') ? (lines('version')[0] ?? 'unknown') : null,
    // Legacy mounts have no mount point of their own; the table of mounts knows where they are.
    datasets: lines('datasets').map((name) => ({ name, mountPoint: mountPointOf(mounts, name) })),
    snapshots: lines('snapshots').flatMap((name) => name.split('@')[1] ?? []),
    token: isToken(lines('token')[0] ?? '') ? (lines('token')[0] ?? null) : null,
    subvolumes: sections.has('subvolumes') ? lines('subvolumes') : null,
  };
}

function number(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Where a dataset is mounted as a whole; null when it is not. */
export function mountPointOf(mounts: ReadonlyMap<string, Mount>, dataset: string): string | null {
  const found = [...mounts.values()].find((mount) => mount.type === 'zfs' && mount.source === dataset && mount.root === '/');
  return found?.mountPoint ?? null;
}

/** Where a snapshot of what is mounted there can be looked into. */
export function snapshotDirectory(mountPoint: string, snapshot: string): string {
  return `${mountPoint === '/' ? '' : mountPoint}/.zfs/snapshot/${snapshot}`;
}

/** Mounts whose content outlives a boot in which the root is erased. */
export function keptMounts({ mounts, root }: Pick<HostFacts, 'mounts' | 'root'>): readonly Mount[] {
  return [...mounts.values()].filter((mount) => mount.mountPoint !== '/' && outlives(mount, root) && !isSystem(mount));
}

/** The store's own read-only bind, and snapshots of ZFS that somebody looks into, are nobody's data. */
function isSystem(mount: Mount): boolean {
  return (mount.mountPoint === '/nix/store' && !isWhole(mount)) || (mount.type === 'zfs' && mount.source.includes('@'));
}

function storePath(text: string | undefined): string | null {
  return text?.startsWith('/nix/store/') === true ? text : null;
}
