import type { StateEntry } from '../catalogue/types.ts';
import type { KnownAttributes } from '../edits/toPreservation.ts';
import { isEarlyPath } from '../host/mountFacts.ts';

/**
 * Whether an entry is mounted in the initrd: as impermanence does by itself with early paths (its nixos.nix), and the examples of
 * preservation's manual do, which leave /var/log to later and have the machine id in time for systemd.
 */
function isInInitrd(path: string): boolean {
  return path === '/etc/machine-id' || (path !== '/var/log' && isEarlyPath(path));
}

/**
 * What entries need to be told when they move from impermanence to preservation (its manual, "Migration from impermanence"): early
 * mounts, links for the host keys of sshd, and, since preservation enforces modes, those that the state of the catalogue has.
 */
export function preservationNeeds(
  catalogue: readonly StateEntry[],
): (...entry: Parameters<KnownAttributes>) => Readonly<Record<string, string | boolean>> | null {
  const known = new Map<string, Readonly<Record<string, string>>>();
  for (const { paths, scope } of catalogue) {
    for (const { path, kind, dynamicUser, user, group, mode } of paths) {
      // What preservation takes anyway (its options.nix) needs no word.
      const said = {
        ...(user && user !== 'root' ? { user } : {}),
        ...(group && group !== 'root' ? { group } : {}),
        ...(mode && mode !== (kind === 'directory' ? '0755' : '0644') ? { mode } : {}),
      };
      const key = `${scope} ${path}`;
      if (dynamicUser !== true && Object.keys(said).length > 0 && !known.has(key)) known.set(key, said);
    }
  }
  return (kind, path, user) => {
    if (user === null && /^\/etc\/ssh\/ssh_host_\w+(\.pub)?$/.test(path)) return { how: 'symlink', configureParent: true };
    if (user === null && path === '/var/lib/systemd/random-seed') return { how: 'symlink', inInitrd: true, configureParent: true };
    const said = known.get(user === null ? `system ${path}` : `user ${path}`) ?? {};
    const attributes = { ...said, ...(user === null && isInInitrd(path) ? { inInitrd: true } : {}) };
    if (user !== null && kind === 'directory' && !('mode' in attributes) && /(^|\/)\.(ssh|gnupg|password-store)$/.test(path))
      return { mode: '0700' };
    return Object.keys(attributes).length > 0 ? attributes : null;
  };
}
