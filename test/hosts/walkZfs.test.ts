import assert from 'node:assert/strict';
import type { ChangeRecord } from '../../server/src/remote/changeRecord.ts';
import { codes } from '../../server/src/remote/verdictCode.ts';
import { ZfsDiffParser } from '../../server/src/remote/zfsDiffParser.ts';
import { testHost } from '../support/remoteTools.ts';
import type { TestHost } from '../support/remoteTools.ts';
import { skip } from '../support/skip.ts';
import { scenario } from './zfs/scenario.ts';
import { startZfsMachine, zfsMachineMissing } from './zfsMachine.ts';
import type { ZfsMachine } from './zfsMachine.ts';

/** A row as one would write it down, without its time. */
function written({ kind, fileType, path, newPath, links }: ChangeRecord): string {
  const names = [path, ...(newPath === null ? [] : [newPath])].map((name) => name.toString('latin1'));
  return [kind, fileType, ...names, ...(links === 0 ? [] : [links])].join('\t');
}

/** Things that are there before the snapshot that is compared with. */
const before = String.raw`set -e
  mkdir -p /srv/old/full/deep /srv/old/renamed-dir/sub /srv/old/elsewhere; cd /srv/old
  for name in content chmod chown touched xattr acl same gone moved moved-and-changed into-dir to-dir swap-a swap-b linked many-names \
    replaced over 'odd name' $'new\nline' unlinked; do echo "$name" >"$name"; done
  echo x >full/deep/file; echo x >renamed-dir/sub/file; ln many-names second-name; ln -s one link; ln -s one link-changed
  mkfifo pipe; mkfifo pipe-gone; mknod device c 1 3
  echo kept >elsewhere/last-link; ln elsewhere/last-link first-link
  zpool sync; sleep 1.1; zfs snapshot rpool/local/root@later`;

/** Every kind of change to them. */
const after = String.raw`set -e
  cd /srv/old
  echo more >>content; chmod 600 chmod; chown 1000 chown; touch touched; setfattr -n user.test -v 1 xattr; setfacl -m u:1000:r acl
  rm gone; mv moved moved-here; mv moved-and-changed moved-and-changed-here; echo more >>moved-and-changed-here; mv into-dir elsewhere/
  rm to-dir; mkdir to-dir; mv swap-a swap-c; mv swap-b swap-a; mv swap-c swap-b; ln linked linked-again; rm second-name
  rm replaced; echo new >replaced; echo new >fresh; mv fresh over; rm -r full; mv renamed-dir dir-renamed; mv 'odd name' $'odd\tname'
  rm $'new\nline'; ln -sfn two link-changed; rm pipe-gone; mkfifo pipe-new; mknod device-new b 7 0
  python3 -c 'import socket; s = socket.socket(socket.AF_UNIX); s.bind("socket-new")'
  mkdir new-dir; for name in 'a b' $'tab\there' $'new\nline' 'back\slash' $'latin1-\xe9' $'caf\xc3\xa9' '(+1)' 'a -> b' '$(reboot)'; do echo x >"new-dir/$name"; done
  ln -s nowhere new-dir/link; : >new-dir/empty; echo x >dir-renamed/sub/added; rm first-link
  zpool sync`;

