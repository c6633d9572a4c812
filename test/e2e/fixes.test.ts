import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../vscode-host/until.ts';
import { STORAGE, useFleetWindow } from './fleetWindow.ts';

suite('workbench: all fixes of a kind, and a comment that ignores', function () {
  const window = useFleetWindow();

  test('the menu offers to ignore, and the reason is there to be written over', async () => {
    const { page } = window.workbench;
    await window.workbench.openFile(STORAGE);
    await window.workbench.squiggles().first().waitFor();
    await page.locator('.view-line', { hasText: '"/persist"' }).click();
    const menu = await window.workbench.quickFixes();
    assert.match(await menu.innerText(), /Ignore missing-critical-state here/);
    await window.workbench.picture('fixes-1-menu');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await window.workbench.chooseFix(/Ignore missing-critical-state here/);
    const comment = page.locator('.view-line', { hasText: '# keepsake: ignore missing-critical-state' });
    await comment.waitFor();
    await page.keyboard.type('a machine for tests');
    await page.locator('.view-line', { hasText: '# keepsake: ignore missing-critical-state a machine for tests' }).waitFor();
    await window.workbench.squiggles().waitFor({ state: 'detached' });
    await window.workbench.picture('fixes-2-ignored');
    await window.workbench.save();
    await until('the saved comment', () =>
      readFileSync(join(window.scratch.fleet, STORAGE), 'utf8').includes(
        '  # keepsake: ignore missing-critical-state a machine for tests\n',
      ),
    );
  });

  test('all of a kind are mended at once', async () => {
    const { page } = window.workbench;
    const file = join(window.scratch.fleet, STORAGE);
    await page.locator('.view-line', { hasText: '# keepsake: ignore' }).click();
    await page.keyboard.press('Control+Shift+K');
    await page.locator('.view-line', { hasText: '# keepsake: ignore' }).waitFor({ state: 'detached' });
    await page.locator('.view-line', { hasText: '"/etc/machine-id"' }).click();
    await page.keyboard.press('Control+Shift+K');
    await page.locator('.view-line', { hasText: '"/etc/machine-id"' }).waitFor({ state: 'detached' });
    await window.workbench.squiggles().first().waitFor();
    await page.locator('.view-line', { hasText: '"/persist"' }).click();
    await until('two findings of the kind', async () => {
      const text = await (await window.workbench.quickFixes()).innerText();
      await page.keyboard.press('Escape');
      return /Fix all 2 missing-critical-state/.test(text);
    });
    await window.workbench.chooseFix(/Fix all 2 missing-critical-state/);
    await page.locator('.view-line', { hasText: '"/var/log"' }).waitFor();
    await until('the squiggles to go', async () => (await window.workbench.squiggles().count()) === 0);
    await window.workbench.picture('fixes-3-all');
    await window.workbench.save();
    await until('the saved file', () => /"\/var\/log"[^]*"\/etc\/machine-id"/.test(readFileSync(file, 'utf8')));
  });
});
