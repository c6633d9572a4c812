import assert from 'node:assert/strict';
import { fixtureWorkspace, readFixture } from '../../support/fixture.ts';

async function hostOf(text: string) {
  const { workspace } = await fixtureWorkspace(readFixture(text));
  const [host] = workspace.analysis().hosts;
  assert.ok(host);
  return host;
}

const ROOT = 'fileSystems."/" = { device = "rpool/root"; fsType = "zfs"; };';

suite('whether a root is erased', () => {
  for (const [name, kind, text] of [
    ['in memory', 'memory', '{ fileSystems."/" = { device = "none"; fsType = "tmpfs"; }; }'],
    ['rolled back', 'script', `{ ${ROOT} boot.initrd.postResumeCommands = "zfs rollback -r rpool/root@blank"; }`],
    ['replaced by a service', 'script', `{ ${ROOT} boot.initrd.systemd.services.wipe.script = "btrfs subvolume delete /mnt/root"; }`],
    [
      'by a script with parts that are not known',
      'script',
      `{ pkgs, ... }: { ${ROOT} boot.initrd.postDeviceCommands = "\${pkgs.zfs}/bin/zfs rollback -r rpool/root@blank"; }`,
    ],
    ['file by file', 'script', `{ ${ROOT} boot.initrd.postResumeCommands = "ls; find /mnt -mindepth 1 -delete"; }`],
    ['by none of very many commands on a line', 'never', `{ ${ROOT} boot.initrd.postResumeCommands = "${'find '.repeat(100_000)}"; }`],
    ['by nothing', 'never', `{ ${ROOT} }`],
    ['by a script that is commented out', 'never', `{ ${ROOT} # boot.initrd.postResumeCommands = "zfs rollback -r rpool/root@blank";\n}`],
    [
      'by a line of a script that is commented out',
      'never',
      `{ ${ROOT} boot.initrd.postResumeCommands = "# zfs rollback -r rpool/root@blank"; }`,
    ],
    [
      'by a service that is off',
      'unknown',
      `{ ${ROOT} boot.initrd.systemd.services.wipe = { enable = false; script = "zfs rollback a@b"; }; }`,
    ],
    ['by something elsewhere in the files', 'unknown', `{ ${ROOT} my.wipe = "btrfs subvolume delete /root"; }`],
    ['where the root is not known', 'unknown', '{ }'],
    ['where something could not be read', 'unknown', `{ imports = [ ./gone.nix ]; ${ROOT} }`],
  ] as const)
    test(name, async () => {
      assert.equal((await hostOf(text)).erasure.kind, kind);
    });

  for (const [name, isGuest, text] of [
    ['a container', true, '{ boot.isContainer = true; }'],
    ['an image', true, '{ isoImage.squashfsCompression = "zstd"; }'],
    ['an installer', true, '{ modulesPath, ... }: { imports = [ (modulesPath + "/installer/cd-dvd/installation-cd-minimal.nix") ]; }'],
    ['a machine', false, '{ modulesPath, ... }: { imports = [ (modulesPath + "/profiles/qemu-guest.nix") ]; boot.isContainer = false; }'],
  ] as const)
    test(`${name} is ${isGuest ? 'told apart' : 'a host'}`, async () => {
      assert.equal((await hostOf(text)).guest !== null, isGuest);
    });
});
