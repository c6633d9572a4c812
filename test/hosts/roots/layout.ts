import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BaselineName } from '../../../server/src/protocol/live.ts';

/** A way to erase a root, as a configuration says it and as a machine does it. */
export interface RootLayout {
  readonly name: 'zfs' | 'btrfs' | 'tmpfs';
  /** What the configuration of the host says of its file systems, as bindings of Nix. */
  readonly configuration: string;
  /** A bash script that sets it up on a machine that runs with its own root, so that the next boot is into this one; null: it is its own. */
  readonly setUp: string | null;
  /** What is listed against what. */
  readonly dataset: string | null;
  readonly snapshot: string | null;
  readonly baseline: BaselineName;
  /** Mount points of what is not the root's, and is not erased. */
  readonly elsewhere: readonly string[];
}

function script(name: string): string {
  return readFileSync(join(import.meta.dirname, name), 'utf8');
}

/** Writes what the machine's first program looks for before it takes its own root. */
function boots(files: Readonly<Record<string, string>>): string {
  const written = Object.entries(files).map(([name, text]) => `cat >/persist/boot/${name} <<'BOOT'\n${text}BOOT`);
  return ['set -e; mkdir /persist/boot', ...written, 'zpool sync'].join('\n');
}

const zfs: RootLayout = {
  name: 'zfs',
  configuration: `
  fileSystems."/" = { device = "rpool/local/root"; fsType = "zfs"; };
  fileSystems."/persist" = { device = "rpool/safe/persist"; fsType = "zfs"; neededForBoot = true; };
  boot.initrd.systemd.services.rollback.script = "zfs rollback -r rpool/local/root@blank";`,
  setUp: null,
  dataset: 'rpool/local/root',
  snapshot: 'blank',
  baseline: 'blank',
  elsewhere: ['/home'],
};

/** The root is moved to old_roots and made anew, /home is a snapshot of a blank subvolume, and the storage is a subvolume beside them. */
const btrfs: RootLayout = {
  name: 'btrfs',
  configuration: `
  fileSystems."/" = { device = "/dev/zd0"; fsType = "btrfs"; options = [ "subvol=root" ]; };
  fileSystems."/home" = { device = "/dev/zd0"; fsType = "btrfs"; options = [ "subvol=home" ]; };
  fileSystems."/persist" = { device = "/dev/zd0"; fsType = "btrfs"; options = [ "subvol=persist" ]; neededForBoot = true; };
  boot.initrd.systemd.services.rollback.script = ''
${script('btrfsRollback.sh')}'';`,
  setUp: `${script('btrfsPrepare.sh')}\n${boots({ 'root.sh': script('btrfsBoot.sh'), 'rollback.sh': script('btrfsRollback.sh') })}`,
  dataset: null,
  snapshot: null,
  baseline: 'empty',
  elsewhere: [],
};

const tmpfs: RootLayout = {
  name: 'tmpfs',
  configuration: `
  fileSystems."/" = { device = "none"; fsType = "tmpfs"; options = [ "mode=755" ]; };
  fileSystems."/home" = { device = "rpool/safe/home"; fsType = "zfs"; };
  fileSystems."/persist" = { device = "rpool/safe/persist"; fsType = "zfs"; neededForBoot = true; };`,
  setUp: boots({ 'root.sh': script('tmpfsBoot.sh') }),
  dataset: null,
  snapshot: null,
  baseline: 'empty',
  elsewhere: ['/home'],
};

export const layouts: readonly RootLayout[] = [zfs, btrfs, tmpfs];
