import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as vscode from 'vscode';
import { skip } from '../support/skip.ts';
import { until } from '../vscode-host/until.ts';
import { folder, open, restoreFleet } from './editing.ts';
import { configure, connect, hostRow, hostSays, row, rowsOf, unsavedState } from './panel.ts';
import { findServer } from './serverProcess.ts';

const LOST = /would be lost/;
const NOT_ACTIVE = /declared, not active yet/;

suite('panel: a captured zfs diff, without any machine', () => {
  let texts: ReadonlyMap<string, string>;

  setup(async () => {
    await restoreFleet();
    await configure({ hosts: { tank: { capture: 'captures/tank-root.zfsdiff' } } });
    await connect('tank');
    await hostSays('tank', LOST);
    texts = await nixTexts();
  });
  teardown(async () => {
    await restoreFleet();
    await configure({ hosts: undefined, 'panel.showKept': undefined, 'panel.showNoise': undefined });
  });

  test('the rows are those of the capture, by what becomes of them', async () => {
    await row('tank', '/var/lib/vaultwarden/db.sqlite3', /^\+ would be lost: (critical|data)/);
    await row('tank', '/etc/ssh/ssh_host_ed25519_key', /^\+ would be lost: critical/);
    const rows = await rowsOf('tank');
    const verdicts = new Set([...rows.values()].map(({ node }) => (node.kind === 'row' ? node.row.verdict : null)));
    assert.ok(!verdicts.has('kept') && !verdicts.has('noise'), 'kept and noise are hidden by default');
    assert.match(rows.get('Hidden')?.description ?? '', /\d+ noise/);
  });

  test('other hosts stay unconnected', async () => {
    const rows = await rowsOf('relay');
    assert.deepEqual([...rows.keys()], ['Not connected']);
  });

  test('the filter shows noise as well', async () => {
    const before = (await rowsOf('tank')).size;
    await configure({ 'panel.showNoise': true });
    await row('tank', '/etc/resolv.conf', /noise/);
    assert.ok((await rowsOf('tank')).size > before);
  });

  test('Persist writes one line, the row becomes "declared, not active yet", undo takes both back', async () => {
    const target = await row('tank', '/var/lib/vaultwarden/db.sqlite3', LOST);
    await vscode.commands.executeCommand('keepsake.persist', target.node);
    const document = await until('the written file to be shown', () => vscode.window.activeTextEditor?.document);
    const before = texts.get(document.uri.fsPath) ?? '';
    const added = addedLines(before, document.getText());
    assert.equal(added.length, 1, document.getText());
    assert.match(added[0] ?? '', /^\s+"\/var\/lib\/vaultwarden(\/db\.sqlite3)?"$/);
    await row('tank', '/var/lib/vaultwarden/db.sqlite3', NOT_ACTIVE);
    assert.ok(document.isDirty, 'nothing is saved without being asked');

    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
    await row('tank', '/var/lib/vaultwarden/db.sqlite3', LOST);
  });

  test('several rows are persisted in one undo step', async () => {
    const targets = [
      await row('tank', '/etc/ssh/ssh_host_ed25519_key', LOST),
      await row('tank', '/etc/ssh/ssh_host_ed25519_key.pub', LOST),
      await row('tank', '/var/lib/headscale/db.sqlite', LOST),
    ].map(({ node }) => node);
    await vscode.commands.executeCommand('keepsake.persist', targets[0], targets);
    const document = await until('the written file to be shown', () => vscode.window.activeTextEditor?.document);
    for (const path of ['/etc/ssh/ssh_host_ed25519_key', '/etc/ssh/ssh_host_ed25519_key.pub', '/var/lib/headscale/db.sqlite']) {
      await row('tank', path, NOT_ACTIVE);
    }
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), texts.get(document.uri.fsPath));
  });

  test('names that are code to Nix or to a shell are written as what they are', async function () {
    if (spawnSync('nix-instantiate', ['--version']).error !== undefined) skip(this, 'nix-instantiate is not installed');
    const odd = [...(await rowsOf('tank')).values()].filter(({ node }) => node.kind === 'row' && isOddFile(node.row.path));
    assert.ok(odd.length > 20, 'the capture has odd names');
    const paths = odd.map(({ node }) => (node.kind === 'row' ? node.row.path : ''));
    assert.ok(paths.includes('/srv/share/${pkgs.hello}'));
    await vscode.commands.executeCommand(
      'keepsake.persist',
      odd[0]?.node,
      odd.map(({ node }) => node),
    );
    const document = await until('the written file to be shown', () => vscode.window.activeTextEditor?.document);
    for (const path of paths) await row('tank', path, NOT_ACTIVE);
    const { files } = evaluate(document.getText());
    assert.deepEqual(files.slice().sort(), ['/etc/machine-id', ...paths].sort());
  });

  test('for a name that is no text nothing is written', async () => {
    const target = [...(await rowsOf('tank')).values()].find(({ label }) => label.startsWith('invalid-'));
    assert.ok(target);
    await vscode.commands.executeCommand('keepsake.persist', target.node);
    assert.deepEqual(await nixTexts(), texts);
  });

  test('an entry typed by hand counts at once, unsaved', async () => {
    const storage = await row('tank', '/var/lib/fail2ban/fail2ban.sqlite3', LOST);
    await vscode.commands.executeCommand('keepsake.openStorage', (await hostRow('tank')).node);
    const { document } = await until('the storage declaration', () => vscode.window.activeTextEditor);
    const edit = new vscode.WorkspaceEdit();
    const at = document.getText().indexOf('"/var/lib/nixos"');
    assert.notEqual(at, -1, 'tank persists /var/lib/nixos');
    edit.insert(document.uri, document.positionAt(at), '"/var/lib/fail2ban" ');
    assert.ok(await vscode.workspace.applyEdit(edit));
    await row('tank', '/var/lib/fail2ban/fail2ban.sqlite3', NOT_ACTIVE);
    assert.equal(storage.node.kind, 'row');
  });

  test('the panel outlives a server that is killed', async () => {
    const first = await findServer();
    process.kill(first, 'SIGKILL');
    await until('another server', async () => (await findServer()) !== first);
    await row('tank', '/var/lib/vaultwarden/db.sqlite3', LOST);
    await open('flake.nix');
  });

  test('"Restart Server" starts one new server, and the capture is read again', async () => {
    const first = await findServer();
    await Promise.all([vscode.commands.executeCommand('keepsake.restart'), vscode.commands.executeCommand('keepsake.restart')]);
    await until('another server', async () => (await findServer()) !== first);
    await row('tank', '/var/lib/vaultwarden/db.sqlite3', LOST);
  });

  test('a capture that is not there is a row that says what to do', async () => {
    await configure({ hosts: { tank: { capture: 'captures/nothing.zfsdiff' } } });
    await connect('tank');
    await hostSays('tank', /^failed/);
    const { node } = (await rowsOf('tank')).values().next().value ?? assert.fail('no row');
    assert.ok(node.kind === 'state' && node.state === 'failed' && node.problem !== null);
    assert.notEqual(node.problem.nextStep, '');
  });

  test('the view draws every row it offers', async () => {
    const provider = await unsavedState();
    for (const { node } of (await rowsOf('tank')).values()) {
      const item = await provider.getTreeItem(node);
      assert.ok(item.accessibilityInformation?.label, JSON.stringify(node));
    }
  });
});

