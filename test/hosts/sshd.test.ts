import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skip } from '../support/skip.ts';
import { run } from './run.ts';
import type { Finished } from './run.ts';
import { sshdMissing, startSshd } from './sshd.ts';
import type { Sshd, SshdOptions } from './sshd.ts';

suite('sshd on loopback', () => {
  let folder = '';
  const running: Sshd[] = [];

  suiteSetup(function () {
    const missing = sshdMissing();
    if (missing !== null) skip(this, missing);
    folder = mkdtempSync(join(tmpdir(), 'keepsake-programs-'));
    writeFileSync(join(folder, 'zfs'), '#!/bin/sh\necho "fake: $*"\nexit 7\n');
    chmodSync(join(folder, 'zfs'), 0o755);
  });

  teardown(async () => {
    for (const sshd of running.splice(0)) await sshd.stop();
  });

  suiteTeardown(() => rmSync(folder, { recursive: true, force: true }));

  const start = async (options: SshdOptions = {}): Promise<Sshd> => {
    const sshd = await startSshd(options);
    running.push(sshd);
    return sshd;
  };

  test('runs a command and hands back its output and status, and nothing else', async () => {
    const answer = await ask(await start(), 'echo out; echo err >&2; exit 3');
    assert.deepEqual([answer.stdout, answer.stderr, answer.status], ['out\n', 'err\n', 3]);
  });

  test('puts programs of ours before those of the system', async () => {
    const answer = await ask(await start({ programs: [folder] }), 'zfs diff -H; ls / >/dev/null && echo the rest is there');
    assert.equal(answer.stdout, 'fake: diff -H\nthe rest is there\n');
  });

  test('can have a PATH without any zfs', async () => {
    const answer = await ask(await start({ path: '/nonexistent' }), 'zfs diff');
    assert.equal(answer.status, 127);
  });

  test('refuses a key that it does not know', async () => {
    const answer = await ask(await start({ wrongKey: true }), 'true');
    assert.equal(answer.status, 255);
    assert.match(answer.stderr, /Permission denied \(publickey/);
  });

  test('is refused by a client that knows another host key', async () => {
    const answer = await ask(await start({ wrongHostKey: true }), 'true');
    assert.equal(answer.status, 255);
    assert.match(answer.stderr, /Host key verification failed/);
  });

  test('can run one command whatever is asked', async () => {
    const answer = await ask(await start({ forceCommand: 'echo forced' }), 'echo asked');
    assert.equal(answer.stdout, 'forced\n');
  });

  test('takes a hanging session with it when it stops', async () => {
    const sshd = await start();
    const client = spawn('ssh', ['-F', sshd.sshConfig, sshd.host, 'echo $$; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [said] = (await once(client.stdout, 'data')) as [Buffer];
    const hanging = Number(said.toString());
    assert.ok(hanging > 0);
    const ended = once(client, 'exit');
    await sshd.stop();
    assert.deepEqual(await ended, [255, null]);
    // A zombie that nobody has collected yet is no longer running.
    const { stdout } = await run('ps', ['-o', 'stat=', '-p', `${hanging}`]);
    assert.match(stdout, /^(Z.*)?\s*$/);
  });

  test('several run side by side', async () => {
    const servers = await Promise.all([start(), start(), start()]);
    assert.equal(new Set(servers.map((sshd) => sshd.port)).size, 3);
    for (const sshd of servers) assert.equal((await ask(sshd, 'echo here')).stdout, 'here\n');
  });
});

function ask(sshd: Sshd, command: string): Promise<Finished> {
  return run('ssh', ['-F', sshd.sshConfig, sshd.host, command], { seconds: 120 });
}
