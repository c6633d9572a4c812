import assert from 'node:assert/strict';
import type { ChangeRecord } from '../../server/src/remote/changeRecord.ts';
import { nodeBackend, nodeSession } from '../../server/src/remote/nodeTools.ts';
import { watchToken } from '../../server/src/remote/changeToken.ts';
import { HostSession } from '../../server/src/remote/session.ts';
import { zfsDiffSource } from '../../server/src/remote/zfsBackend.ts';
import { ZfsDiffParser } from '../../server/src/remote/zfsDiffParser.ts';
import { knowledgeOf } from '../support/classifier.ts';
import { sessionOf, zfsRequest } from '../support/remoteTools.ts';
import { skip } from '../support/skip.ts';
import { until } from './until.ts';
import { startZfsMachine, zfsMachineMissing } from './zfsMachine.ts';
import type { ZfsMachine } from './zfsMachine.ts';

/** A record as one would write it down, without its time: reading a listing may itself touch a directory. */
function written(record: ChangeRecord): string {
  const names = [record.path, ...(record.newPath === null ? [] : [record.newPath])].map((name) => name.toString('latin1'));
  return [record.kind, record.fileType, ...names, record.links].join('\t');
}

suite('zfs diff of a real ZFS root over ssh', function () {
  this.timeout(300_000);
  let machine: ZfsMachine;

  suiteSetup(async function () {
    const missing = zfsMachineMissing();
    if (missing !== null) skip(this, missing);
    machine = await startZfsMachine();
    const made = await machine.exec(String.raw`set -e
      mkdir -p '/srv/odd names' /var/lib/postgresql/16
      cd '/srv/odd names'; for name in 'a b' $'tab\there' $'new\nline' 'back\slash' $'latin1-\xe9' $'caf\xc3\xa9' '(+1)' 'a -> b'; do echo x >"$name"; done
      mkfifo pipe; ln -s nowhere link; echo x >/var/lib/postgresql/16/base; echo x >/etc/machine-id
      mkdir -p /persist/bound /srv/bound; mount --bind /persist/bound /srv/bound; echo x >/srv/bound/inside
      # Without udev only root may use it, and no shell can start anything in the background without it.
      chmod 666 /dev/null
      sync`);
    assert.equal(made.status, 0, made.stderr);
  });
  suiteTeardown(async () => {
    await machine?.stop();
  });

  test('rows are what zfs diff prints there, and every changed file of a walk is in one', async () => {
    const printed = await machine.exec('zfs diff -FHt rpool/local/root@blank');
    assert.equal(printed.stderr, '');
    const expected = new ZfsDiffParser().push(printed.bytes).map(written).sort();
    assert.equal(expected.length, printed.bytes.toString('latin1').split('\n').length - 1);
    const rows: string[] = [];
    const session = new HostSession('vm', knowledgeOf([]), nodeSession, {
      changed: () => undefined,
      row: (row) => rows.push(written(row.record())),
    });
    await session.start(zfsDiffSource(zfsRequest(machine.sshConfig, 'vm'), nodeBackend));
    assert.deepEqual([session.describe().state, session.describe().partial, session.describe().problem], ['done', false, null]);
    assert.deepEqual(rows.sort(), expected);
    for (const name of ['a b', 'tab\there', 'new\nline', 'back\\slash', 'latin1-\u00e9', 'caf\u00c3\u00a9', '(+1)', 'a -> b']) {
      assert.ok(rows.includes(`+\tF\t/srv/odd names/${name}\t0`), name);
    }
    const walked = (
      await machine.exec(`find /srv /var/lib -xdev -newer /proc/1/stat -type f -printf '%p\\0'; find /srv -xdev -type f -printf '%p\\0'`)
    ).bytes;
    const listed = new Set(rows.map((row) => row.split('\t').slice(2, -1).join('\t')));
    for (const path of walked.toString('latin1').split('\0').slice(0, -1)) assert.ok(listed.has(path), path);
  });

  test('verdicts see the mounts of the host', async () => {
    const session = sessionOf(['/var/lib/postgresql']);
    await session.start(zfsDiffSource(zfsRequest(machine.sshConfig, 'vm'), nodeBackend));
    const { tree } = session;
    assert.ok(tree !== null);
    const verdicts = new Map([...tree.changed()].map((id) => [tree.path(id).toString('latin1'), tree.row(id)]));
    const said = (path: string): string => `${verdicts.get(path)?.verdict} ${verdicts.get(path)?.severity ?? ''}`.trim();
    assert.equal(said('/etc/machine-id'), 'lost critical');
    assert.equal(said('/srv/odd names/a b'), 'lost unknown');
    assert.equal(said('/srv/odd names/pipe'), 'noise');
    assert.equal(said('/srv/odd names/link'), 'noise');
    assert.equal(said('/var/lib/postgresql/16/base'), 'declared');
    assert.equal(said('/srv/bound'), 'mounted');
    for (const stub of ['/nix', '/proc', '/persist', '/home']) if (verdicts.has(stub)) assert.equal(said(stub), 'noise', stub);
    await session.setKnowledge(knowledgeOf(['/srv', '/etc/machine-id']));
    const now = (path: string): unknown =>
      session.tree?.row([...tree.changed()].find((id) => tree.path(id).toString('latin1') === path) ?? -1)?.verdict;
    assert.deepEqual([now('/srv/bound'), now('/srv/odd names/a b'), now('/etc/machine-id')], ['kept', 'declared', 'declared']);
  });

  test('what is missing is told with the step that helps, and that step helps', async () => {
    const code = async (more: Parameters<typeof zfsRequest>[2], destination = 'vm'): Promise<string | undefined> => {
      const session = sessionOf();
      await session.start(zfsDiffSource(zfsRequest(machine.sshConfig, destination, more), nodeBackend));
      return session.describe().problem?.code;
    };
    assert.equal(await code({ dataset: 'rpool/none' }), 'dataset-missing');
    assert.equal(await code({ snapshot: 'none' }), 'snapshot-missing');
    const session = sessionOf();
    await session.start(zfsDiffSource(zfsRequest(machine.sshConfig, machine.userHost), nodeBackend));
    const { problem } = session.describe();
    assert.equal(problem?.code, 'permission-diff');
    const command = /: (zfs allow .*)$/.exec(problem.nextStep)?.[1];
    assert.equal(command, 'zfs allow alice diff rpool/local/root');
    assert.equal((await machine.exec(command)).status, 0);
    assert.equal(await code({}, machine.userHost), undefined);
    assert.equal((await machine.exec('zfs unallow alice rpool/local/root')).status, 0);
  });

  test('a cancelled listing leaves neither process nor snapshot behind', async () => {
    const made = await machine.exec('mkdir /srv/many && cd /srv/many && for i in $(seq 3000); do : >f$i; done; zpool sync');
    assert.equal(made.status, 0, made.stderr);
    const session = sessionOf();
    const done = session.start(zfsDiffSource(zfsRequest(machine.sshConfig, 'vm'), nodeBackend));
    await until('the listing to begin', 60, () => session.describe().state === 'running');
    await session.cancel();
    await done;
    assert.equal(session.describe().state, 'cancelled');
    await until('the end over there', 120, async () => (await machine.exec('pgrep -x zfs')).stdout === '');
    const { stdout } = await machine.exec('zfs list -Hp -o name -t snapshot -r rpool/local/root');
    assert.equal(stdout, 'rpool/local/root@blank\n');
    await machine.exec('rm -r /srv/many');
  });

  test('the token moves when something is written, and a new run shows it', async () => {
    const request = zfsRequest(machine.sshConfig, 'vm');
    const abort = new AbortController();
    const tokens = watchToken(request, 1, nodeBackend, abort.signal);
    const first = await tokens.next();
    assert.ok(first.done !== true);
    assert.match(first.value, /^\d+( \d+)*$/);
    await machine.exec('head -c 300000 /dev/urandom >/srv/written-later; sync');
    const second = await tokens.next();
    // It may also have become smaller: what the tests before removed is written off late.
    assert.ok(second.done !== true && second.value !== first.value);
    abort.abort();
    assert.deepEqual(await tokens.next(), { done: true, value: null });
    const session = sessionOf();
    await session.start(zfsDiffSource(request, nodeBackend));
    const { tree } = session;
    assert.ok(tree !== null && [...tree.changed()].some((id) => tree.path(id).toString() === '/srv/written-later'));
  });
});
