import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSettings } from '../vscode-host/codeServer.ts';
import { until } from '../vscode-host/until.ts';
import { captureSettings, useFleetWindow } from './fleetWindow.ts';

suite('workbench: the view Unsaved state, on a recorded listing', function () {
  const window = useFleetWindow({ settings: captureSettings });

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

  test('what would be lost is there by verdict, the worst first, and each thing once', async () => {
    const { workbench } = window;
    const critical = workbench.row(/^Would be lost: critical/);
    await critical.waitFor();
    assert.match(await critical.innerText(), /\d+ paths?/);
    const key = workbench.row('/etc/ssh/ssh_host_ed25519_key');
    await key.waitFor();
    assert.match(await key.innerText(), /would be lost: critical/);
    assert.match((await key.getAttribute('aria-label')) ?? '', /added file \/etc\/ssh\/ssh_host_ed25519_key, would be lost: critical/);
    await workbench.picture('panel-2-critical');
  });

  test('a text finds a path; a click on Persist writes the entry, and the row says that it is not active yet', async () => {
    const { workbench } = window;
    await workbench.findPaths('vaultwarden');
    await workbench.row(/^Only paths with/).waitFor();
    const row = workbench.row(/^\/var\/lib\/vaultwarden/);
    assert.match(await row.innerText(), /would be lost/);
    await workbench.picture('panel-3-found');
    const before = await workbench.row('tank').innerText();
    await workbench.clickInline(row, 'Persist');
    await workbench.page.locator('.view-line', { hasText: '"/var/lib/vaultwarden"' }).waitFor();
    await workbench.unfold(workbench.row(/^Declared, not active yet/));
    await workbench.row(/^\/var\/lib\/vaultwarden.*declared, not active yet/).waitFor();
    await until('the counts of the host to follow', async () => (await workbench.row('tank').innerText()) !== before);
    await workbench.picture('panel-4-persisted');
    await workbench.command('Keepsake: Show All Paths Again');
    await workbench.row(/^Only paths with/).waitFor({ state: 'hidden' });
  });

  test('several paths are chosen by their boxes and persisted at once', async () => {
    const { workbench } = window;
    await workbench.command('Keepsake: Show Check Boxes');
    for (const path of ['/etc/ssh/ssh_host_ed25519_key.pub', '/etc/ssh/ssh_host_rsa_key.pub']) {
      await workbench.row(path).locator('.monaco-custom-toggle, .custom-view-tree-node-item-checkbox').first().click();
    }
    await workbench.page.locator('.sidebar', { hasText: '2 paths chosen' }).waitFor();
    await workbench.picture('panel-5-chosen');
    await workbench.command('Keepsake: Persist Checked Paths');
    await workbench.page.locator('.view-line', { hasText: '"/etc/ssh/ssh_host_rsa_key.pub"' }).waitFor();
    await workbench.row(/^\/etc\/ssh\/ssh_host_rsa_key\.pub.*declared, not active yet/).waitFor();
    await workbench.command('Keepsake: Hide Check Boxes');
  });

  test('a host says whether it is safe to reboot, and why not', async () => {
    const { workbench } = window;
    await workbench.clickInline(workbench.row('tank'), 'Safe to Reboot?');
    await workbench.page.locator('.view-line', { hasText: /Safe\s+to\s+reboot\s+tank\?\s+no/ }).waitFor();
    await workbench.page.locator('.view-line', { hasText: /declared,\s+but\s+not\s+active/ }).waitFor();
    await workbench.picture('panel-6-reboot');
  });

  test('what belongs to whom: by service; where it is: as a tree', async () => {
    const { workbench } = window;
    await workbench.commandThatAsks('Keepsake: Arrange Unsaved State…', 'Arrange unsaved state by');
    await workbench.pick('Service');
    await workbench.row(/^Headscale/).waitFor();
    await workbench.picture('panel-7-services');
    await workbench.commandThatAsks('Keepsake: Arrange Unsaved State…', 'Arrange unsaved state by');
    await workbench.pick('Tree');
    const directory = workbench.row(/^root\/\.ssh/);
    await workbench.unfold(directory);
    await workbench.row(/^known_hosts/).waitFor();
    await workbench.picture('panel-8-tree');
    await workbench.fold(directory);
    await workbench.commandThatAsks('Keepsake: Arrange Unsaved State…', 'Arrange unsaved state by');
    await workbench.pick('List');
    await workbench.row(/^\/etc\/.*/).waitFor();
  });

  test('the filter shows what was hidden, by count', async () => {
    const { workbench } = window;
    const { page } = workbench;
    await workbench.commandThatAsks('Keepsake: Filter Unsaved State…', 'Show besides what would be lost or is not active yet');
    const noise = page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: 'Noise', visible: true });
    await noise.waitFor();
    assert.match(await noise.innerText(), /\d+/);
    await workbench.picture('panel-9-filter');
    await noise.click();
    await page.keyboard.press('Enter');
    await workbench.row(/^Noise/).waitFor();
    await workbench.picture('panel-10-noise');
  });

  test('rows of two hosts are chosen with Ctrl, and the edit of both files is looked at before it is made', async () => {
    const { workbench, scratch } = window;
    const { page } = workbench;
    const { tank } = captureSettings['keepsake.hosts'];
    writeSettings(join(scratch.directory, 'data'), { 'keepsake.hosts': { tank, anvil: tank } });
    await until('anvil to be listed', async () => /would be lost/.test(await workbench.row('anvil').innerText()));
    await workbench.findPaths('headscale');
    await workbench.unfold(workbench.row('anvil'));
    const rows = page
      .getByRole('tree', { name: 'Unsaved state' })
      .locator('.monaco-list-row')
      .filter({ hasText: /^\/var\/lib\/headscale/, visible: true });
    await until('a row on either host', async () => (await rows.count()) === 2);
    await rows.nth(0).click();
    await rows.nth(1).click({ modifiers: ['Control'] });
    await until('both to be chosen', async () => (await rows.and(page.locator('[aria-selected="true"]')).count()) === 2);
    await workbench.command('Keepsake: Persist');
    const preview = page.locator('.bulk-edit-panel');
    await preview.waitFor();
    const previewed = (text: string): ReturnType<typeof page.locator> =>
      preview.locator('.monaco-list-row').filter({ hasText: text, visible: true }).first();
    for (const host of ['tank', 'anvil']) await previewed(host).waitFor();
    await workbench.picture('panel-11-preview');
    assert.doesNotMatch(readFileSync(join(scratch.fleet, 'hosts/tank/persistence.nix'), 'utf8'), /headscale/);
    // Nothing is checked until somebody has looked at it.
    await preview.getByRole('button', { name: 'Apply' }).click();
    await page.locator('.notification-toast', { hasText: 'Nothing was written: only what is checked in the preview is' }).waitFor();
    await workbench.command('Keepsake: Persist');
    await preview.getByRole('button', { name: 'Apply' }).waitFor();
    for (const host of ['tank', 'anvil']) {
      await previewed(`hosts/${host}`).click();
      await page.keyboard.press('Space');
    }
    await preview.getByRole('button', { name: 'Apply' }).click();
    const declared = page
      .getByRole('tree', { name: 'Unsaved state' })
      .locator('.monaco-list-row')
      .filter({ hasText: 'Declared, not active yet', visible: true });
    await until('both to be declared', async () => (await declared.count()) === 2);
    await workbench.row(/^Would be lost/).waitFor({ state: 'hidden' });
    await workbench.picture('panel-12-both');
  });
});
