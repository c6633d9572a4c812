import assert from 'node:assert/strict';
import { until } from '../vscode-host/until.ts';
import { STORAGE, useFleetWindow } from './fleetWindow.ts';

suite('workbench: help while writing', function () {
  const window = useFleetWindow({ files: { 'keepsake.json': '{\n  \n}\n' } });

  test('a lens over the storage counts its entries and what is missing', async () => {
    const { page } = window.workbench;
    await window.workbench.openFile(STORAGE);
    const lens = page.locator('.codelens-decoration', { hasText: /tank: 3 entries, \d+ missing/ });
    await lens.waitFor();
    await window.workbench.picture('help-1-lens');
    await lens.getByRole('button').or(lens.locator('a')).first().click();
    await page.locator('.reference-zone-widget').waitFor();
    await window.workbench.picture('help-2-places');
    await page.keyboard.press('Escape');
    await page.locator('.reference-zone-widget').waitFor({ state: 'detached' });
  });

  test('the pointer over an entry tells what writes it and what its loss means', async () => {
    const { page } = window.workbench;
    const entry = page.locator('.view-line span span', { hasText: '/var/lib/postgresql' }).first();
    const text = (await (await window.workbench.hover(entry)).innerText()).replaceAll('\u00a0', ' ');
    assert.match(text, /PostgreSQL/);
    assert.match(text, /services\.postgresql\.enable in configuration\.nix:\d+/);
    assert.match(text, /Kept in \/persist\/var\/lib\/postgresql/);
    assert.match(text, /Host: tank/);
    await window.workbench.picture('help-3-hover');
    await page.keyboard.press('Escape');
  });

  test('typing in a list offers what the host lacks first, and Enter writes it', async () => {
    const { page } = window.workbench;
    await page.locator('.view-line', { hasText: '"/var/lib/postgresql"' }).click();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('"');
    const list = page.locator('.suggest-widget');
    const first = list.locator('.monaco-list-row').filter({ visible: true }).first();
    await until('what is not kept to come first', async () => /not kept/.test(await first.innerText({ timeout: 5000 })));
    await page.keyboard.type('/var/lo');
    const log = list.locator('.monaco-list-row.focused').filter({ hasText: '/var/log', visible: true });
    await log.waitFor();
    await page.keyboard.press('Control+Space');
    await page.locator('.suggest-details', { hasText: /Convenience: / }).waitFor();
    await window.workbench.picture('help-4-completion');
    await page.keyboard.press('Enter');
    await page.locator('.view-line', { hasText: /^\s*"\/var\/log"\s*$/ }).waitFor();
    await window.workbench.picture('help-5-completed');
    await page.locator('.codelens-decoration', { hasText: /tank: 4 entries/ }).waitFor();
  });

  test('keepsake.json is completed, with what each key is for', async () => {
    const { page } = window.workbench;
    await window.workbench.openFile('keepsake.json');
    await window.workbench.goToLine(2);
    await page.keyboard.press('End');
    const list = page.locator('.suggest-widget');
    await until('the keys of keepsake.json', async () => {
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+Space');
      return await list
        .locator('.monaco-list-row')
        .filter({ hasText: 'severities', visible: true })
        .first()
        .waitFor({ timeout: 3000 })
        .then(
          () => true,
          () => false,
        );
    });
    await list.locator('.monaco-list-row').filter({ hasText: 'ignore', visible: true }).first().waitFor();
    await window.workbench.picture('help-6-keepsake-json');
  });

  test('a mistake in keepsake.json is told once: by VS Code while it is open, by Keepsake when it is not', async () => {
    const { workbench } = window;
    const { page } = workbench;
    await page.keyboard.press('Escape');
    await page.keyboard.type('"nosuch": 1');
    await workbench.save();
    await workbench.problems();
    await page.getByPlaceholder(/^Filter/).fill('nosuch');
    const rows = page.locator('.markers-panel .monaco-list-row').filter({ hasText: 'nosuch', visible: true });
    await rows.filter({ hasText: /not allowed/ }).waitFor();
    assert.equal(await rows.count(), 1);
    await workbench.picture('help-7-one-mistake');
    await page.locator('.tabs-container .tab', { hasText: 'keepsake.json' }).click({ button: 'middle' });
    await rows.filter({ hasText: /means nothing here/ }).waitFor();
    assert.equal(await rows.count(), 1);
  });
});