suite('walking a real ZFS root over ssh', function () {
  this.timeout(300_000);
  let machine: ZfsMachine;
  let host: TestHost;

  suiteSetup(async function () {
    const missing = zfsMachineMissing();
    if (missing !== null) skip(this, missing);
    machine = await startZfsMachine();
    host = testHost(machine.sshConfig, 'vm', { declared: ['/var/lib/nixos'] });
  });
  suiteTeardown(async () => {
    await host?.close();
    await machine?.stop();
  });

  const run = async (script: string): Promise<string> => {
    const { stdout, stderr, status } = await machine.exec(script);
    assert.equal(status, 0, stderr);
    return stdout;
  };
  /** What `zfs diff` itself prints there, without files that have no name any more: a walk goes by names. */
  const printed = async (snapshot: string): Promise<Set<string>> => {
    const { bytes, stderr } = await machine.exec(`zfs diff -FHt rpool/local/root@${snapshot}`);
    assert.equal(stderr, '');
    return new Set(new ZfsDiffParser().push(bytes).flatMap((record) => (record.unlinked ? [] : [written(record)])));
  };

  const code = async (more: Parameters<TestHost['list']>[0]): Promise<string | undefined> => (await host.list(more)).problem?.code;

  test('every kind of change is told as zfs diff tells it', async () => {
    await run(before);
    await run(after);
    const expected = await printed('later');
    const { state, partial, problem, listedBy } = await host.list({ snapshot: 'later' });
    assert.deepEqual([state, partial, problem, listedBy], ['done', false, null, { backend: 'walk', baseline: 'blank' }]);
    const walked = new Set(host.rows.map(written));
    assert.equal(walked.size, host.rows.length, 'each once');
    // Of a file with several names zfs diff tells one, and calls the removal of a name a change of the file.
    const missing = [...expected].filter((row) => !walked.has(row));
    assert.deepEqual(missing, ['M\tF\t/srv/old/first-link\t-1']);
    const more = [...walked].filter((row) => !expected.has(row)).sort();
    assert.deepEqual(more, [
      '+\tF\t/srv/old/linked-again',
      '-\tF\t/srv/old/first-link',
      '-\tF\t/srv/old/second-name',
      'M\tF\t/srv/old/elsewhere/last-link\t-1',
    ]);
  });

  teardown(async () => {
    // Whatever a test wrote there is of no other's business.
    await machine.exec('rm -rf /srv/old /srv/links; zfs destroy rpool/local/root@later 2>/dev/null; zpool sync');
  });

  test('files that zfs diff loses to hard links are found, and it says nothing of losing them', async () => {
    await run(String.raw`set -e
      zfs snapshot rpool/local/root@later; mkdir -p /srv/links/one /srv/links/other; cd /srv/links
      echo x >one/three; ln one/three one/names; ln one/names other/here
      echo x >one/lost; ln one/lost other/lost; rm other/lost
      zpool sync`);
    const expected = await printed('later');
    await host.list({ snapshot: 'later' });
    const walked = new Set(host.rows.map(written));
    const paths = new Set(host.rows.map(({ path }) => path.toString('latin1')));
    const missing = [...expected].filter((row) => !paths.has(row.split('\t')[2] ?? ''));
    assert.deepEqual(missing, []);
    for (const name of ['one/three', 'one/names', 'other/here', 'one/lost']) assert.ok(walked.has(`+\tF\t/srv/links/${name}`), name);
    assert.ok(![...expected].some((row) => row.endsWith('one/lost')), 'zfs diff would have told it');
  });

  test('against the blank snapshot: all that zfs diff lists of a machine in use, what mounts hide among it', async () => {
    await run(scenario());
    const expected = await printed('blank');
    const { counts, notes } = await host.list();
    const walked = new Set(host.rows.map(written));
    assert.deepEqual(
      [...expected].filter((row) => !walked.has(row)),
      [],
    );
    assert.deepEqual(
      [...walked].filter((row) => !expected.has(row)),
      [],
    );
    assert.ok(counts.lost.critical > 0 && counts.mounted === 3 && counts.kept === 1, JSON.stringify(counts));
    assert.deepEqual(
      notes.map(({ code }) => code),
      ['mounted-not-declared'],
    );
    assert.deepEqual([...(notes[0]?.paths ?? [])].sort(), ['/etc/machine-id', '/var/lib/postgresql', '/var/lib/tailscale']);
  });

  test('sizes are those of the files', async () => {
    await run('head -c 123456 /dev/zero >/srv/sized; zpool sync');
    await host.list();
    assert.equal(host.rows.find(({ path }) => path.toString() === '/srv/sized')?.size, 123_456);
  });

  test('the host tells what it is', async () => {
    // Something else is wanted than before, so that it is asked.
    await host.list({ baseline: 'blank' });
    const probe = host.live.probe();
    assert.ok(probe !== null);
    assert.deepEqual([probe.user, probe.rights, probe.root], ['root', 'root', { type: 'zfs', source: 'rpool/local/root' }]);
    assert.deepEqual(probe.zfs?.snapshots, ['blank']);
    assert.match(probe.zfs?.version ?? '', /^zfs-\d/);
    assert.ok(probe.zfs?.datasets.some(({ name, mountPoint }) => name === 'rpool/safe/persist' && mountPoint === '/persist'));
    assert.ok(probe.bootedAt !== null && Math.abs(Date.now() - probe.bootedAt) < 24 * 3600_000);
    assert.ok(probe.kept.some(({ mountPoint }) => mountPoint === '/var/lib/nixos'));
    assert.deepEqual(probe.erased, [{ mountPoint: '/', type: 'zfs', source: 'rpool/local/root', blank: 'blank' }]);
    assert.deepEqual(
      probe.backends.map(({ backend, baseline, problem }) => [backend, baseline, problem]),
      [
        ['walk', 'blank', null],
        ['zfs-diff', 'blank', null],
        ['walk', 'boot', null],
      ],
    );
  });

  test('nothing of it stays on the host: no mount, no snapshot, no process, no file', async () => {
    const look = `cat /proc/self/mounts | grep -v '@blank' | sort; zfs list -Hp -o name -t snapshot; pgrep -x find; pgrep -x unshare; true`;
    const was = await run(look);
    await host.list();
    assert.equal(await run(look), was);
  });

  test('a host is asked what it is once, and again when it is no longer what it was', async () => {
    await run('mkdir -p /srv');
    await host.list();
    const listed = host.rows.length;
    const asked = host.reader.facts?.snapshots;
    await host.list();
    assert.equal(host.reader.facts?.snapshots, asked, 'not asked again');
    assert.equal(host.rows.length, listed);
    await run('mkdir /srv/over; touch /srv/over/hidden; mount -t tmpfs over /srv/over');
    await host.list();
    assert.notEqual(host.reader.facts?.snapshots, asked, 'something else is mounted');
    assert.ok(host.reader.facts?.mounts.has('/srv/over'));
    assert.equal(host.rows.length, listed + 2, 'each once, what is hidden too');
    await run('umount /srv/over; rm -r /srv/over');
    await host.list();
    const again = host.reader.facts?.snapshots;
    await host.list({ baseline: 'boot' });
    assert.notEqual(host.reader.facts?.snapshots, again, 'something else is wanted');
    const before = host.reader.facts?.snapshots;
    await run('mkdir -p /nix/var/nix/profiles; ln -sfn /nix/store /nix/var/nix/profiles/system');
    await host.list({ baseline: 'boot' });
    assert.notEqual(host.reader.facts?.snapshots, before, 'another system is set up');
    assert.equal(host.reader.facts?.profileGeneration, null, 'which is none of the store');
    await run('rm /nix/var/nix/profiles/system');
  });

  test('a dataset beside the root that is rolled back as well is listed with it', async () => {
    await run(
      `set -e; zfs snapshot rpool/safe/home@empty; mkdir -p /home/alice/.ssh; echo x >/home/alice/.ssh/id; mv /home/alice /home/bob; zpool sync`,
    );
    try {
      await host.list();
      assert.ok(!host.rows.some(({ path }) => path.toString().startsWith('/home/')), 'nobody has said that it is rolled back');
      const others = [
        { dataset: 'rpool/safe/home', snapshot: 'empty' },
        { dataset: 'rpool/local/root', snapshot: 'none' },
        { dataset: 'rpool/not/mounted', snapshot: 'blank' },
      ];
      const { state, partial, problem } = await host.list({ others });
      assert.deepEqual([state, partial, problem], ['done', false, null]);
      assert.deepEqual(
        host.rows
          .map(written)
          .filter((row) => row.includes('/home'))
          .sort(),
        ['+\t/\t/home', '+\t/\t/home/bob/.ssh', '+\tF\t/home/bob/.ssh/id', 'R\t/\t/home/alice\t/home/bob'],
      );
      const key = host.live.session.tree?.find(Buffer.from('/home/bob/.ssh/id')) ?? assert.fail('not in the tree');
      assert.equal(host.live.session.tree?.code(key), codes.critical);
      assert.deepEqual(
        host.live.probe()?.erased.map(({ mountPoint, blank }) => [mountPoint, blank]),
        [
          ['/', 'blank'],
          ['/home', 'empty'],
        ],
      );
      const without = await host.list({ others: [{ dataset: 'rpool/safe/home', snapshot: 'none' }] });
      assert.deepEqual([without.state, without.partial, without.problem?.code], ['done', true, 'snapshot-missing']);
      assert.match(without.problem?.message ?? '', /^rpool\/safe\/home has no snapshot @none/);
      assert.ok(
        host.rows.some(({ path }) => path.toString() === '/home'),
        'what the root has is told all the same',
      );
    } finally {
      await machine.exec('mv /home/bob /home/alice; rm -r /home/alice/.ssh; zfs destroy rpool/safe/home@empty');
    }
  });

  test('an ordinary user sees what that user may read, and is told what would let it see the rest', async () => {
    // Without udev only root may use it, and no shell can start anything in the background without it.
    await run('chmod 666 /dev/null');
    const alice = testHost(machine.sshConfig, machine.userHost);
    try {
      const { state, partial, problem } = await alice.list();
      assert.deepEqual([state, partial, problem?.code], ['done', true, 'permission-walk']);
      assert.match(problem?.nextStep ?? '', /security\.sudo\.extraRules = .*users = \[ "alice" \].*bin\/find \/ -xdev -printf /);
      const walked = new Set(alice.rows.map(({ path }) => path.toString('latin1')));
      assert.ok(walked.has('/srv/sized') && ![...walked].some((path) => path.startsWith('/root/')));
    } finally {
      await alice.close();
    }
  });

  test('what is wrong with what was asked for is said before anything is walked', async () => {
    assert.equal(await code({ dataset: 'rpool/none' }), 'dataset-missing');
    assert.equal(await code({ dataset: 'rpool/safe' }), 'not-mounted');
    assert.equal(await code({ snapshot: 'none' }), 'snapshot-missing');
    assert.equal(await code({ dataset: 'rpool/safe/home', snapshot: 'none' }), 'snapshot-missing');
    assert.equal(await code({}), undefined);
  });
});
