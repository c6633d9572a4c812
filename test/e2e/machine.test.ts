import assert from 'node:assert/strict';
import { scenario } from '../hosts/zfs/scenario.ts';
import { startZfsMachine, zfsMachineMissing } from '../hosts/zfsMachine.ts';
import type { ZfsMachine } from '../hosts/zfsMachine.ts';
import { skip } from '../support/skip.ts';
import { until } from '../vscode-host/until.ts';
import { openFleetWindow, pictureOfFailure } from './fleetWindow.ts';
import type { FleetWindow } from './fleetWindow.ts';

/** The emulated machine lists in seconds and boots in a quarter of a minute, on a computer that does nothing else. */
const SLOW = 300_000;

/** What stands in the two files, before and after the second snapshot. */
const BEFORE = 'listen = 8080\nname = ledger\n';
const NOW = 'listen = 9090\nname = ledger\nowner = ann\n';
const KEY = 'not a real key, but who knows\n';

/**
 * Two hosts of the fleet are the real ZFS machine: `tank` since its blank snapshot, as it is, and `relay` since one that was made when
 * the file of settings was there already. One window, worked from top to bottom as a person would.
 */
suite('workbench: a real machine, its files, and a reboot', function () {
  this.timeout(SLOW);
  let window: FleetWindow;
  let machine: ZfsMachine;

  suiteSetup(async function () {
    const missing = zfsMachineMissing();
    if (missing !== null) skip(this, missing);
    machine = await startZfsMachine();
    const written = await machine.exec(
      `mkdir -p /srv/ledger; printf '${BEFORE}' >/srv/ledger/settings; zpool sync; zfs snapshot rpool/local/root@seeded
       ${scenario()}
       printf '${NOW}' >/srv/ledger/settings; printf '${KEY}' >/srv/ledger/private.key; zpool sync`,
    );
    assert.equal(written.status, 0, written.stderr);
    window = await openFleetWindow(this, {
      settings: {
        'keepsake.hosts': {
          tank: { destination: machine.host },
          relay: { destination: machine.host, dataset: 'rpool/local/root', snapshot: 'seeded' },
        },
        'keepsake.ssh.arguments': ['-F', machine.sshConfig],
        'keepsake.ssh.connectTimeout': 120,
        'keepsake.live.interval': 1,
      },
    });
  });
  teardown(async function () {
    await pictureOfFailure(this, window);
  });
  suiteTeardown(async () => {
    await window?.close();
    await machine?.stop();
  });

  const says = async (host: string, words: RegExp): Promise<string> =>
    until(
      `${host} to say ${String(words)}`,
      async () => {
        const text = await window.workbench.row(host).innerText();
        return words.test(text) && text;
      },
      SLOW,
    );
  const editorText = async (): Promise<string> =>
    (await window.workbench.page.locator('.editor-instance .view-line').allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');

  test('all hosts with an address are listed at once, with a line each', async () => {
    const { workbench } = window;
    await workbench.keepsakeView();
    await workbench.widenSideBar(520);
    await workbench.row('tank').waitFor();
    await workbench.command('Keepsake: Connect to All Hosts');
    await says('tank', /\d+ would be lost/);
    await says('relay', /\d+ would be lost/);
    for (const host of ['tank', 'relay']) assert.equal(await workbench.row(host).getAttribute('aria-expanded'), 'false');
    assert.equal(await workbench.page.locator('.notification-toast').count(), 0);
    assert.match(await workbench.row('vault').innerText(), /not connected/);
    await workbench.picture('machine-1-fleet');
  });

  test('a file of the host is shown as it is there, and can’t be written into', async () => {
    const { workbench } = window;
    const { page } = workbench;
    await workbench.findPaths('ledger');
    await workbench.unfold(workbench.row('relay'));
    await workbench.unfold(workbench.row('/srv/ledger'));
    const settings = workbench.row(/^settings/);
    await settings.waitFor();
    await workbench.clickInline(settings, 'Look at This File');
    await page.locator('.tabs-container .tab.active', { hasText: 'settings' }).waitFor();
    await page.locator('.view-line', { hasText: 'owner' }).waitFor();
    assert.equal((await editorText()).trim(), NOW.trim());
    await page.locator('.view-line', { hasText: 'owner' }).click();
    await page.keyboard.type('x');
    await page.locator('.monaco-editor-overlaymessage', { hasText: /read-only/ }).waitFor();
    assert.equal((await editorText()).trim(), NOW.trim());
    await workbench.picture('machine-2-look');
  });

  test('what is different since the snapshot is shown beside it', async () => {
    const { workbench } = window;
    const { page } = workbench;
    await workbench.choose(workbench.row(/^settings/), 'Compare with the Blank Snapshot');
    await page.locator('.tabs-container .tab.active', { hasText: 'blank ↔ now' }).waitFor();
    const side = (name: string): ReturnType<typeof page.locator> => page.locator(`.monaco-diff-editor .editor.${name} .view-line`);
    await side('original').filter({ hasText: '8080' }).waitFor();
    await side('modified').filter({ hasText: '9090' }).waitFor();
    await side('modified').filter({ hasText: 'owner' }).waitFor();
    assert.equal(await side('original').filter({ hasText: 'owner' }).count(), 0);
    await workbench.picture('machine-3-compare');
  });

  test('what may be a secret is shown only when the question is answered', async () => {
    const { workbench } = window;
    const { page } = workbench;
    const secret = workbench.row(/^private\.key/);
    const dialog = page.locator('.monaco-dialog-box', { hasText: 'may hold a secret' });
    const shown = page.locator('.view-line', { hasText: 'not a real key' });
    await workbench.clickInline(secret, 'Look at This File');
    await dialog.waitFor();
    await workbench.picture('machine-4-secret');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.equal(await shown.count(), 0);
    await workbench.clickInline(secret, 'Look at This File');
    await dialog.getByRole('button', { name: 'Show' }).click();
    await shown.waitFor();
    await workbench.command('Keepsake: Show All Paths Again');
    // Rows out of sight are not there, and all of relay's would push tank out of it.
    await workbench.fold(workbench.row('relay'));
  });

  test('what is declared stands with whether it is mounted, and what lies in storage undeclared with its size', async () => {
    const { workbench } = window;
    const { page } = workbench;
    const header = (view: string): ReturnType<typeof page.locator> => page.locator('.pane-header', { hasText: view });
    // One after the other, so that each has room for its rows.
    await header('Unsaved State').click();
    await header('Declared').click();
    await workbench.unfold(workbench.row('tank', 'Declared'));
    await workbench.row(/^\/var\/lib\/postgresql\s*mounted/, 'Declared').waitFor();
    await workbench.picture('machine-5-declared');
    await header('Declared').click();
    await header('Orphans').click();
    await workbench.unfold(workbench.row('tank', 'Orphans'));
    await workbench.row(/^\/var\/lib\/tailscale.*B · in \/persist/, 'Orphans').waitFor();
    await workbench.picture('machine-6-orphans');
    await header('Orphans').click();
    await header('Unsaved State').click();
    await workbench.row('tank').waitFor();
  });

  test('a machine that reboots is called old, keeps its last result, and is listed by itself when it is back', async () => {
    const { workbench } = window;
    // The second snapshot does not outlive the rollback.
    await workbench.choose(workbench.row('relay'), 'Disconnect');
    await workbench.fold(workbench.row('relay'));
    const before = await says('tank', /\d+ would be lost/);
    const rebooted = machine.reboot();
    const gone = await says('tank', /stale since/);
    assert.equal(lostOf(gone), lostOf(before));
    await workbench.unfold(workbench.row('tank'));
    await workbench.row(/this is the last result/).waitFor();
    await workbench.row(/^Would be lost/).waitFor();
    await workbench.picture('machine-7-lost');
    await rebooted;
    const back = await until(
      'tank to be listed again',
      async () => {
        const text = await workbench.row('tank').innerText();
        return !/stale/.test(text) && / would be lost/.test(text) && text;
      },
      SLOW,
    );
    // What was to be lost is; what the machine wrote while it booted is what there is now.
    assert.ok(lostOf(back) < lostOf(before) / 4, `${before} and then ${back}`);
    assert.match(back, /\d+ gone/);
    await workbench.row(/this is the last result/).waitFor({ state: 'hidden' });
    await workbench.picture('machine-8-regained');
  });
});

/** How many paths a host's row says would be lost. */
function lostOf(row: string): number {
  return /nothing would be lost/.test(row) ? 0 : Number(/(\d[\d,]*) would be lost/.exec(row)?.[1]?.replaceAll(',', '') ?? Number.NaN);
}
