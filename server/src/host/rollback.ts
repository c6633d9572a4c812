import type { InitrdScript } from './initrdScripts.ts';
import type { HostModel, Mount, Rollback } from './hostModel.ts';

/** zfs-rollback(8): `zfs rollback [-Rfr] filesystem@snapshot`. Names by the characters ZFS allows, without spaces. */
const ROLLBACK = /\brollback\s+(?:-[Rfr]+\s+)*["']?([A-Za-z0-9][\w.:/-]*)@([\w.:-]+)/g;

/** Each dataset that the host's initrd scripts roll back with `zfs rollback`, as they say it first; that of the root filesystem before others. */
export function findRollbacks(scripts: readonly InitrdScript[], mounts: readonly Mount[]): readonly Rollback[] {
  const found = new Map<string, Rollback>();
  for (const { text, location } of scripts) {
    for (const [, dataset, snapshot] of text.matchAll(ROLLBACK)) {
      if (dataset && snapshot && !found.has(dataset)) found.set(dataset, { dataset, snapshot, location });
    }
  }
  const all = [...found.values()];
  const device = mounts.find(({ mountPoint }) => mountPoint === '/')?.device;
  const root = all.find(({ dataset }) => dataset === device) ?? all.find(({ dataset }) => /root/.test(dataset)) ?? all[0];
  return root === undefined ? [] : [root, ...all.filter((each) => each !== root)];
}

/** Whether a mount is of a dataset that is rolled back at every boot, or of a subvolume beside the root's that is replaced. */
export function isRolledBack({ rollbacks, renewed, mounts }: Pick<HostModel, 'rollbacks' | 'renewed' | 'mounts'>, mount: Mount): boolean {
  const { device, fsType, subvolume } = mount;
  if (rollbacks.some(({ dataset }) => dataset === device)) return true;
  if (fsType !== 'btrfs' || !renewed.some((each) => each.subvolume === subvolume)) return false;
  // Of another disk, a subvolume of the same name is another.
  const root = mounts.find(({ mountPoint }) => mountPoint === '/')?.device ?? null;
  return device === null || root === null || device === root;
}
