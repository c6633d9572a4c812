import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { freePort } from '../hosts/freePort.ts';
import { sshdMissing, startSshd } from '../hosts/sshd.ts';
import type { Sshd } from '../hosts/sshd.ts';
import { skip } from '../support/skip.ts';
import { until } from '../vscode-host/until.ts';
import { restoreFleet } from './editing.ts';
import { configure, connect, hostRow, hostSays, rowsOf } from './panel.ts';
import { findServer } from './serverProcess.ts';

/** A `zfs` that lists two changes and then hangs; it leaves its process id in $HERE/pid. */
const HANGING_ZFS = `#!/bin/sh
[ "$1" = diff ] || exit 1
echo $$ > "$(dirname "$0")/pid"
printf '1700000000.000000000\\t+\\tF\\t/var/lib/slow/one\\n1700000000.000000000\\t+\\tF\\t/var/lib/slow/two\\n'
while :; do sleep 1; done
`;

/** What a host does that no healthy one does on command; the real ZFS machine has a suite of its own. */
suite('panel: hosts that hang or are down', () => {
  let directory: string;
  let sshd: Sshd;

  suiteSetup(async function () {
    const missing = sshdMissing();
    if (missing !== null) skip(this, missing);
    directory = mkdtempSync(join(tmpdir(), 'ks-'));
    writeFileSync(join(directory, 'zfs'), HANGING_ZFS);
    chmodSync(join(directory, 'zfs'), 0o755);
    sshd = await startSshd({ programs: [directory] });
  });
  setup(restoreFleet);
  teardown(async () => {
    await configure({ hosts: undefined, 'ssh.arguments': undefined });
  });
  suiteTeardown(async () => {
    await sshd?.stop();
    if (directory) rmSync(directory, { recursive: true, force: true });
  });

  test('a host whose address is set is not connected to by itself', async () => {
    await configure({ hosts: { tank: { destination: sshd.host } }, 'ssh.arguments': ['-F', sshd.sshConfig] });
    await vscode.commands.executeCommand('keepsake.openHost', (await hostRow('tank')).node);
    // What another suite has listed of it stays.
    assert.doesNotMatch((await hostRow('tank')).description, /connecting|listing/);
    assert.doesNotMatch(sshd.log(), /Accepted/);
  });

  test('rows are there while the host still lists, and Stop ends it here and over there', async () => {
    await configure({ hosts: { tank: { destination: sshd.host } }, 'ssh.arguments': ['-F', sshd.sshConfig] });
    await connect('tank');
    await hostSays('tank', /listing/);
    await until('the first rows', async () => {
      const rows = await rowsOf('tank');
      return rows.has('/var/lib/slow/one') || [...rows.keys()].some((path) => path.startsWith('/var/lib/slow'));
    });
    const pid = Number(readFileSync(join(directory, 'pid'), 'utf8'));
    assert.ok(existsSync(`/proc/${pid}`), 'the listing runs');
    await vscode.commands.executeCommand('keepsake.stop', (await hostRow('tank')).node);
    await hostSays('tank', /stopped, partial/);
    await until('the listing on the host to end', () => ended(pid));
    assert.ok(
      [...(await rowsOf('tank')).keys()].some((path) => path.startsWith('/var/lib/slow')),
      'what was listed stays',
    );
  });

  test('a server that is killed while a host lists takes the listing with it, and the panel can list again', async () => {
    await configure({ hosts: { tank: { destination: sshd.host } }, 'ssh.arguments': ['-F', sshd.sshConfig] });
    rmSync(join(directory, 'pid'), { force: true });
    await connect('tank');
    const pid = await until(
      'the listing to begin',
      // It is there before anything is written into it.
      () => existsSync(join(directory, 'pid')) && (Number(readFileSync(join(directory, 'pid'), 'utf8')) || false),
    );
    const server = await findServer();
    process.kill(server, 'SIGKILL');
    await until('the listing on the host to end', () => ended(pid));
    await until('another server', async () => (await findServer()) !== server);
    await hostSays('tank', /not connected/);
    await connect('tank');
    await hostSays('tank', /listing/);
    await vscode.commands.executeCommand('keepsake.stop', (await hostRow('tank')).node);
    await hostSays('tank', /stopped/);
  });

  test('a host that is down is an error row, and a row with the next step', async () => {
    const port = await freePort();
    await configure({ hosts: { tank: { destination: '127.0.0.1' } }, 'ssh.arguments': ['-F', '/dev/null', '-p', String(port)] });
    await connect('tank');
    await hostSays('tank', /(^|· )failed/);
    const [state, next] = [...(await rowsOf('tank')).values()].filter(({ node }) => node.kind === 'state');
    assert.ok(state?.node.kind === 'state' && state.node.problem !== null);
    assert.notEqual(state.label, '');
    assert.equal(next?.label, state.node.problem.nextStep, 'the next step is written in a row of its own');
    assert.match(state.node.problem.detail, /refused/i);
  });

  test('an ssh that can not be started is an error row too, and the next try works', async () => {
    await configure({
      hosts: { tank: { destination: sshd.host } },
      'ssh.path': '/nothing/here/ssh',
      'ssh.arguments': ['-F', sshd.sshConfig],
    });
    try {
      await connect('tank');
      await hostSays('tank', /(^|· )failed/);
    } finally {
      await configure({ 'ssh.path': undefined });
    }
    await connect('tank');
    await hostSays('tank', /listing/);
    await vscode.commands.executeCommand('keepsake.stop', (await hostRow('tank')).node);
    await hostSays('tank', /stopped/);
  });
});

/** Gone, or a zombie that nobody has reaped yet. */
function ended(pid: number): boolean {
  try {
    return /^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}
