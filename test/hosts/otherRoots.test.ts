import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ChangeRecord } from '../../server/src/remote/changeRecord.ts';
import { blankPlace, lookAt } from '../../server/src/remote/look.ts';
import { nodeBackend } from '../../server/src/remote/nodeTools.ts';
import { testHost } from '../support/remoteTools.ts';
import type { TestHost } from '../support/remoteTools.ts';
import { skip } from '../support/skip.ts';
import { run } from './run.ts';
import { startZfsMachine, zfsMachineMissing } from './zfsMachine.ts';
import type { ZfsMachine } from './zfsMachine.ts';

function written({ kind, fileType, path, newPath, links }: ChangeRecord): string {
  const names = [path, ...(newPath === null ? [] : [newPath])].map((name) => name.toString('latin1'));
  return [kind, fileType, ...names, ...(links === 0 ? [] : [links])].join('\t');
}

type Kind = 'btrfs' | 'tmpfs' | 'overlay-etc';

/** A real kernel with real btrfs, tmpfs and overlay roots: a namespace of the ZFS machine whose / is that root, with sshd inside. */
suite('walking roots that are not ZFS, over ssh', function () {
  this.timeout(300_000);
  let machine: ZfsMachine;
  let sshConfig: string;
  const hosts = new Map<Kind, TestHost>();

  suiteSetup(async function () {
    const missing = zfsMachineMissing();
    if (missing !== null) skip(this, missing);
    machine = await startZfsMachine();
    const script = readFileSync(join(import.meta.dirname, 'otherRoot.sh'), 'utf8');
    const kinds: readonly Kind[] = ['btrfs', 'tmpfs', 'overlay-etc'];
    const made = await machine.exec(`set -e
      chmod 666 /dev/null; mkdir -p /persist/var/lib/nixos /run/other
      cat >/run/otherRoot.sh <<'SCRIPT'\n${script}\nSCRIPT
      for kind in ${kinds.join(' ')}; do bash /run/otherRoot.sh make $kind; done`);
    assert.deepEqual([made.stderr, made.status], ['', 0]);
    sshConfig = join(dirname(machine.sshConfig), 'other_config');
    const plain = readFileSync(machine.sshConfig, 'utf8').replaceAll('Host vm vm-alice', 'Host vm vm-alice vm-*');
    const through = (kind: Kind): string =>
      `Host vm-${kind}\n  User root\n  ProxyCommand ssh -F ${machine.sshConfig} vm bash /run/otherRoot.sh serve ${kind}\n`;
    writeFileSync(sshConfig, kinds.map(through).join('') + plain);
    for (const kind of kinds) hosts.set(kind, testHost(sshConfig, `vm-${kind}`, { declared: ['/var/lib/nixos'] }));
  });
  suiteTeardown(async () => {
    for (const host of hosts.values()) await host.close();
    await machine?.stop();
  });

  const hostOf = (kind: Kind): TestHost => hosts.get(kind) ?? assert.fail(kind);
  /** Runs a script as root where `/` is the other root: beside the listing, over a connection of its own. */
  const inside = async (kind: Kind, script: string): Promise<string> => {
    const { stdout, stderr, status } = await run('ssh', ['-F', sshConfig, `vm-${kind}`, 'bash -s'], { input: script, seconds: 240 });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const rows = (kind: Kind): string[] => hostOf(kind).rows.map(written).sort();

  test('btrfs: against the blank subvolume, every kind of change', async () => {
    await inside(
      'btrfs',
      String.raw`set -e
      mkdir -p /srv/dir /var/lib/app; cd /srv; echo x >file; echo x >'odd name'; echo x >$'new\nline'; echo x >$'latin1-\xe9'; ln file second-name
      mkfifo pipe; ln -s nowhere link; mknod device c 1 3; chmod 711 /root; echo root:x:0: >>/etc/group; rm /etc/shadow
      mv /var/log /var/renamed; setfattr -n user.keepsake -v x /etc/passwd
      python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
      btrfs -q subvolume create /var/lib/machines; echo x >/var/lib/machines/inside; head -c 5000 /dev/zero >/var/lib/app/data; sync`,
    );
    const { state, partial, problem, listedBy, notes } = await hostOf('btrfs').list();
    assert.deepEqual([state, partial, problem, notes], ['done', false, null, []]);
    assert.deepEqual(listedBy, { backend: 'walk', baseline: 'blank' });
    assert.deepEqual(
      rows('btrfs'),
      [
        '+\t/\t/srv/dir',
        '+\t/\t/var/lib/app',
        '+\t/\t/var/lib/machines',
        '+\t/\t/var/lib/nixos',
        '+\t@\t/srv/link',
        '+\tC\t/srv/device',
        '+\tF\t/srv/file',
        '+\tF\t/srv/latin1-\xe9',
        '+\tF\t/srv/new\nline',
        '+\tF\t/srv/odd name',
        '+\tF\t/srv/second-name',
        '+\tF\t/var/lib/app/data',
        '+\tF\t/var/lib/machines/inside',
        '+\t|\t/srv/pipe',
        '+\t=\t/srv/socket',
        'R\t/\t/var/log\t/var/renamed',
        '-\tF\t/etc/shadow',
        'M\t/\t/etc',
        'M\t/\t/root',
        'M\t/\t/srv',
        'M\t/\t/var',
        'M\t/\t/var/lib',
        'M\tF\t/etc/passwd',
        'M\tF\t/etc/group',
      ].sort(),
    );
    assert.equal(hostOf('btrfs').rows.find(({ path }) => path.toString() === '/var/lib/app/data')?.size, 5000);
    const { link, plan } = hostOf('btrfs').reader;
    const blank = (path: string): ReturnType<typeof lookAt> => {
      const place = blankPlace(plan?.targets ?? [], path) ?? assert.fail('nothing to look into');
      return lookAt({ link, sudo: false, newMark: nodeBackend.newMark }, place, new AbortController().signal);
    };
    assert.equal((await blank('/etc/shadow')).problem, null);
    assert.ok(((await blank('/etc/shadow')).size ?? 0) > 0, 'what was removed is there in the blank state');
    assert.doesNotMatch((await blank('/etc/group')).text ?? '', /^root:x:0:$[^]*^root:x:0:$/m);
    assert.equal((await blank('/srv/file')).size, null);
    const probe = hostOf('btrfs').live.probe();
    assert.deepEqual([probe?.root?.type, probe?.erased[0]?.blank], ['btrfs', 'root-blank']);
  });

  test('btrfs: without a blank subvolume, what an old root had', async () => {
    await machine.exec(`cd /run/other/btrfs.top; mkdir old_roots; btrfs -q subvolume snapshot root-blank old_roots/2026-01-01T00:00:00
      echo older >old_roots/2026-01-01T00:00:00/srv/only-then; btrfs -q subvolume snapshot old_roots/2026-01-01T00:00:00 old_roots/2026-01-02T00:00:00`);
    const { state, listedBy } = await hostOf('btrfs').list({ baseline: 'old-root' });
    assert.deepEqual([state, listedBy], ['done', { backend: 'walk', baseline: 'old-root' }]);
    assert.ok(rows('btrfs').includes('-\tF\t/srv/only-then') && rows('btrfs').includes('+\tF\t/srv/file'));
  });

  test('btrfs: nothing of it stays mounted there', async () => {
    assert.equal(await inside('btrfs', 'findmnt -rno TARGET /sys'), '/sys\n');
    assert.equal((await machine.exec('findmnt -rno TARGET /sys')).stdout, '/sys\n');
  });

  test('tmpfs: all that find finds there', async () => {
    await inside(
      'tmpfs',
      String.raw`mkdir -p /srv/a; echo x >/srv/a/b; echo x >$'/srv/\e[31mred'; ln /srv/a/b /srv/c; mkdir -p /home/alice; mount -t tmpfs none /home/alice`,
    );
    const { state, partial, listedBy } = await hostOf('tmpfs').list();
    assert.deepEqual([state, partial, listedBy], ['done', false, { backend: 'walk', baseline: 'empty' }]);
    const found = (await inside('tmpfs', `mount --bind / /sys; find /sys -mindepth 1 -xdev -printf '%P\\0'`)).split('\0').slice(0, -1);
    assert.deepEqual(
      hostOf('tmpfs')
        .rows.map(({ path }) => path.toString('utf8').slice(1))
        .sort(),
      found.sort(),
    );
    assert.ok(found.includes('srv/c') && found.includes('srv/a/b'));
  });

  test('a mutable /etc on an overlay: what is written there is told as being there', async () => {
    await inside('overlay-etc', 'echo abc >/etc/machine-id; mkdir /etc/own; echo x >/etc/own/file; echo y >/etc/hostname');
    const { state, counts } = await hostOf('overlay-etc').list();
    assert.equal(state, 'done');
    const all = rows('overlay-etc');
    for (const row of ['+\tF\t/etc/machine-id', '+\t/\t/etc/own', '+\tF\t/etc/own/file', '+\tF\t/etc/hostname'])
      assert.ok(all.includes(row), row);
    assert.ok(!all.some((row) => row.includes('/.rw-etc/work')));
    assert.ok(counts.lost.critical > 0, 'the machine-id is not hidden by the overlay');
  });
});
