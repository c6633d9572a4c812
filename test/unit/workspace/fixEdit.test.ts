import assert from 'node:assert/strict';
import { applyEdits } from '../../../server/src/edits/textEdit.ts';
import { referTo } from '../../../server/src/findings/entryReference.ts';
import type { EntryReference, FixChange } from '../../../server/src/findings/finding.ts';
import type { HostModel } from '../../../server/src/host/hostModel.ts';
import { fixEdit } from '../../../server/src/workspace/fixEdit.ts';
import type { Workspace } from '../../../server/src/workspace/workspace.ts';
import type { MemoryFiles } from '../../support/coreFiles.ts';
import { FIXTURE_ROOT, fixtureWorkspace, readFixture } from '../../support/fixture.ts';

class Fleet {
  readonly workspace: Workspace;
  readonly disk: MemoryFiles;

  constructor(workspace: Workspace, disk: MemoryFiles) {
    this.workspace = workspace;
    this.disk = disk;
  }

  host(name = 'web'): HostModel {
    return this.workspace.analysis().hosts.find((host) => host.name === name) ?? assert.fail(name);
  }

  entry(path: string, name = 'web'): EntryReference {
    const host = this.host(name);
    return referTo(host, host.entries.find((entry) => entry.path === path) ?? assert.fail(path));
  }

  /** Makes a change for a host; the text of the only file that it touches, or why nothing was done. */
  change(change: FixChange, name = 'web'): string {
    const made = fixEdit(this.workspace, this.host(name), { title: 'Do it', safe: true, change });
    if ('problem' in made) return `problem: ${made.problem}`;
    for (const { file, edits } of made.files) {
      this.disk.files.set(file, applyEdits(this.disk.files.get(file) as string, edits));
      this.workspace.filesChanged([file]);
    }
    const [only, ...more] = made.files;
    assert.ok(only && more.length === 0);
    return (this.disk.files.get(only.file) as string).trimEnd();
  }

  hostsOf(change: FixChange, name = 'web'): readonly string[] {
    const made = fixEdit(this.workspace, this.host(name), { title: 'Do it', safe: true, change });
    return 'problem' in made ? assert.fail(made.problem) : made.hosts;
  }
}

async function fleet(text: string): Promise<Fleet> {
  const { workspace, disk } = await fixtureWorkspace(readFixture(text));
  return new Fleet(workspace, disk);
}

const PERSIST = `{
  environment.persistence."/persist" = {
    directories = [
      "/var/lib/a"
      "/var/lib/b"
      "/home/ann/x"
    ];
    files = [ "/etc/f" ];
  };
  users.users.ann.isNormalUser = true;
}`;

/** Lists of a set of the author's own, and what of it is kept. */
function ownLists(kept: string): string {
  return `{ config, lib, ... }:
{
  options.my = lib.mkOption { };
  config.my.keep = {
    directories = [
      "/etc/f"
      "/srv"
    ];
    files = [ "/etc/g" ];
  };
  config.environment.persistence."/persist" = { ${kept} };
}`;
}

