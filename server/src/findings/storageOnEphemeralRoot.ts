import type { HostModel, Mount } from '../host/hostModel.ts';
import { mountOf, VOLATILE } from '../host/mountFacts.ts';
import { isRolledBack } from '../host/rollback.ts';
import type { HostFinding } from './finding.ts';
import type { Rule } from './rule.ts';

/** `storage-on-ephemeral-root`: the storage's own filesystem is one that is erased. */
export const storageOnEphemeralRoot: Rule = {
  code: 'storage-on-ephemeral-root',
  severity: 'error',
  page: {
    title: 'A storage is on a filesystem that is erased',
    what: `The filesystem that holds the storage is in memory, or is the very dataset that is rolled back at boot, or has the same device and options as the
root.`,
    why: `Everything that is "kept" in it is gone after the next boot.`,
    fix: `Put the storage on a filesystem that is not erased: a dataset or subvolume of its own beside the root's.`,
    silence: `Only a machine that keeps nothing on purpose can do with this.`,
    sources: ['zfs-rollback(8)', 'tmpfs(5)'],
  },
  check({ host }) {
    const told = new Set<Mount>();
    return host.storages.flatMap(({ storage, name, conditions }): readonly HostFinding[] => {
      if (storage === null || conditions.length > 0) return [];
      const mount = mountOf(host, storage);
      const why = mount && mount.mountPoint !== '/' && !told.has(mount) ? whyErased(host, mount) : null;
      if (!mount || why === null) return [];
      told.add(mount);
      return [
        {
          subject: storage,
          severity: 'error',
          location: name,
          message: `${storage} is on ${mount.mountPoint}, ${why}: it is lost at every boot. Give it a filesystem of its own, which stays.`,
          related: [{ location: mount.location, message: `${mount.mountPoint} is mounted here.` }],
          fixes: [],
        },
      ];
    });
  },
};

function whyErased(host: HostModel, mount: Mount): string | null {
  if (mount.fsType !== null && VOLATILE.has(mount.fsType)) return `which is in memory (${mount.fsType})`;
  if (isRolledBack(host, mount)) {
    return mount.subvolume === undefined
      ? `the dataset ${mount.device} that is rolled back`
      : `the subvolume ${mount.subvolume} that is replaced`;
  }
  return null;
}
