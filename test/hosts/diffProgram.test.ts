import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ZfsDiffParser } from '../../server/src/remote/zfsDiffParser.ts';
import { skip } from '../support/skip.ts';
import { scenario } from './zfs/scenario.ts';
import { startZfsMachine, zfsMachineMissing, type ZfsMachine } from './zfsMachine.ts';

const repository = join(import.meta.dirname, '../..');

interface Row {
  readonly type: string;
  readonly change: string;
  readonly fileType: string;
  readonly path: string;
  readonly pathBytes?: string;
  readonly newPath?: string;
  readonly verdict: string;
}

/** `node dist/cli.js diff tank examples/fleet …` as a user runs it: its rows without the summary, and its exit status. */
function diff(...more: readonly string[]): { readonly rows: readonly Row[]; readonly summary: object; readonly status: number | null } {
  const args = ['dist/cli.js', 'diff', 'tank', 'examples/fleet', '--json', '--all', ...more];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: repository, encoding: 'utf8', maxBuffer: 1 << 26 });
  // The rows alone are for programs; whether the machine may be rebooted is beside them.
  assert.match(stderr, /^Safe to reboot tank\? no\n/);
  assert.match(stderr, /\n- One thing kept by the running system, but no longer declared\./);
  assert.ok(!stderr.includes('/var/lib/vaultwarden'), 'what stands in the rows is not told again');
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
  const summary = lines.pop();
  assert.equal(summary?.type, 'summary');
  // Listing may itself touch a directory, so times are left out; so is how long it took.
  const { seconds: _, ...counts } = summary as unknown as { readonly seconds: number };
  return { rows: lines, summary: counts, status };
}

/** A row without its verdict, names as bytes: what `zfs diff` said. */
function listed({ change, fileType, path, pathBytes }: Row): string {
  const name = pathBytes === undefined ? Buffer.from(path) : Buffer.from(pathBytes, 'base64');
  return JSON.stringify([change, fileType, name.toString('latin1')]);
}

function judged(row: Row): string {
  return `${listed(row)} ${row.newPath ?? ''} ${row.verdict}`;
}

suite('keepsake diff, the program, against a real ZFS root', function () {
  this.timeout(300_000);
  let machine: ZfsMachine;
  let directory: string;

  suiteSetup(async function () {
    const missing = zfsMachineMissing();
    if (missing !== null) skip(this, missing);
    machine = await startZfsMachine();
    directory = mkdtempSync(join(tmpdir(), 'keepsake-program-'));
    const written = await machine.exec(scenario());
    assert.equal(written.status, 0, written.stderr);
  });
  suiteTeardown(async () => {
    await machine?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  test('prints the rows that zfs diff prints there, each with its verdict; a capture of them says the same', async () => {
    const printed = await machine.exec('zfs diff -H -F -t rpool/local/root@blank');
    const mounts = await machine.exec('cat /proc/self/mountinfo');
    const live = diff('--ssh', 'vm', '--ssh-config', machine.sshConfig);

    const parser = new ZfsDiffParser();
    const records = [...parser.push(printed.bytes), ...parser.finish(true)].filter(({ unlinked }) => !unlinked);
    const expected = records.map(({ kind, fileType, path }) => JSON.stringify([kind, fileType, path.toString('latin1')]));
    const rows = live.rows.map(listed);
    assert.ok(expected.length > 300);
    assert.deepEqual(rows.toSorted(), expected.toSorted());

    const capture = join(directory, 'root.zfsdiff');
    writeFileSync(capture, printed.bytes);
    writeFileSync(join(directory, 'root.mountinfo'), mounts.bytes);
    const captured = diff('--from', capture);
    const asked = diff('--ssh', 'vm', '--ssh-config', machine.sshConfig, '--backend', 'zfs-diff');
    assert.deepEqual(captured.rows.map(judged).toSorted(), asked.rows.map(judged).toSorted());
    assert.deepEqual([captured.summary, captured.status], [asked.summary, asked.status]);
    assert.equal(live.status, 1);
  });

  test('leaves out what is kept, and says what is lost', () => {
    const { rows } = diff('--ssh', 'vm', '--ssh-config', machine.sshConfig);
    const verdictOf = (path: string): string | undefined => rows.find((row) => row.path === path)?.verdict;
    assert.equal(verdictOf('/etc/machine-id'), 'kept');
    assert.equal(verdictOf('/etc/ssh/ssh_host_ed25519_key'), 'lost');
  });
});
