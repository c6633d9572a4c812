import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { run } from '../hosts/run.ts';
import { skip } from '../support/skip.ts';
import { until } from '../vscode-host/until.ts';
import { restoreFleet } from './editing.ts';
import { configure, connect, hostRow, hostSays, row, rowsOf, unsavedState } from './panel.ts';

const DATABASE = '/var/lib/vaultwarden/db.sqlite3';

suite('panel: the real ZFS machine over real ssh', function () {
  this.timeout(180_000);
  let machine: { readonly sshConfig: string; readonly host: string };

  suiteSetup(async function () {
    const missing = process.env['KEEPSAKE_TEST_NO_MACHINE'];
    if (missing) skip(this, missing);
    machine = JSON.parse(process.env['KEEPSAKE_TEST_MACHINE'] ?? '') as typeof machine;
    await restoreFleet();
    await configure({
      hosts: { tank: { destination: machine.host, backend: 'zfs-diff' } },
      'ssh.arguments': ['-F', machine.sshConfig],
      // An emulated machine takes long for a handshake where others want the processor.
      'ssh.connectTimeout': 120,
      'panel.showKept': true,
      'panel.showNoise': true,
      // The one arrangement in which what is noise stands beside what is lost.
      'panel.arrangement': 'tree',
    });
    await connect('tank');
    await hostSays('tank', /^[\d,]+ would be lost/, 120_000);
  });
  suiteTeardown(async () => {
    await restoreFleet();
    await configure({
      hosts: undefined,
      'ssh.arguments': undefined,
      'ssh.connectTimeout': undefined,
      'panel.showKept': undefined,
      'panel.showNoise': undefined,
      'panel.arrangement': undefined,
    });
  });

  test('the pointer over the host tells what it says of itself', async () => {
    const { node } = await hostRow('tank');
    const provider = await unsavedState();
    const item = await provider.getTreeItem(node);
    assert.equal(item.tooltip, undefined, 'asked for only when the pointer is there');
    const resolved = await provider.resolveTreeItem?.(item, node, new vscode.CancellationTokenSource().token);
    const tooltip = resolved?.tooltip;
    assert.ok(typeof tooltip === 'string');
    assert.match(tooltip, /^tank\n/);
    assert.match(tooltip, /\nRead by root, as root\nLinux .*, zfs-\d.*\nBooted at .*\n(.*\n)*\d+ mounts outlive a boot$/);
  });

  test('the rows are what zfs diff prints there', async () => {
    const { stdout, status } = await run('ssh', ['-F', machine.sshConfig, machine.host, 'zfs diff -H -F rpool/local/root@blank']);
    assert.equal(status, 0);
    const there = stdout
      .split('\n')
      .map((line) => line.split('\t')[2] ?? '')
      .filter((path) => path.startsWith('/') && path !== '/' && !path.includes('\\') && !path.includes('on_delete_queue'));
    assert.ok(there.length > 30, stdout);
    const rows = await rowsOf('tank');
    assert.deepEqual(
      there.filter((path) => ![...rows.keys()].some((shown) => shown === path || shown.startsWith(`${path}/`))),
      [],
      'paths of zfs diff that the panel does not show',
    );
    const changed = [...rows.values()].flatMap(({ node }) => (node.kind === 'row' && node.row.change !== null ? [node.row.path] : []));
    const known = new Set(there);
    assert.deepEqual(
      changed.filter((path) => /^[\w/.:-]+$/.test(path) && !known.has(path)),
      [],
      'paths that the panel made up',
    );
  });

  test('what impermanence has mounted is kept, what it no longer declares says so', async () => {
    await row('tank', '/var/lib/postgresql', /kept/);
    await row('tank', '/var/lib/tailscale', /kept now, not declared/);
  });

  test('Persist writes the line, and the row becomes "declared, not active yet"', async () => {
    const target = await row('tank', DATABASE, /would be lost/);
    await vscode.commands.executeCommand('keepsake.persist', target.node);
    const document = await until('the written file', () => vscode.window.activeTextEditor?.document);
    assert.match(document.getText(), /^\s+"\/var\/lib\/vaultwarden(\/db\.sqlite3)?"$/m);
    await row('tank', DATABASE, /declared, not active yet/);
    assert.ok(await document.save());
    await row('tank', DATABASE, /declared, not active yet/);
  });

  test('a file written there is in the next listing', async () => {
    const made = await run('ssh', ['-F', machine.sshConfig, machine.host, 'mkdir -p /var/lib/fresh && echo 1 > /var/lib/fresh/state']);
    assert.equal(made.status, 0, made.stderr);
    await vscode.commands.executeCommand('keepsake.refresh', (await hostRow('tank')).node);
    await row('tank', '/var/lib/fresh/state', /would be lost/);
  });
});
