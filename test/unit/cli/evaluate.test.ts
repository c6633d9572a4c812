import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeEvaluated } from '../../support/evaluated.ts';
import { skip } from '../../support/skip.ts';
import { cli } from './support.ts';

suite('keepsake --evaluate, with the real Nix', () => {
  let directory: string;
  suiteSetup(function () {
    if (spawnSync('nix', ['--version']).error) skip(this, 'nix is not installed (Debian: nix-bin)');
    directory = mkdtempSync(join(tmpdir(), 'keepsake-evaluate-'));
    writeEvaluated(directory);
  });
  suiteTeardown(() => {
    if (directory) rmSync(directory, { recursive: true, force: true });
  });

  test('entries are those that Nix has', async () => {
    const { status, lines, notes } = await cli(['entries', directory, '--host', 'web', '--evaluate', '--json']);
    assert.equal(status, 0, notes.join('\n'));
    const { entries } = JSON.parse(lines.join('\n')) as { entries: { path: string; conditional: boolean; kind: string }[] };
    assert.deepEqual(entries.map(({ path, conditional, kind }) => `${kind} ${path}${conditional ? '?' : ''}`).toSorted(), [
      'directory /from/outside',
      'directory /home/ann/docs',
      'directory /only/here',
      'directory /var/log',
      'file /etc/machine-id',
    ]);
  });

  test('check tells where the two disagree', async () => {
    const { lines, notes } = await cli(['check', directory, '--host', 'web', '--evaluate', '--format', 'json', '--fail-on', 'never']);
    const { findings } = JSON.parse(lines.join('\n')) as { findings: { code: string; message: string; file: string }[] };
    assert.deepEqual(
      findings.filter(({ code }) => code === 'differs-from-nix').map(({ message }) => message),
      ['web: Nix keeps /from/outside in /p2, where Keepsake does not see it written.'],
    );
    assert.ok(
      findings.every(({ message }) => !message.includes('/var/log')),
      JSON.stringify(findings),
    );
    assert.deepEqual(
      notes.filter((note) => note.includes('asking Nix')),
      ['keepsake: asking Nix for web (1 of 1)'],
    );
  });

  test('what Nix refuses is said in its words, and nothing is half told', async () => {
    const { status, lines, notes } = await cli(['entries', directory, '--host', 'broken', '--evaluate']);
    assert.equal(status, 2);
    assert.deepEqual(lines, []);
    assert.match(notes.at(-1) ?? '', /broken could not be evaluated: Nix says: .*no such thing/);
  });

  test('a host that takes longer than it may is ended', async () => {
    const { status, notes } = await cli(['entries', directory, '--host', 'slow', '--evaluate', '--evaluate-timeout', '1']);
    assert.equal(status, 2);
    assert.match(notes.at(-1) ?? '', /slow could not be evaluated: Nix took too long/);
    for (const wrong of ['0', '-3', 'soon'])
      assert.equal((await cli(['entries', directory, '--evaluate', `--evaluate-timeout=${wrong}`])).status, 2, wrong);
  });

  test('a machine without nix says so', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = directory;
    try {
      const { status, notes } = await cli(['check', directory, '--host', 'web', '--evaluate']);
      assert.equal(status, 2);
      assert.match(notes.at(-1) ?? '', /nix is not installed here/);
    } finally {
      process.env['PATH'] = path;
    }
  });

  test('is never done without being asked, and not for a single file', async () => {
    const { notes } = await cli(['entries', directory, '--host', 'web']);
    assert.ok(notes.every((note) => !note.includes('Nix')));
    assert.equal((await cli(['entries', directory, '--file', join(directory, 'web.nix'), '--evaluate'])).status, 2);
  });
});