suite('the edit of a fix', () => {
  test('remove', async () => {
    const web = await fleet(PERSIST);
    const removed = web.entry('/var/lib/a');
    assert.equal(web.change({ kind: 'remove', entry: removed }), PERSIST.replace('      "/var/lib/a"\n', ''));
    assert.equal(web.change({ kind: 'remove', entry: removed }), 'problem: /var/lib/a is no longer there.');
  });

  test('exchange: for another one of its kind in its place, for others in their list', async () => {
    const web = await fleet(PERSIST);
    const one = web.change({ kind: 'replace-entry', entry: web.entry('/var/lib/b'), by: [{ kind: 'directory', path: '/var/lib/b/data' }] });
    assert.equal(one, PERSIST.replace('/var/lib/b', '/var/lib/b/data'));
    const by = [
      { kind: 'file', path: '/var/lib/a/key' },
      { kind: 'file', path: '/var/lib/a/key.pub' },
    ] as const;
    const removed = web.entry('/var/lib/a');
    const files = web.change({ kind: 'replace-entry', entry: removed, by });
    assert.match(files, /directories = \[\n {6}"\/var\/lib\/b\/data"/);
    assert.match(files, /files = \[\s+"\/etc\/f"\s+"\/var\/lib\/a\/key"\s+"\/var\/lib\/a\/key.pub"\s+\];/);
    assert.equal(web.change({ kind: 'replace-entry', entry: removed, by }), 'problem: /var/lib/a is no longer there.');
  });

  test('an option gives way to an entry', async () => {
    const web = await fleet(PERSIST.replace('  users.users', '  environment.etc."id".source = "/persist/etc/id";\n  users.users'));
    const entries = [{ kind: 'file', path: '/etc/id' }] as const;
    const option = ['environment', 'etc', 'id'];
    assert.equal(
      web.change({ kind: 'replace-option', option, entries }),
      PERSIST.replace('[ "/etc/f" ]', '[\n      "/etc/f"\n      "/etc/id"\n    ]'),
    );
    assert.match(web.change({ kind: 'replace-option', option, entries }), /problem: `environment.etc.id` is not defined/);
  });

  test('merge into the parent: the first is it from now on; where the parent is kept, all go', async () => {
    const web = await fleet(PERSIST);
    const entries = [web.entry('/var/lib/a'), web.entry('/var/lib/b')];
    const merged = web.change({ kind: 'merge-into-parent', parent: '/var/lib', entries });
    assert.equal(merged, PERSIST.replace('"/var/lib/a"\n      "/var/lib/b"', '"/var/lib"'));
    const both = await fleet(PERSIST.replace('"/home/ann/x"', '"/var/lib"'));
    const all = [both.entry('/var/lib/a'), both.entry('/var/lib/b')];
    assert.match(
      both.change({ kind: 'merge-into-parent', parent: '/var/lib', entries: all }),
      /directories = \[\n {6}"\/var\/lib"\n {4}\];/,
    );
  });

  test('merge a file into its directory: it is in the other list', async () => {
    const web = await fleet(PERSIST);
    const merged = web.change({ kind: 'merge-into-parent', parent: '/etc', entries: [web.entry('/etc/f')] });
    assert.match(merged, /"\/etc"\n {4}\];\n {4}files = \[ \];/);
  });

  test('merge into the parent below a home', async () => {
    const web = await fleet(`{ environment.persistence."/persist".users.ann.directories = [ ".config/a" ".config/b" ]; }`);
    const entries = [web.entry('/home/ann/.config/a'), web.entry('/home/ann/.config/b')];
    assert.match(web.change({ kind: 'merge-into-parent', parent: '/home/ann/.config', entries }), /directories = \[ "\.config" \];/);
  });

  test('move to a user, and to the other list', async () => {
    const web = await fleet(PERSIST);
    const moved = web.change({ kind: 'move-to-user', entry: web.entry('/home/ann/x'), user: 'ann', relative: 'x' });
    assert.match(moved, /users\.ann = \{\n {6}directories = \[ "x" \];\n {4}\};/);
    assert.deepEqual(
      web.host().entries.map(({ path, user }) => `${user} ${path}`),
      ['null /var/lib/a', 'null /var/lib/b', 'null /etc/f', 'ann /home/ann/x'],
    );
    const listed = web.change({ kind: 'move-to-list', entry: web.entry('/etc/f'), to: 'directory' });
    assert.match(listed, /"\/etc\/f"\n {6}"\/var\/lib\/a"/);
    assert.match(listed, /files = \[ \];/);
  });

  test("move to the other list of a set of the author's own, where what stands there is kept", async () => {
    const web = await fleet(ownLists('inherit (config.my.keep) directories files;'));
    const moved = web.change({ kind: 'move-to-list', entry: web.entry('/etc/f'), to: 'file' });
    assert.match(moved, /directories = \[\n {6}"\/srv"\n {4}\];\n {4}files = \[\s+"\/etc\/g"\s+"\/etc\/f"\s+\];/);
    assert.deepEqual(
      web
        .host()
        .entries.map(({ path, kind }) => `${kind} ${path}`)
        .toSorted(),
      ['directory /srv', 'file /etc/f', 'file /etc/g'],
    );
    const without = await fleet(ownLists('inherit (config.my.keep) directories;'));
    const refused = without.change({ kind: 'move-to-list', entry: without.entry('/etc/f'), to: 'file' });
    assert.match(refused, /problem: There is no list beside it/);
  });

  test('users whose names are computed are known by what they come to', async () => {
    const web = await fleet(`{ config, lib, ... }:
{
  options.my.user = lib.mkOption { default = "ann"; };
  config.environment.persistence."/persist" = {
    files = [ "/home/ann/f" ];
    users.\${config.my.user} = {
      directories = [ "x" ];
    };
  };
  config.users.users.ann.isNormalUser = true;
}`);
    const moved = web.change({ kind: 'move-to-user', entry: web.entry('/home/ann/f'), user: 'ann', relative: 'f' });
    assert.match(moved, /directories = \[ "x" \];\n {6}files = \[ "f" \];/);
    const kept = web.change({ kind: 'insert', entries: [{ kind: 'directory', path: '/home/ann/y' }] });
    assert.match(kept, /directories = \[\s+"x"\s+"y"\s+\];/);
  });

  test('move is refused with attributes that the other list does not know', async () => {
    const web = await fleet(`{ environment.persistence."/persist".directories = [ { directory = "/etc/f"; mode = "0700"; } ]; }`);
    assert.match(web.change({ kind: 'move-to-list', entry: web.entry('/etc/f'), to: 'file' }), /problem: .*has attributes/);
  });

  test('attributes, and back', async () => {
    const web = await fleet(
      `{ environment.persistence."/persist".directories = [ "/a" { directory = "/b"; } { directory = "/c"; mode = "0700"; } ]; }`,
    );
    assert.match(
      web.change({ kind: 'set-attributes', entry: web.entry('/a'), attributes: { mode: '0700' } }),
      /\{ directory = "\/a"; mode = "0700"; \}/,
    );
    assert.match(web.change({ kind: 'plain-string', entry: web.entry('/b') }), /\n {2}"\/b"\n/);
    assert.equal(web.change({ kind: 'plain-string', entry: web.entry('/c') }), 'problem: it is so already.');
  });

  test('a tidy list, another path, another key', async () => {
    const web = await fleet(`{ environment.persistence."/persist".directories = [ "/b" "/a/" "/b" ]; }`);
    assert.match(web.change({ kind: 'tidy-list', entry: web.entry('/b') }), /\[ "\/a\/" "\/b" \]/);
    assert.match(web.change({ kind: 'rewrite-path', entry: web.entry('/a'), to: '/a' }), /\[ "\/a" "\/b" \]/);
    assert.match(
      web.change({ kind: 'rewrite-key', mechanism: 'impermanence', from: '/persist', to: '/keep' }),
      /persistence\."\/keep"\.dir/,
    );
    assert.match(web.change({ kind: 'rewrite-key', mechanism: 'impermanence', from: '/persist', to: '/keep' }), /problem: the storage/);
  });

  test('needed for boot: in the mount, beside disko, and where neither is', async () => {
    const boot: FixChange = { kind: 'needed-for-boot', mountPoint: '/persist' };
    const mounted = await fleet(`{\n  fileSystems."/persist" = {\n    device = "/dev/sda1";\n    fsType = "ext4";\n  };\n}`);
    assert.match(mounted.change(boot), /fsType = "ext4";\n {4}neededForBoot = true;\n {2}\};/);
    const disko = await fleet(`{
  disko.devices.disk.main.content.partitions.p.content = {
    type = "filesystem";
    format = "ext4";
    mountpoint = "/persist";
  };
}`);
    assert.match(disko.change(boot), /\n {2}\};\n {2}fileSystems\."\/persist"\.neededForBoot = true;\n\}$/);
    const neither = await fleet(`{ a = 1; }`);
    assert.equal(neither.change(boot), 'problem: /persist is not mounted by a file of the workspace.');
  });

  test('a service for the rollback', async () => {
    const option = ['boot', 'initrd', 'postDeviceCommands'];
    const web = await fleet(`{ lib, ... }:\n{\n  boot.initrd.postDeviceCommands = lib.mkAfter "zfs rollback -r rpool/root@blank";\n}`);
    assert.match(web.change({ kind: 'rollback-service', option }), /boot\.initrd\.systemd\.services\.rollback = \{\n {4}description/);
    assert.deepEqual(web.host().rollback?.snapshot, 'blank', 'it is known as the rollback still');
    const twice = await fleet(
      `{ lib, ... }:\n{\n  boot.initrd.postDeviceCommands = "zfs rollback a/b@c";\n  boot.initrd.systemd.services.rollback = { };\n}`,
    );
    assert.match(twice.change({ kind: 'rollback-service', option }), /problem: there is a service `rollback`/);
  });

  test('preservation instead of impermanence: the same is kept', async () => {
    const web = await fleet(PERSIST);
    const kept = web.host().entries.map(({ path }) => path);
    const text = web.change({ kind: 'convert-to-preservation', storage: '/persist' });
    assert.match(text, /preservation\.enable = true;\n {2}preservation\.preserveAt\."\/persist" = \{/);
    assert.deepEqual(
      web.host().entries.map(({ path }) => path),
      kept,
    );
    assert.ok(web.host().entries.every(({ mechanism }) => mechanism === 'preservation'));
  });

  test('preservation is told modes, early mounts and links', async () => {
    const web = await fleet(`{
  environment.persistence."/persist" = {
    directories = [ "/var/lib/nixos" ];
    files = [ "/etc/ssh/ssh_host_ed25519_key" ];
    users.ann.directories = [ ".ssh" "Music" ];
  };
}`);
    const text = web.change({ kind: 'convert-to-preservation', storage: '/persist' });
    assert.match(text, /directory = "\/var\/lib\/nixos";\s+inInitrd = true;/);
    assert.match(text, /file = "\/etc\/ssh\/ssh_host_ed25519_key";\s+how = "symlink";\s+configureParent = true;/);
    assert.match(text, /directory = "\.ssh";\s+mode = "0700";/);
    assert.match(text, /"Music"/);
  });

  test('what is kept anew with preservation is told what it needs', async () => {
    const web = await fleet(`{ preservation = { enable = true; preserveAt."/persist".directories = [ "/srv" ]; }; }`);
    const machineId = web.change({ kind: 'insert', entries: [{ kind: 'file', path: '/etc/machine-id' }] });
    assert.match(machineId, /\{ file = "\/etc\/machine-id"; mode = "0444"; inInitrd = true; \}/);
    const log = web.change({ kind: 'insert', entries: [{ kind: 'directory', path: '/var/log' }] });
    assert.match(log, /"\/srv"\s+"\/var\/log"/);
  });

  test('options: a string in one, one more, one less', async () => {
    const web = await fleet(`{\n  sops.age.keyFile = "/var/lib/key";\n  environment.persistence."/persist".directories = [ ];\n}`);
    const option = ['sops', 'age', 'keyFile'];
    assert.match(
      web.change({ kind: 'replace-string', option, from: '/var/lib/key', to: '/persist/var/lib/key' }),
      /keyFile = "\/persist\/var\/lib\/key";/,
    );
    assert.match(
      web.change({ kind: 'set-option', option: ['sops', 'age', 'generateKey'], value: 'true' }),
      /keyFile[^\n]*\n {2}sops\.age\.generateKey = true;/,
    );
    assert.match(
      web.change({ kind: 'set-option', option: ['users', 'mutableUsers'], value: 'false' }),
      /directories = \[ \];\n {2}users\.mutableUsers = false;\n\}/,
    );
    assert.doesNotMatch(web.change({ kind: 'remove-option', option }), /keyFile/);
    assert.match(web.change({ kind: 'remove-option', option }), /problem: `sops\.age\.keyFile` is not defined/);
  });

  test('everything that is missing, in one step', async () => {
    const web = await fleet(`{ environment.persistence."/persist".directories = [ ]; services.openssh.enable = true; }`);
    assert.ok(web.workspace.analysis().findings.length > 2);
    web.change({ kind: 'insert-missing' });
    assert.deepEqual(web.workspace.analysis().findings, []);
  });

  test('it says which hosts it touches: those that have what is changed', async () => {
    const shared = await fleet(`#- /a.nix  host=a
{ imports = [ ./shared.nix ]; }
#- /b.nix  host=b
{ imports = [ ./shared.nix ]; }
#- /c.nix  host=c
{ }
#- /shared.nix
{ environment.persistence."/persist".directories = [ "/x" "/y" ]; boot.tmp.cleanOnBoot = true; }`);
    assert.deepEqual(shared.hostsOf({ kind: 'remove', entry: shared.entry('/x', 'a') }, 'a'), ['a', 'b']);
    assert.deepEqual(shared.hostsOf({ kind: 'remove-option', option: ['boot', 'tmp', 'cleanOnBoot'] }, 'a'), ['a', 'b']);
  });

  test('nothing while the text does not parse', async () => {
    const web = await fleet(PERSIST);
    const entry = web.entry('/var/lib/a');
    web.workspace.openText(`${FIXTURE_ROOT}/web.nix`, `${PERSIST} }`, 1);
    assert.match(web.change({ kind: 'remove', entry }), /problem: The file has a syntax error/);
  });
});
