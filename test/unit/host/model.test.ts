import assert from 'node:assert/strict';
import { Coverage, ownMount } from '../../../server/src/host/coverage.ts';
import { mainStorage, planPersist } from '../../../server/src/host/persistPlan.ts';
import { hostOf, unresolvedReasons } from '../../support/coreHost.ts';
import { fixtureWorkspace, readFixture } from '../../support/fixture.ts';

suite('host model', () => {
  for (const [name, text] of [
    ['begins otherwise than Nix does', '] }'],
    ['lacks an end', '{ environment.persistence."/p".directories = [ "/x" ];'],
    ['lacks a value', '{ environment.persistence."/p".directories = ; }'],
  ] as const)
    test(`a text that ${name} is told once`, async () => {
      const host = await hostOf(`#- /hosts/web.nix  host=web\n{ imports = [ ../broken.nix ]; }\n#- /broken.nix\n${text}\n`);
      assert.deepEqual(unresolvedReasons(host), ['the file has a syntax error']);
    });

  test('subvolumes that the initrd replaces: nothing on them is kept', async () => {
    const host = await hostOf(`{
      fileSystems."/" = { device = "/dev/vda"; fsType = "btrfs"; options = [ "subvol=@" "noatime" ]; };
      fileSystems."/home" = { device = "/dev/vda"; fsType = "btrfs"; options = [ "noatime" "subvol=/@home" ]; };
      fileSystems."/data" = { device = "/dev/vda"; fsType = "btrfs"; options = [ "subvol=@data" ]; };
      fileSystems."/old" = { device = "/dev/vdb"; fsType = "btrfs"; options = [ "subvol=@home" ]; };
      boot.initrd.systemd.services.rollback.script = ''
        mount -t btrfs -o subvol=/ /dev/vda "$MNTPOINT"
        delete_subvolume_recursively() { btrfs subvolume delete "$1"; }
        mv "$MNTPOINT/@" "$MNTPOINT/old_roots/now"
        btrfs subvolume create "$MNTPOINT/@"
        delete_subvolume_recursively "$MNTPOINT/@home"
        btrfs subvolume snapshot "$MNTPOINT/snapshots/@home-blank" "$MNTPOINT/@home"
        btrfs subvolume create $MNTPOINT/@data
        btrfs subvolume snapshot -r $MNTPOINT/@data $MNTPOINT/@kept; btrfs subvolume delete $MNTPOINT/@kept
      '';
    }`);
    assert.deepEqual(
      host.renewed.map(({ subvolume, blank }) => [subvolume, blank]),
      [
        ['@', null],
        ['@home', 'snapshots/@home-blank'],
      ],
    );
    assert.equal(ownMount(host, '/home/ann'), null);
    assert.deepEqual(
      ['/data/x', '/old/x'].map((path) => ownMount(host, path)?.mountPoint),
      ['/data', '/old'],
    );
  });

  test('the subvolumes that disko mounts', async () => {
    const { mounts } = await hostOf(`{
      disko.devices.disk.main.content.partitions.x.content = {
        type = "btrfs";
        subvolumes = { "/root" = { mountpoint = "/"; }; home.mountpoint = "/home"; "/swap" = { }; };
      };
    }`);
    assert.deepEqual(
      mounts.map(({ mountPoint, subvolume }) => [mountPoint, subvolume]),
      [
        ['/', 'root'],
        ['/home', 'home'],
      ],
    );
  });

  for (const [name, body] of [
    ['a name that the shell makes', 'mount /dev/vda /mnt; btrfs subvolume delete /mnt/$sub; btrfs subvolume snapshot /mnt/blank /mnt/$sub'],
    ['not from the top', 'mount -o subvol=@,noatime /dev/vda /mnt; btrfs subvolume delete /mnt/x; btrfs subvolume create /mnt/x'],
    ['nothing is mounted there', 'btrfs subvolume delete /mnt/x; btrfs subvolume create /mnt/x'],
    ['only made where it is missing', 'mount /dev/vda /mnt; [ -e /mnt/x ] || btrfs subvolume create /mnt/x'],
  ] as const)
    test(`replaced subvolumes: none, ${name}`, async () => {
      assert.deepEqual((await hostOf(`{ boot.initrd.postDeviceCommands = ''${body}''; }`)).renewed, []);
    });

  for (const [name, module, expected] of [
    ['postDeviceCommands', '{ boot.initrd.postDeviceCommands = "zfs rollback -r rpool/local/root@blank"; }', 'rpool/local/root@blank'],
    ['mkAfter', '{ lib, ... }: { boot.initrd.postDeviceCommands = lib.mkAfter "zfs rollback -r a/b@c"; }', 'a/b@c'],
    ['postResumeCommands', "{ boot.initrd.postResumeCommands = ''\n  zfs rollback -r a/b@c\n''; }", 'a/b@c'],
    ['postMountCommands', '{ boot.initrd.postMountCommands = "zfs rollback a/b@c && echo done"; }', 'a/b@c'],
    [
      'a systemd service',
      '{ boot.initrd.systemd.services.rollback.script = "zfs rollback -r zroot/ROOT/nixos@empty"; }',
      'zroot/ROOT/nixos@empty',
    ],
    ['a program from pkgs', '{ pkgs, ... }: { boot.initrd.systemd.services.r.script = "${pkgs.zfs}/bin/zfs rollback -r a/b@c"; }', 'a/b@c'],
    [
      'ExecStart',
      '{ pkgs, ... }: { boot.initrd.systemd.services.r.serviceConfig.ExecStart = "${pkgs.zfs}/bin/zfs rollback -r a/b@c"; }',
      'a/b@c',
    ],
    ['in quotes', "{ boot.initrd.postDeviceCommands = ''zfs rollback -r \"a/b@c\"''; }", 'a/b@c'],
    ['several flags', '{ boot.initrd.postDeviceCommands = "zfs rollback -r -f a/b@c"; }', 'a/b@c'],
    ['a known variable', 'let d = "a/b"; in { boot.initrd.postDeviceCommands = "zfs rollback -r ${d}@c"; }', 'a/b@c'],
    [
      'the device of the root',
      '{ config, ... }: { fileSystems."/".device = "a/b"; boot.initrd.postDeviceCommands = "zfs rollback -r ${config.fileSystems."/".device}@c"; }',
      'a/b@c',
    ],
    [
      'of several the root',
      '{ fileSystems."/".device = "p/r"; boot.initrd.postDeviceCommands = "zfs rollback -r p/home@x; zfs rollback -r p/r@y"; }',
      'p/r@y',
    ],
    [
      'of several the one that is called so',
      '{ boot.initrd.postDeviceCommands = "zfs rollback -r p/home@x; zfs rollback -r p/root@y"; }',
      'p/root@y',
    ],
    ['none', '{ boot.initrd.postDeviceCommands = "echo zfs"; }', null],
    ['switched off', '{ lib, ... }: { boot.initrd.postDeviceCommands = lib.mkIf false "zfs rollback -r a/b@c"; }', null],
    ['not in the initrd', '{ systemd.services.x.script = "zfs rollback -r a/b@c"; }', null],
    ['a variable of the shell', "{ boot.initrd.postDeviceCommands = ''zfs rollback -r $ROOT@blank''; }", null],
    ['btrfs', "{ boot.initrd.postDeviceCommands = ''btrfs subvolume snapshot /mnt/root-blank /mnt/root''; }", null],
  ] as const)
    test(`rollback: ${name}`, async () => {
      const { rollback } = await hostOf(module);
      assert.equal(rollback && `${rollback.dataset}@${rollback.snapshot}`, expected);
    });

  test('every dataset that is rolled back, the root first: nothing on it is kept', async () => {
    const host = await hostOf(`{
      fileSystems."/" = { device = "p/r"; fsType = "zfs"; };
      fileSystems."/home" = { device = "p/home"; fsType = "zfs"; };
      fileSystems."/persist" = { device = "p/persist"; fsType = "zfs"; };
      boot.initrd.postDeviceCommands = "zfs rollback -r p/home@x; zfs rollback -r p/r@y; zfs rollback -r p/home@z";
    }`);
    assert.deepEqual(
      host.rollbacks.map(({ dataset, snapshot }) => `${dataset}@${snapshot}`),
      ['p/r@y', 'p/home@x'],
    );
    assert.equal(host.rollbacks[0], host.rollback);
    assert.equal(ownMount(host, '/home/ann/.ssh'), null);
    assert.equal(ownMount(host, '/persist/a')?.device, 'p/persist');
    assert.deepEqual((await hostOf('{ }')).rollbacks, []);
  });

  for (const [name, module, expected] of [
    ['fileSystems', '{ fileSystems."/" = { device = "x"; fsType = "btrfs"; }; }', 'btrfs'],
    [
      'disko, a partition',
      '{ disko.devices.disk.a.content.partitions.r.content = { type = "filesystem"; format = "bcachefs"; mountpoint = "/"; }; }',
      'bcachefs',
    ],
    [
      'disko, a subvolume',
      '{ disko.devices.disk.a.content.partitions.r.content = { type = "btrfs"; subvolumes."/root".mountpoint = "/"; }; }',
      'btrfs',
    ],
    [
      'disko, in LUKS',
      '{ disko.devices.disk.a.content.partitions.l.content = { type = "luks"; content = { type = "btrfs"; subvolumes.root.mountpoint = "/"; }; }; }',
      'btrfs',
    ],
    ['disko, a dataset', '{ disko.devices.zpool.p.datasets.root = { type = "zfs_fs"; mountpoint = "/"; }; }', 'zfs'],
    ['disko, memory', '{ disko.devices.nodev."/".fsType = "tmpfs"; }', 'tmpfs'],
    ['a rollback alone', '{ boot.initrd.postDeviceCommands = "zfs rollback -r a/b@c"; }', 'zfs'],
    ['nothing', '{ }', null],
    ['a value that is not known', '{ x, ... }: { fileSystems."/" = { device = "x"; fsType = x; }; }', null],
  ] as const)
    test(`root filesystem: ${name}`, async () => {
      assert.equal((await hostOf(module)).rootFilesystem, expected);
    });

  test('coverage', async () => {
    const host = await hostOf(`{ lib, x, ... }: {
      environment.persistence."/p" = {
        directories = [ "/var/lib" "/var/lib/a/b" ] ++ lib.optional x.y "/srv";
        files = [ "/etc/f" ];
        users.ann.directories = [ ".ssh" ];
      };
      environment.persistence."/q".directories = lib.optional x.y "/var/lib" ++ [ "/srv" ];
      environment.etc.ssh.source = "/p/ssh";
    }`);
    const coverage = new Coverage(host);
    for (const [path, by] of [
      ['/var/lib', '/var/lib'],
      ['/var/lib/x/y', '/var/lib'],
      ['/var/lib/a/b/c', '/var/lib/a/b'],
      ['/var/lib/a', '/var/lib'],
      ['/var', null],
      ['/var/library', null],
      ['/', null],
      ['/etc/f', '/etc/f'],
      ['/etc/f/below', null],
      ['/etc/ssh/key', '/etc/ssh'],
      ['/home/ann/.ssh/id', '/home/ann/.ssh'],
      ['/home/ann', null],
      ['/home/bob/.ssh', null],
    ] as const)
      assert.equal(coverage.of(path)?.path ?? null, by, path);
    assert.deepEqual(coverage.of('/var/lib')?.conditions, [], 'the one that holds for sure speaks');
    assert.equal(coverage.of('/srv')?.storage, '/q');
    assert.deepEqual(
      ['/var', '/etc', '/opt', '/var/lib/a/b', '/'].map((path) => coverage.hasBelow(path)),
      [true, true, false, false, true],
    );
  });

  test('own mounts', async () => {
    const host = await hostOf(`{ x, ... }: {
      boot.initrd.postDeviceCommands = "zfs rollback -r p/root@b";
      fileSystems = {
        "/" = { device = "p/root"; fsType = "zfs"; };
        "/var" = { device = "p/var"; fsType = "zfs"; };
        "/var/tmp" = { device = "none"; fsType = "tmpfs"; };
        "/var/tmp/keep/" = { device = "p/keep"; fsType = "zfs"; };
        "/same" = { device = "p/root"; fsType = "zfs"; };
        "/home".neededForBoot = true;
        "/data" = { label = "data"; fsType = x; };
      };
    }`);
    for (const [path, by] of [
      ['/var', '/var'],
      ['/var/log/journal', '/var'],
      ['/various', null],
      ['/var/tmp', null],
      ['/var/tmp/a', null],
      ['/var/tmp/keep/a', '/var/tmp/keep'],
      ['/same/x', null],
      ['/home/a', null],
      ['/data/a', '/data'],
      ['/etc', null],
      ['/', null],
    ] as const)
      assert.equal(ownMount(host, path)?.mountPoint ?? null, by, path);
  });

  test('the main storage', async () => {
    for (const [module, expected] of [
      ['{ }', null],
      ['{ environment.persistence."/a" = { }; environment.persistence."/b" = { }; }', '/a'],
      ['{ environment.persistence."/a".files = [ "/x" ]; environment.persistence."/b".files = [ "/x" "/y" ]; }', '/b'],
      ['{ environment.persistence."/a".users.u.files = [ "x" "y" ]; environment.persistence."/b".files = [ "/x" ]; }', '/b'],
      ['{ lib, x, ... }: { environment.persistence."/a" = lib.mkIf x.y { files = [ "/x" ]; }; }', null],
      ['{ environment.persistence.main.files = [ "/x" ]; environment.persistence."/b" = { }; }', '/b'],
    ] as const)
      assert.equal(mainStorage(await hostOf(module))?.storage ?? null, expected, module);
  });

  test('a plan for paths of users and of the system', async () => {
    const host = await hostOf(`{
      users.users.bob.home = "/u/bob";
      users.users.eve = { };
      environment.persistence."/p" = { files = [ "/x" ]; users.ann.files = [ "x" ]; };
    }`);
    const paths = ['/var/log/', '/home/ann/.ssh', '/u/bob/a/b', '/home/eve/.config', '/home/zoe/x', '/home/ann', '/home/annabel/x'];
    const plan = planPersist(
      [host],
      host,
      paths.map((path) => ({ kind: 'directory', path })),
    );
    assert.deepEqual(
      plan?.entries.map(({ user, path }) => `${user ?? '-'} ${path}`),
      ['- /var/log', 'ann .ssh', 'bob a/b', 'eve .config', '- /home/zoe/x', '- /home/ann', '- /home/annabel/x'],
    );
    assert.deepEqual([plan.hosts, plan.clash], [['web'], null]);
  });

  test('of several files the one with the nearest sibling is taken', async () => {
    const { workspace } = await fixtureWorkspace(
      readFixture(`#- /a.nix  host=web
{ environment.persistence."/p".directories = [ "/etc/x" "/etc/y" ]; }
#- /b.nix  host=web
{ environment.persistence."/p".directories = [ "/var/lib/x" ]; }`),
    );
    const { hosts } = workspace.analysis();
    const [host] = hosts;
    assert.ok(host);
    for (const [path, file] of [
      ['/var/lib/y', '/fleet/b.nix'],
      ['/etc/z', '/fleet/a.nix'],
    ] as const)
      assert.equal(planPersist(hosts, host, [{ kind: 'directory', path }])?.declaration.binding.file, file);
  });

  test("the host's own file is taken before one that is shared, though that has the nearer sibling", async () => {
    const { workspace } = await fixtureWorkspace(
      readFixture(`#- /shared.nix  host=web,mail
{ environment.persistence."/p".directories = [ "/var/lib/x" ]; }
#- /web.nix  host=web
{ environment.persistence."/p".directories = [ "/etc/x" ]; }`),
    );
    const { hosts } = workspace.analysis();
    const plans = hosts.map((host) => planPersist(hosts, host, [{ kind: 'directory', path: '/var/lib/y' }]));
    assert.deepEqual(
      plans.map((plan) => [plan?.declaration.binding.file, plan?.hosts]),
      [
        ['/fleet/web.nix', ['web']],
        ['/fleet/shared.nix', ['web', 'mail']],
      ],
    );
  });
});
