import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PrivateFolder } from '../../server/src/remote/askpass.ts';
import type { Ask, Question } from '../../server/src/remote/askpass.ts';
import { testHost } from '../support/remoteTools.ts';
import type { TestHost, TestHostOptions } from '../support/remoteTools.ts';
import { skip } from '../support/skip.ts';
import { running } from './running.ts';
import { sshdMissing, startSshd } from './sshd.ts';
import type { Sshd, SshdOptions } from './sshd.ts';
import { until } from './until.ts';

function list(host: TestHost): ReturnType<TestHost['list']> {
  return host.list({ dataset: 'rpool/root', snapshot: 'blank' });
}

suite('one connection to a host', function () {
  this.timeout(200_000);
  let directory: string;
  let sshd: Sshd;
  let hosts: TestHost[];

  suiteSetup(function () {
    const missing = sshdMissing();
    if (missing !== null) skip(this, missing);
  });
  setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'keepsake-connection-'));
    mkdirSync(join(directory, 'bin'));
    // Rows without a ZFS: this is about what carries them.
    program('zfs', String.raw`test "$1" = diff || exit 1; printf '+\tF\t/srv/a\n'`);
    hosts = [];
  });
  teardown(async () => {
    for (const host of hosts) await host.close();
    await sshd?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  function program(name: string, script: string): void {
    writeFileSync(join(directory, 'bin', name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(directory, 'bin', name), 0o755);
  }
  const start = async (options: SshdOptions = {}): Promise<void> => {
    sshd = await startSshd({ programs: [join(directory, 'bin')], ...options });
  };
  const hostOf = (options: TestHostOptions = {}): TestHost => {
    const host = testHost(sshd.sshConfig, 'box', options);
    hosts.push(host);
    return host;
  };
  const accepted = (): number => sshd.log().split('Accepted publickey').length - 1;
  const key = (): string => join(dirname(sshd.sshConfig), 'client_key');

  test('carries every run, and ends with the host', async () => {
    await start();
    const host = hostOf();
    for (let i = 0; i < 3; i++) assert.deepEqual([(await list(host)).state, host.rows.length], ['done', 1]);
    assert.equal(accepted(), 1);
    assert.equal((await running('ControlMaster=yes', sshd.sshConfig)).length, 1);
    await host.close();
    await until('the end of the connection', 60, async () => (await running('ControlMaster=yes', sshd.sshConfig)).length === 0);
    assert.equal(host.live.describe().state, 'done', 'what was listed stays');
  });

  test('is made anew after it was lost, which is said when it happens', async () => {
    await start();
    const host = hostOf();
    await list(host);
    const [line = ''] = await running('ControlMaster=yes', sshd.sshConfig);
    process.kill(Number.parseInt(line, 10), 'SIGKILL');
    const stale = await until('the loss to be told', 60, () => host.live.describe().stale ?? undefined);
    assert.deepEqual([stale.problem.code, stale.retryAt, host.live.describe().counts.lost.unknown], ['connection-lost', null, 1]);
    const { state, stale: after } = await list(host);
    assert.deepEqual([state, after, accepted()], ['done', null, 2]);
  });

  test('to a host that was never reached makes nothing stale, though it is tried again', async () => {
    await start();
    await sshd.stop();
    const host = hostOf();
    assert.equal((await list(host)).state, 'failed');
    await host.live.setLive({ on: true, intervalSeconds: 1 });
    const { state, live, stale } = host.live.describe();
    assert.deepEqual([state, live === null, stale], ['failed', false, null]);
  });

  test('lies in a folder that only its user can enter, and that goes with it', async () => {
    const folder = PrivateFolder.make();
    assert.ok(folder !== null);
    const place = dirname(folder.newSocket());
    assert.equal(statSync(place).mode & 0o777, 0o700);
    assert.notEqual(folder.newSocket(), folder.newSocket());
    folder.close();
    assert.ok(!existsSync(place));
  });

  test('ends when we are killed outright, here and there, and leaves no listing behind', async () => {
    program('zfs', String.raw`test "$1" = diff || exit 1; printf '+\tF\t/srv/a\n'; exec sleep 98771`);
    await start();
    const root = join(import.meta.dirname, '../..');
    const script = join(directory, 'client.ts');
    writeFileSync(
      script,
      `import { testHost } from ${JSON.stringify(join(root, 'test/support/remoteTools.ts'))};
       void testHost(${JSON.stringify(sshd.sshConfig)}, 'box').list({ dataset: 'rpool/root', snapshot: 'blank' });`,
    );
    const client = spawn(process.execPath, ['--import', join(root, 'node_modules/tsx/dist/loader.mjs'), script], { stdio: 'inherit' });
    await until('the listing', 120, async () => (await running('sleep 98771')).some((line) => !line.includes('timeout')));
    assert.equal((await running('ControlMaster=yes', sshd.sshConfig)).length, 1);
    client.kill('SIGKILL');
    await until('the end there', 60, async () => (await running('98771')).length === 0);
    await until('the end here', 60, async () => (await running('ControlMaster=yes', sshd.sshConfig)).length === 0);
  });

  test('a server that allows one session a connection is reached by one for each', async () => {
    await start({ maxSessions: 1 });
    const host = hostOf();
    assert.deepEqual([(await list(host)).state, host.rows.length], ['done', 1]);
  });

  const locked = async (): Promise<void> => {
    await start({ passphrase: 'open $esame "' });
  };

  suite('ssh asks', () => {
    const questions: Question[] = [];
    setup(() => {
      questions.length = 0;
    });
    const answering =
      (...answers: readonly (string | null)[]): Ask =>
      (question) => {
        questions.push(question);
        return Promise.resolve(answers[questions.length - 1] ?? null);
      };

    test('nothing, when it gets in without', async () => {
      await start();
      const host = hostOf({ ask: answering() });
      assert.equal((await list(host)).state, 'done');
      assert.deepEqual(questions, []);
    });

    test('for the passphrase of a key, once for all runs', async () => {
      await locked();
      const host = hostOf({ ask: answering('open $esame "') });
      for (let i = 0; i < 2; i++) assert.equal((await list(host)).state, 'done');
      assert.equal(questions.length, 1);
      assert.deepEqual([questions[0]?.kind, questions[0]?.text.includes(key())], ['passphrase', true]);
      // Neither question nor answer stands in anything that others see.
      assert.deepEqual(await running('esame'), []);
      assert.ok(!sshd.log().includes('esame') && !JSON.stringify(host.live.describe()).includes('esame'));
    });

    test('again after a wrong answer, and gives up when there is none', async () => {
      await locked();
      const host = hostOf({ ask: answering('wrong', 'open $esame "') });
      assert.equal((await list(host)).state, 'done');
      assert.equal(questions.length, 2);
      await host.close();
      questions.length = 0;
      const silent = hostOf({ ask: answering() });
      const { state, problem } = await list(silent);
      assert.deepEqual([state, problem?.code], ['failed', 'key-refused']);
    });

    test('whether a host key is the right one; only yes connects', async () => {
      await start();
      const known = join(directory, 'known_hosts');
      const sshArguments = ['-o', `UserKnownHostsFile=${known}`, '-o', 'StrictHostKeyChecking=ask'];
      const refused = hostOf({ ask: answering('no'), sshArguments });
      const { problem } = await list(refused);
      assert.deepEqual([problem?.code, questions[0]?.kind], ['host-key-unknown', 'hostKey']);
      assert.match(questions[0]?.text ?? '', /SHA256:/);
      assert.ok(!existsSync(known) || readFileSync(known, 'utf8') === '');
      questions.length = 0;
      const host = hostOf({ ask: answering('yes'), sshArguments });
      assert.equal((await list(host)).state, 'done');
      assert.equal(questions.length, 1);
    });

    test('never about a host key that changed: that is a refusal', async () => {
      await start({ wrongHostKey: true });
      const host = hostOf({ ask: answering('yes'), sshArguments: ['-o', 'StrictHostKeyChecking=ask'] });
      assert.equal((await list(host)).problem?.code, 'host-key-changed');
      assert.deepEqual(questions, []);
    });

    test('and cancel takes the question back', async () => {
      await locked();
      let taken = false;
      let asked = false;
      const host = hostOf({
        ask: (_, signal) =>
          new Promise((resolve) => {
            asked = true;
            signal.addEventListener('abort', () => {
              taken = true;
              resolve(null);
            });
          }),
      });
      const listing = list(host);
      await until('the question', 60, () => asked);
      await host.live.cancel();
      assert.equal((await listing).state, 'cancelled');
      await until('the question to be taken back', 60, () => taken);
      await until('the program that asked to end', 60, async () => (await running('askpass')).length === 0);
    });
  });
});
