import type { HostModel, Mount } from './hostModel.ts';

/** Filesystems whose content is gone at the next boot. */
export const VOLATILE: ReadonlySet<string> = new Set(['tmpfs', 'ramfs', 'overlay']);

/** Mount points that NixOS mounts in the first stage whatever is said (nixpkgs nixos/lib/utils.nix, pathsNeededForBoot). */
const EARLY = new Set(['/', '/nix', '/nix/store', '/var', '/var/log', '/var/lib', '/var/lib/nixos', '/etc', '/usr']);

/** Whether the first stage mounts this path by itself. */
export function isEarlyPath(path: string): boolean {
  return EARLY.has(path);
}

/** The filesystem that holds a path: the deepest mount at it or above; null when none is declared, not even a root. */
export function mountOf(host: HostModel, path: string): Mount | null {
  let best: Mount | null = null;
  for (const mount of host.mounts)
    if (isWithin(path, mount.mountPoint) && (!best || mount.mountPoint.length > best.mountPoint.length)) best = mount;
  return best;
}

/** Whether a mount is in the initrd; null when that can't be told. */
export function isNeededForBoot(host: HostModel, mount: Mount): boolean | null {
  if (EARLY.has(mount.mountPoint)) return true;
  const { configuration } = host;
  if (!configuration) return null;
  for (const name of configuration.tree.names(['fileSystems'])) {
    if (trimmed(name) !== mount.mountPoint) continue;
    const path = ['fileSystems', name, 'neededForBoot'];
    const node = configuration.tree.at(path);
    if (node.definitions.length === 0 && node.gaps.length === 0) continue;
    const value = configuration.value(path);
    return value.type === 'bool' ? value.value : null;
  }
  return configuration.tree.at(['fileSystems']).gaps.length > 0 || configuration.tree.unnamed(['fileSystems']).length > 0 ? null : false;
}

/** Whether a path is a directory or below it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || directory === '/' || path.startsWith(`${directory}/`);
}

function trimmed(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Storages whose file system is surely not mounted by the initrd. */
export function lateStorages(host: HostModel): readonly string[] {
  const storages = new Set(host.storages.flatMap(({ storage, conditions }) => (storage === null || conditions.length > 0 ? [] : storage)));
  return [...storages].filter((storage) => {
    const mount = mountOf(host, storage);
    return mount !== null && isNeededForBoot(host, mount) === false;
  });
}