/** Directly below the directory of odd names, and text: what is no UTF-8 can't be written. */
function isOddFile(path: string): boolean {
  return /^\/srv\/share\/[^/]+$/.test(path) && !path.includes('\u{fffd}') && path !== '/srv/share/a directory';
}

/** What real Nix reads in a module that is a plain set. */
function evaluate(text: string): { readonly files: readonly string[] } {
  const expression = `(${text}).environment.persistence."/persist"`;
  const { error, status, stdout, stderr } = spawnSync('nix-instantiate', ['--eval', '--strict', '--json', '-E', expression], {
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as { files: string[] };
}

/** Texts of all Nix files of the folder, by path. */
async function nixTexts(): Promise<ReadonlyMap<string, string>> {
  const files = await vscode.workspace.findFiles(new vscode.RelativePattern(folder(), '**/*.nix'));
  const documents = await Promise.all(files.map((file) => vscode.workspace.openTextDocument(file)));
  return new Map(documents.map((document) => [document.uri.fsPath, document.getText()]));
}

/** The lines that are in `after` alone; every line of `before` must be there still, in order. */
function addedLines(before: string, after: string): string[] {
  const old = before.split('\n');
  const added = after.split('\n').filter((line) => {
    if (old[0] !== line) return true;
    old.shift();
    return false;
  });
  assert.deepEqual(old, [], 'a line was changed or taken away');
  return added;
}
