/** One line of `/proc/self/mountinfo` (proc_pid_mountinfo(5)). Paths are decoded as UTF-8; what is none gets replacement characters. */
export interface Mount {
  readonly id: number;
  readonly parent: number;
  /** `major:minor` of the file system. */
  readonly device: string;
  /** The directory of the file system that is mounted: `/` unless it is a bind mount or a subvolume. */
  readonly root: string;
  readonly mountPoint: string;
  readonly type: string;
  /** For ZFS the dataset. */
  readonly source: string;
  readonly superOptions: string;
}

/** File systems that are gone at the next boot, whatever is written to them. */
const inMemory: ReadonlySet<string> = new Set(
  (
    'tmpfs ramfs rootfs devtmpfs devpts proc sysfs cgroup cgroup2 mqueue hugetlbfs debugfs tracefs securityfs pstore efivarfs ' +
    'configfs fusectl bpf binfmt_misc rpc_pipefs nsfs overlay autofs'
  ).split(' '),
);

/** `\ooo` of mountinfo, undone on bytes. */
function decode(field: Buffer): string {
  const out: number[] = [];
  for (let i = 0; i < field.length; i++) {
    const digits = field[i] === 0x5c ? field.toString('latin1', i + 1, i + 4) : '';
    if (/^[0-3][0-7]{2}$/.test(digits)) {
      out.push(Number.parseInt(digits, 8));
      i += 3;
    } else out.push(field[i] as number);
  }
  return Buffer.from(out).toString('utf8');
}

function split(bytes: Buffer, separator: number): Buffer[] {
  const parts: Buffer[] = [];
  let start = 0;
  for (let i = 0; i <= bytes.length; i++) {
    if (i < bytes.length && bytes[i] !== separator) continue;
    parts.push(bytes.subarray(start, i));
    start = i + 1;
  }
  return parts;
}

/** Mounts in the order of the text; lines that are no mountinfo are left out. */
export function parseMountinfo(bytes: Buffer): Mount[] {
  const mounts: Mount[] = [];
  for (const line of split(bytes, 0x0a)) {
    const fields = split(line, 0x20);
    const dash = fields.findIndex((field, index) => index >= 6 && field.length === 1 && field[0] === 0x2d);
    const [id, parent, device, root, mountPoint] = fields;
    const [type, source, superOptions] = dash === -1 ? [] : fields.slice(dash + 1);
    if (!id || !parent || !device || !root || !mountPoint || !type || !source) continue;
    const numbers = [id, parent].map((field) => (/^\d+$/.test(field.toString('latin1')) ? Number(field.toString('latin1')) : -1));
    if (numbers.includes(-1)) continue;
    mounts.push({
      id: numbers[0] as number,
      parent: numbers[1] as number,
      device: device.toString('latin1'),
      root: decode(root),
      mountPoint: decode(mountPoint),
      type: decode(type),
      source: decode(source),
      superOptions: decode(superOptions ?? Buffer.alloc(0)),
    });
  }
  return mounts;
}

/**
 * The mounts that a path lookup meets, by mount point. Of several on one point the topmost wins (the one that has the others as
 * parents); a mount whose point lies below a later mount on a directory above it is hidden and not in the result.
 */
export function visibleMounts(mounts: readonly Mount[]): Map<string, Mount> {
  const ids = new Set(mounts.map((mount) => mount.id));
  const children = new Map<number, Mount[]>();
  for (const mount of mounts) {
    const siblings = children.get(mount.parent);
    if (siblings === undefined) children.set(mount.parent, [mount]);
    else siblings.push(mount);
  }
  const visible = new Map<string, Mount>();
  const seen = new Set<number>();
  const pending = mounts.filter((mount) => !ids.has(mount.parent) || mount.parent === mount.id);
  for (let mount = pending.pop(); mount !== undefined; mount = pending.pop()) {
    if (seen.has(mount.id)) continue;
    seen.add(mount.id);
    const below = (children.get(mount.id) ?? []).filter((child) => child.id !== mount.id);
    const onTop = below.findLast((child) => child.mountPoint === mount.mountPoint);
    if (onTop !== undefined) {
      pending.push(onTop);
      continue;
    }
    visible.set(mount.mountPoint, mount);
    for (const child of below) {
      const hidden = below.some((other) => other !== child && isAbove(other.mountPoint, child.mountPoint));
      const replaced = below.findLast((other) => other.mountPoint === child.mountPoint) !== child;
      if (!hidden && !replaced) pending.push(child);
    }
  }
  return visible;
}

function isAbove(directory: string, path: string): boolean {
  return path !== directory && path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

/** Whether what is written there outlives a boot in which `root` is erased. */
export function outlives(mount: Mount, root: Mount | null): boolean {
  if (inMemory.has(mount.type)) return false;
  if (root === null || mount.device !== root.device) return true;
  if (root.type === 'zfs') return mount.source !== root.source;
  // Subvolumes of one file system have its device: what is mounted lies in the root's subvolume, or beside it.
  return nests(root) && root.root !== '/' && mount.root !== root.root && !isAbove(root.root, mount.root);
}

/** Whether a file system holds subvolumes, each a tree of its own that can be mounted by itself. */
export function nests({ type }: Mount): boolean {
  return type === 'btrfs' || type === 'bcachefs';
}

/** Whether a file system is mounted as a whole (or as the subvolume its options name), as opposed to a bind of a part of it. */
export function isWhole(mount: Mount): boolean {
  if (mount.root === '/') return true;
  if (!nests(mount)) return false;
  return mount.superOptions.split(',').includes(`subvol=${mount.root}`);
}

/** Where a listing of changes was made: the mount of the dataset, or the root when the dataset is not known or not mounted. */
export function listedMount(mounts: ReadonlyMap<string, Mount>, dataset: string | null): Mount | null {
  const found = [...mounts.values()].find((mount) => mount.type === 'zfs' && mount.source === dataset && mount.root === '/');
  return found ?? mounts.get('/') ?? null;
}
