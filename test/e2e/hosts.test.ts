import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../hosts/freePort.ts';
import { sshdMissing, startSshd } from '../hosts/sshd.ts';
import type { Sshd } from '../hosts/sshd.ts';
import { skip } from '../support/skip.ts';
import { until } from '../vscode-host/until.ts';
import { openFleetWindow, pictureOfFailure } from './fleetWindow.ts';
import type { FleetWindow } from './fleetWindow.ts';

const PASSPHRASE = 'open $esame "';

/** A real sshd whose `zfs` lists two changes and then hangs: there is time to see the progress and to stop it. */
suite('workbench: a host that takes long, and one that is down', function () {
  let window: FleetWindow;
  let sshd: Sshd;
  let locked: Sshd;
  let directory: string;

  suiteSetup(async function () {
    const missing = sshdMissing();
    if (missing !== null) skip(this, missing);
    directory = mkdtempSync(join(tmpdir(), 'ks-'));
    writeFileSync(
      join(directory, 'zfs'),
      '#!/bin/sh\n[ "$1" = diff ] || exit 1\nprintf \'1.000000000\\t+\\tF\\t/var/lib/slow/%s\\n\' one two\nwhile :; do sleep 1; done\n',
    );
    chmodSync(join(directory, 'zfs'), 0o755);
    sshd = await startSshd({ programs: [directory] });
    locked = await startSshd({ programs: [directory], passphrase: PASSPHRASE });
    const config = join(directory, 'ssh_config');
    const second = readFileSync(locked.sshConfig, 'utf8').replace('Host box', 'Host locked');
    writeFileSync(config, `${readFileSync(sshd.sshConfig, 'utf8')}${second}`);
    const down = await freePort();
    window = await openFleetWindow(this, {
      // What the team says does where the user says nothing.
      files: { 'keepsake.json': JSON.stringify({ hosts: { tank: { ssh: 'box' } } }) },
      settings: {
        'keepsake.hosts': {
          beacon: { destination: 'locked', dataset: 'rpool/root', snapshot: 'blank', backend: 'zfs-diff' },
          relay: { destination: `ssh://127.0.0.1:${down}`, dataset: 'rpool/root', snapshot: 'blank' },
        },
        'keepsake.ssh.arguments': ['-F', config],
        'keepsake.ssh.connectTimeout': 120,
      },
    });
  });
  teardown(async function () {
    await pictureOfFailure(this, window);
  });
  suiteTeardown(async () => {
    await window?.close();
    await sshd?.stop();
    await locked?.stop();
    if (directory) rmSync(directory, { recursive: true, force: true });
  });

  test('nothing is connected to until it is clicked; then rows stream in, and Stop ends it', async () => {
    const { workbench } = window;
    await workbench.keepsakeView();
    const tank = workbench.row('tank');
    await tank.waitFor();
    await workbench.unfold(tank);
    await workbench.widenSideBar(520);
    await workbench.picture('hosts-1-not-connected');
    await workbench.row(/^Not connected/).click();
    await workbench.row(/^Listing…/).waitFor();
    await workbench.row(/^\/var\/lib\/slow/).waitFor();
    await workbench.picture('hosts-2-listing');
    await workbench.clickInline(tank, 'Stop Listing');
    await until('the host to say so', async () => /stopped/.test(await tank.innerText()));
    await workbench.picture('hosts-3-stopped');
  });

  test('a host that is down says so in its row, and a click says what to do', async () => {
    const { workbench } = window;
    const relay = workbench.row('relay');
    await workbench.clickInline(relay, /^(Connect|Refresh)/);
    await until('the host to say so', async () => /failed/.test(await relay.innerText()));
    await workbench.unfold(relay);
    await workbench.picture('hosts-4-down');
    await workbench.row(/^ssh:\/\/127\.0\.0\.1:\d+ /).click();
    await workbench.page.locator('.notification-toast', { hasText: 'relay' }).waitFor();
    await workbench.picture('hosts-5-what-to-do');
  });

  test('where the key has a passphrase, ssh asks in the window, and again after a wrong one', async () => {
    const { workbench } = window;
    const { page } = workbench;
    const beacon = workbench.row('beacon');
    await workbench.clickInline(beacon, /^(Connect|Refresh)/);
    const box = page.locator('.quick-input-widget', { hasText: 'ssh locked (beacon)' });
    const input = box.locator('input[type="password"]');
    await input.waitFor();
    assert.match(await box.innerText(), /passphrase for key .*handed to ssh and kept nowhere/s);
    await input.fill('not this');
    await workbench.picture('hosts-6-passphrase');
    await page.keyboard.press('Enter');
    await until('the question to come again, empty', async () => (await input.inputValue()) === '');
    await input.fill(PASSPHRASE);
    await page.keyboard.press('Enter');
    await until('the listing', async () => /listing…/.test(await beacon.innerText()));
    await workbench.unfold(beacon);
    await workbench.picture('hosts-7-connected');
    await workbench.clickInline(beacon, 'Stop Listing');
    await until('the host to say so', async () => /stopped/.test(await beacon.innerText()));
    assert.doesNotMatch(locked.log(), /esame/);
  });

  test('each host of the fleet has one line, whatever has become of it', async () => {
    const { workbench } = window;
    const lines = { tank: /stopped/, beacon: /stopped/, relay: /^relay\s*failed/, vault: /not connected/ };
    for (const [host, words] of Object.entries(lines)) {
      const row = workbench.row(host);
      await workbench.fold(row);
      assert.match(await row.innerText(), words);
    }
    await workbench.picture('hosts-8-fleet');
  });
});
