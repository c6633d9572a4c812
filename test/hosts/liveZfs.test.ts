import assert from 'node:assert/strict';
import type { SessionDto } from '../../server/src/protocol/live.ts';
import { testHost } from '../support/remoteTools.ts';
import type { TestHost } from '../support/remoteTools.ts';
import { skip } from '../support/skip.ts';
import { until } from './until.ts';
import { scenario } from './zfs/scenario.ts';
import { startZfsMachine, zfsMachineMissing } from './zfsMachine.ts';
import type { ZfsMachine } from './zfsMachine.ts';

suite('following a real machine', function () {
  this.timeout(600_000);
  let machine: ZfsMachine;
  let host: TestHost;

  suiteSetup(async function () {
    const missing = zfsMachineMissing();
    if (missing !== null) skip(this, missing);
    machine = await startZfsMachine();
    host = testHost(machine.sshConfig, 'vm', {
      declared: ['/var/lib/nixos', '/var/lib/postgresql', '/var/lib/tailscale', '/etc/machine-id'],
    });
    const written = await machine.exec(`${scenario()}\nchmod 666 /dev/null`);
    assert.equal(written.status, 0, written.stderr);
  });
  suiteTeardown(async () => {
    await host?.close();
    await machine?.stop();
  });

  const now = (): SessionDto => host.live.describe();
  const run = async (script: string): Promise<string> => {
    const { stdout, stderr, status } = await machine.exec(script);
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const find = (path: string): number | null => host.live.session.tree?.find(path) ?? null;

  test('what is new, has grown or is gone shows by itself, while the state stays', async () => {
    const first = await host.list({ dataset: 'rpool/local/root', snapshot: 'blank' });
    assert.deepEqual([first.state, first.since, first.live, first.notes], ['done', null, null, []]);
    await host.live.setLive({ on: true, intervalSeconds: 1 });
    assert.deepEqual(now().live, { intervalSeconds: 1, token: true });
    await run('echo x >/srv/appears; zpool sync');
    await until('the new path', 120, () => find('/srv/appears') !== null && now().since?.added === 1);
    const node = find('/srv/appears') ?? -1;
    assert.equal(host.live.session.sinceOf(node), 'new');
    assert.equal(host.live.session.sinceOf(host.live.session.tree?.parent(node) ?? -1), 'new');
    host.live.session.looked();
    assert.deepEqual(now().since, { added: 0, grown: 0, gone: 0, goneSample: [] });
    await run('head -c 5000 /dev/zero >>/srv/appears; zpool sync');
    await until('the growth', 120, () => now().since?.grown === 1);
    host.live.session.looked();
    await run('rm /srv/appears; zpool sync');
    await until('the loss', 120, () => now().since?.gone === 1);
    assert.deepEqual([now().since?.goneSample, now().state, now().stale], [['/srv/appears'], 'done', null]);
    await host.live.setLive({ on: false, intervalSeconds: 1 });
    assert.equal(now().live, null);
    await until('the end of the watch there', 120, async () => (await machine.exec('pgrep -f "[w]ritten@"')).stdout === '');
  });

  test('zfs diff finds nothing that the walk has not, and what it loses is explained', async () => {
    await run(
      'mkdir -p /srv/l/one /srv/l/other; echo x >/srv/l/one/a; ln /srv/l/one/a /srv/l/other/b; rm /srv/l/other/b; ln /srv/l/one/a /srv/l/one/c; zpool sync',
    );
    await host.list({ dataset: 'rpool/local/root', snapshot: 'blank' });
    const checked = await host.live.crossCheck(new AbortController().signal);
    assert.ok(checked !== null);
    assert.equal(checked.problem, null);
    assert.ok(checked.same > 300);
    assert.deepEqual(
      checked.onlyZfsDiff.map(({ path }) => path),
      ['(on_delete_queue)'],
    );
    assert.ok(
      checked.onlyWalkCount > 0 &&
        checked.onlyWalk.every(({ path, reason }) => path.startsWith('/srv/l/one/') && /hard links/.test(reason)),
      JSON.stringify(checked.onlyWalk),
    );
    await run('rm -r /srv/l; zpool sync');
  });

  test('a reboot loses exactly what was said and keeps the rest; meanwhile what was listed stays, and is called old', async () => {
    await host.list({ dataset: 'rpool/local/root', snapshot: 'blank' });
    const { tree } = host.live.session;
    assert.ok(tree !== null);
    const rows = [...tree.changed()].map((id) => tree.row(id)).filter((row) => row !== null && row.change !== '-');
    const paths = (verdict: string): string[] =>
      rows.flatMap((row) => (row?.verdict === verdict && !row.path.includes('\ufffd') ? [row.path] : []));
    const [lost, kept] = [paths('lost'), paths('kept')];
    assert.ok(lost.length > 20 && kept.length === 4, JSON.stringify([lost.length, kept]));
    const there = async (names: readonly string[]): Promise<string[]> => {
      const quoted = names.map((name) => `'${name.replaceAll("'", `'"'"'`)}'`).join(' ');
      const out = await run(`for path in ${quoted}; do if [ -e "$path" ] || [ -L "$path" ]; then printf '%s\\0' "$path"; fi; done`);
      return out.split('\0').slice(0, -1);
    };
    assert.deepEqual(await there(lost), lost);
    await run('touch /persist/var/lib/nixos/marker');
    await host.live.setLive({ on: true, intervalSeconds: 1 });
    const before = host.live.probe()?.bootedAt ?? 0;
    const rebooted = machine.reboot();
    const stale = await until('the loss to be told', 120, () => now().stale ?? undefined);
    assert.ok(stale.retryAt !== null && stale.problem.nextStep !== '');
    assert.ok(now().counts.lost.critical > 0, 'what was listed stays');
    await rebooted;
    await until('the machine to be listed again by itself', 240, () => now().stale === null && (host.live.probe()?.bootedAt ?? 0) > before);
    const back = await there(lost);
    // What boot itself makes anew is there again, and is no loss: none of it was called one.
    assert.deepEqual(back, []);
    assert.equal(await run('ls /persist/var/lib/nixos/marker'), '/persist/var/lib/nixos/marker\n');
  });
});
