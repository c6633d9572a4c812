import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeEvaluated } from '../support/evaluated.ts';
import { skip } from '../support/skip.ts';
import { openFleetWindow, pictureOfFailure } from './fleetWindow.ts';
import type { FleetWindow } from './fleetWindow.ts';

const TITLE = 'Keepsake: Check Against Real Nix Evaluation…';

/** One window, worked from top to bottom as a person would: each test starts where the one before ended. */
suite('workbench: the check against the real Nix', function () {
  let window: FleetWindow;
  let folder: string;

  suiteSetup(async function () {
    if (spawnSync('nix', ['--version']).error) skip(this, 'nix is not installed (Debian: nix-bin)');
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'ks-')));
    writeEvaluated(folder);
    window = await openFleetWindow(this, { folder });
    await window.workbench.keepsakeView();
    await window.workbench.row('web').waitFor();
  });
  teardown(async function () {
    await pictureOfFailure(this, window);
  });
  suiteTeardown(async () => {
    await window?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const toast = (text: string | RegExp): ReturnType<FleetWindow['workbench']['page']['locator']> =>
    window.workbench.page.locator('.notification-toast').filter({ hasText: text, visible: true }).first();
  const check = async (host: string): Promise<void> => {
    await window.workbench.commandThatAsks(TITLE, 'Evaluate which host with Nix?');
    await window.workbench.pick(host);
  };

  test('says how many entries Nix keeps, and shows where Keepsake reads otherwise', async () => {
    const { workbench } = window;
    await check('web');
    const answer = toast(/Nix keeps 5 entries on web; Keepsake reads 1 path otherwise/);
    await answer.waitFor();
    await workbench.picture('evaluation-1-answer');
    await answer.getByRole('button', { name: 'Show Problems' }).click();
    const row = workbench.page
      .locator('.markers-panel .monaco-list-row')
      .filter({ hasText: /Nix keeps \/from\/outside in \/p2/, visible: true });
    await row.waitFor();
    assert.match(await row.innerText(), /differs-from-nix/);
    await workbench.picture('evaluation-2-difference');
  });

  test('asked again, offers to go back to what Keepsake reads, and does', async () => {
    const { workbench } = window;
    await check('web');
    await workbench.asked('Findings of web are made of evaluated values');
    await workbench.picture('evaluation-3-again');
    await workbench.pick('Stop using evaluated values');
    await workbench.page
      .locator('.markers-panel .monaco-list-row')
      .filter({ hasText: /from\/outside/, visible: true })
      .waitFor({ state: 'detached' });
    await workbench.command('View: Toggle Panel Visibility');
  });

  test('what Nix refuses is said in its words, with what to do', async () => {
    await check('broken');
    const answer = toast(/broken could not be evaluated: Nix says: .*no such thing.*nix eval/);
    await answer.waitFor();
    await window.workbench.picture('evaluation-4-refused');
  });

  test('a long one shows its progress, and Cancel ends it', async () => {
    await check('slow');
    const progress = toast(/Evaluating slow with Nix/);
    await progress.waitFor();
    await window.workbench.picture('evaluation-5-progress');
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await progress.waitFor({ state: 'detached' });
    assert.equal(await toast(/slow could not be evaluated/).count(), 0);
    // It was ended: the next one is not told that it is still running.
    await check('slow');
    await progress.waitFor();
    await progress.getByRole('button', { name: 'Cancel' }).click();
    await progress.waitFor({ state: 'detached' });
    assert.equal(await toast(/Nix is evaluating slow already/).count(), 0);
  });
});
