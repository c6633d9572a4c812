import assert from 'node:assert/strict';
import { until } from '../vscode-host/until.ts';
import { captureSettings, openFleetWindow, pictureOfFailure } from './fleetWindow.ts';
import type { FleetWindow } from './fleetWindow.ts';

/** One window, worked from top to bottom as a person would: each test starts where the one before ended. */
suite('workbench: the view Unsaved state, on a recorded listing', function () {
  this.timeout(90_000);
  let window: FleetWindow;

  suiteSetup(async function () {
    window = await openFleetWindow(this, { settings: captureSettings });
  });
  teardown(async function () {
    await pictureOfFailure(this, window);
  });
  suiteTeardown(async () => {
    await window?.close();
  });

  test('it has the hosts of the flake, and what the recorded one would lose', async () => {
    const { workbench } = window;
    await workbench.keepsakeView();
    await workbench.widenSideBar(520);
    for (const host of ['anvil', 'harbor', 'vault', 'beacon', 'portal', 'relay', 'tank']) await workbench.row(host).waitFor();
    const tank = workbench.row('tank');
    await until('the counts of tank', async () => /\d+ would be lost/.test(await tank.innerText()));
    await workbench.unfold(tank);
    await workbench.picture('panel-1-hosts');
    const tab = workbench.page.locator('.activitybar').getByRole('tab', { name: /^Keepsake/ });
    assert.match((await tab.getAttribute('aria-label')) ?? '', /\d+ paths would be lost at the next boot/, 'the badge');
  });

  test('directories unfold to what changed, worst first in words', async () => {
    const { workbench } = window;
    const etc = workbench.row(/^etc/);
    await workbench.unfold(etc);
    await workbench.row('ssh_host_ed25519_key').or(workbench.row(/^ssh/)).first().waitFor();
    await workbench.picture('panel-2-unfolded');
  });

  test('a click on Persist writes the entry, and the row says that it is not active yet', async () => {
    const { workbench } = window;
    await workbench.unfold(workbench.row(/^var/));
    await workbench.unfold(workbench.row(/^lib/));
    const row = workbench.row(/^vaultwarden/);
    await row.scrollIntoViewIfNeeded();
    assert.match(await row.innerText(), /would be lost/);
    const before = await workbench.row('tank').innerText();
    await workbench.clickInline(row, 'Persist');
    await workbench.page.locator('.view-line', { hasText: '"/var/lib/vaultwarden"' }).waitFor();
    await until('the row to change', async () => /declared, not active yet/.test(await workbench.row(/^vaultwarden/).innerText()));
    await until('the counts of the host to follow', async () => (await workbench.row('tank').innerText()) !== before);
    await workbench.picture('panel-3-persisted');
  });

  test('the filter shows what was hidden, by count', async () => {
    const { workbench } = window;
    const { page } = workbench;
    await workbench.command('Keepsake: Filter Unsaved State…');
    const noise = page.locator('.quick-input-widget .monaco-list-row', { hasText: 'Noise' });
    await noise.waitFor();
    assert.match(await noise.innerText(), /\d+/);
    await workbench.picture('panel-4-filter');
    await noise.click();
    await page.keyboard.press('Enter');
    await workbench.row(/^dev.*noise/).waitFor();
    await workbench.picture('panel-5-noise');
  });
});
