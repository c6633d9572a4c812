import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../vscode-host/until.ts';
import { openFleetWindow, pictureOfFailure } from './fleetWindow.ts';
import type { FleetWindow } from './fleetWindow.ts';

suite('workbench: a folder that is not trusted', function () {
  let window: FleetWindow;
  let directory: string;

  suiteSetup(async function () {
    directory = mkdtempSync(join(tmpdir(), 'ks-'));
    // Would leave a mark if anything ran it.
    writeFileSync(join(directory, 'ssh'), `#!/bin/sh\ntouch "${directory}/ran"\n`);
    chmodSync(join(directory, 'ssh'), 0o755);
    window = await openFleetWindow(this, {
      trustAll: false,
      settings: {
        'security.workspace.trust.startupPrompt': 'never',
        'security.workspace.trust.banner': 'never',
        'keepsake.ssh.path': join(directory, 'ssh'),
        'keepsake.hosts': { tank: { destination: 'box' } },
      },
    });
  });
  teardown(async function () {
    await pictureOfFailure(this, window);
  });
  suiteTeardown(async () => {
    await window?.close();
    if (directory) rmSync(directory, { recursive: true, force: true });
  });

  test('has its findings, but no host is read, and the view says why', async () => {
    const { workbench } = window;
    const { page } = workbench;
    await page.getByText('Restricted Mode').first().waitFor();
    await workbench.openFile('hosts/tank/persistence.nix');
    await window.workbench.squiggles().first().waitFor();
    const view = await workbench.keepsakeView();
    await view.getByText('This workspace is not trusted').waitFor();
    await view.getByText('Manage Trust').waitFor();
    await workbench.picture('trust-1-restricted');
    assert.ok(!existsSync(join(directory, 'ran')));
  });

  test('shows the hosts as soon as it is trusted, and still connects to none by itself', async () => {
    const { workbench } = window;
    const { page } = workbench;
    await (await workbench.keepsakeView()).getByText('Manage Trust').click();
    await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await workbench.row('tank').waitFor();
    await page.keyboard.press('Escape');
    await workbench.picture('trust-2-trusted');
    assert.ok(!existsSync(join(directory, 'ran')));
  });
});

suite('workbench: windows without a host', function () {
  let window: FleetWindow;

  suiteSetup(async function () {
    window = await openFleetWindow(this, { empty: true });
  });
  teardown(async function () {
    await pictureOfFailure(this, window);
  });
  suiteTeardown(async () => {
    await window?.close();
  });

  test('without a folder the view offers to open one', async () => {
    const view = await window.workbench.keepsakeView();
    await view.getByText('Open the folder of your NixOS configuration').waitFor();
    await view.getByText('Open Folder').waitFor();
    await window.workbench.picture('welcome-1-no-folder');
  });

  test('and leads to the walkthrough, whose steps have their pictures', async () => {
    const { page } = window.workbench;
    const view = await window.workbench.keepsakeView();
    await view.getByText('Get Started').click();
    const walkthrough = page.locator('.gettingStartedContainer');
    await walkthrough.getByText('Get Started with Keepsake').first().waitFor();
    // Pictures are shown where there is room for them.
    await page.keyboard.press('Control+B');
    await walkthrough.getByText('See what nothing keeps').click();
    const picture = walkthrough.getByRole('img', { name: /menu of its quick fixes/ });
    await picture.waitFor();
    await until('the picture to be read', () =>
      picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 600),
    );
    await window.workbench.picture('welcome-3-walkthrough');
    await page.keyboard.press('Control+B');
  });

  test('a folder without hosts says where hosts are looked for', async () => {
    const folder = join(window.scratch.directory, 'empty');
    mkdirSync(folder);
    await window.workbench.openFolder(folder);
    const view = await window.workbench.keepsakeView();
    await view.getByText('No host was found').waitFor();
    await window.workbench.picture('welcome-2-no-host');
  });
});
