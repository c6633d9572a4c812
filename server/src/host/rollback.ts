import type { InitrdScript } from './initrdScripts.ts';
import type { Mount, Rollback } from './hostModel.ts';

/** zfs-rollback(8): `zfs rollback [-Rfr] filesystem@snapshot`. Names by the characters ZFS allows, without spaces. */
const ROLLBACK = /\brollback\s+(?:-[Rfr]+\s+)*["']?([A-Za-z0-9][\w.:/-]*)@([\w.:-]+)/g;

/** The `zfs rollback` in the host's initrd scripts. With several, the one of the root filesystem's dataset. */
export function findRollback(scripts: readonly InitrdScript[], mounts: readonly Mount[]): Rollback | null {
  const found: Rollback[] = [];
  for (const { text, location } of scripts) {
    for (const match of text.matchAll(ROLLBACK)) {
      const [, dataset, snapshot] = match;
      if (dataset && snapshot) found.push({ dataset, snapshot, location });
    }
  }
  const root = mounts.find(({ mountPoint }) => mountPoint === '/')?.device;
  return found.find(({ dataset }) => dataset === root) ?? found.find(({ dataset }) => /root/.test(dataset)) ?? found[0] ?? null;
}
