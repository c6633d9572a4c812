import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { skip } from '../support/skip.ts';
import { findInstallation } from './installation.ts';
import { reasonToDoubt, SUITE_RESULT } from './testRun.ts';

/** What runTests of @vscode/test-electron rejects with when VS Code ends with 1. */
const FAILED = { code: 1, message: 'Test run failed with code 1' };

/** The bed itself: a suite that fails, dies or does not run must not look like one that passed. */
suite('test bed: runTests with codeCommand in place of VS Code', function () {
  this.timeout(300_000);
  this.slow(30_000);
  const sample = join(import.meta.dirname, 'sample');
  let scratch: string;

  suiteSetup(function () {
    const installation = findInstallation(process.env);
    if (typeof installation === 'string') skip(this, installation);
  });
  setup(() => {
    scratch = mkdtempSync(join(tmpdir(), 'keepsake-bed-'));
  });
  teardown(() => {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  });

  function run(name: string): Promise<number> {
    return runTests({
      vscodeExecutablePath: join(import.meta.dirname, 'codeCommand.mjs'),
      extensionDevelopmentPath: sample,
      extensionTestsPath: join(sample, name),
      launchArgs: [scratch, '--disable-extensions', `--user-data-dir=${join(scratch, 'data')}`],
      extensionTestsEnv: { [SUITE_RESULT]: join(scratch, 'result.json'), BED_SAMPLE: 'handed on' },
    });
  }

  test('a suite that passes resolves with 0', async () => {
    assert.equal(await run('passes.js'), 0);
    assert.match(readFileSync(join(scratch, 'seen'), 'utf8'), /^\d+\.\d+\.\d+ handed on$/);
  });

  test('a suite that fails rejects', async () => {
    await assert.rejects(run('fails.js'), FAILED);
  });

  test('a suite whose extension host is killed rejects', async () => {
    await assert.rejects(run('dies.js'), FAILED);
  });

  test('a suite that leaves no result rejects', async () => {
    await assert.rejects(run('leaves.js'), FAILED);
  });

  test('a suite that can not be loaded rejects', async () => {
    await assert.rejects(run('nothing-here.js'), FAILED);
  });

  test('what the log says of the extension host outweighs an exit code of 0', () => {
    const there = join(import.meta.dirname, 'bed.test.ts');
    assert.equal(reasonToDoubt(0, 'Extension Host Process exited with code: 0, signal: null.', there), null);
    assert.match(reasonToDoubt(0, 'x\nExtension Host Process exited with code: null, signal: SIGKILL.\n', there) ?? '', /SIGKILL/);
    assert.match(reasonToDoubt(0, '', join(scratch, 'absent')) ?? '', /left no/);
    assert.equal(reasonToDoubt(1, '', join(scratch, 'absent')), null);
  });
});
