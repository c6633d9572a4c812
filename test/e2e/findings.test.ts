import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../vscode-host/until.ts';
import { STORAGE, useFleetWindow } from './fleetWindow.ts';

suite('workbench: findings and fixes', function () {
  const window = useFleetWindow();

  test('the storage that lacks /var/log is underlined, and the pointer over it says why', async () => {
    const { page } = window.workbench;
    await window.workbench.openFile(STORAGE);
    await window.workbench.squiggles().first().waitFor();
    const hover = await window.workbench.hover(window.workbench.squiggles().first());
    const text = (await hover.innerText()).replaceAll('\u00a0', ' ');
    assert.match(text, /\/var\/log/);
    assert.match(text, /\btank\b/);
    assert.match(text, /missing-critical-state/);
    await window.workbench.picture('findings-1-hover');
    await page.keyboard.press('Escape');
  });

  test('the Problems panel lists it', async () => {
    const rows = await window.workbench.problems();
    // There are more than are drawn at once.
    const filter = window.workbench.page.getByPlaceholder(/^Filter/);
    await filter.fill('SSH host keys');
    await rows.filter({ hasText: /tank: the SSH host keys/ }).waitFor();
    await filter.fill('/var/log');
    await rows.filter({ hasText: /tank: .*\/var\/log/ }).waitFor();
    await window.workbench.picture('findings-2-problems');
    await window.workbench.command('View: Toggle Panel Visibility');
  });

  test('the fix is offered and applied by keyboard alone, and what is saved is what was shown', async () => {
    const { page } = window.workbench;
    await page.locator('.view-line', { hasText: '"/persist"' }).click();
    const menu = await window.workbench.quickFixes();
    assert.match(await menu.innerText(), /\/var\/log/);
    await window.workbench.picture('findings-3-quick-fix');
    await page.keyboard.press('Enter');
    await page.locator('.view-line', { hasText: '"/var/log"' }).waitFor();
    await window.workbench.squiggles().waitFor({ state: 'detached' });
    await window.workbench.picture('findings-4-fixed');
    await window.workbench.save();
    const file = join(window.scratch.fleet, STORAGE);
    const saved = await until('the saved file', () => {
      const text = readFileSync(file, 'utf8');
      return text.includes('/var/log') && text;
    });
    assert.match(saved, /"\/var\/lib\/postgresql"\n {6}"\/var\/log"\n {4}\];/);
  });

  test('undo brings the finding back', async () => {
    const { page } = window.workbench;
    await page.locator('.view-line', { hasText: '"/persist"' }).click();
    await page.keyboard.press('Control+Z');
    await page.locator('.view-line', { hasText: '"/var/log"' }).waitFor({ state: 'detached' });
    await window.workbench.squiggles().first().waitFor();
  });
});
