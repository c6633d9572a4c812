import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../vscode-host/until.ts';
import {
  applyFix,
  codeOf,
  finding,
  findings,
  folder,
  noFinding,
  offeredFixes,
  open,
  quickFixes,
  restoreFleet,
  rewrite,
} from './editing.ts';

const STORAGE = 'hosts/tank/persistence.nix';
const CAUSE = 'hosts/tank/configuration.nix';
const CRITICAL = 'missing-critical-state';
const SERVICE = 'missing-service-state';

suite('findings in the editor', () => {
  setup(restoreFleet);
  teardown(restoreFleet);

  test('a host file that is opened has its findings, where the cause is', async () => {
    const { document } = await open(STORAGE);
    assert.equal(document.languageId, 'nix');
    const log = await finding(document, CRITICAL, /\/var\/log/);
    assert.match(log.message, /\btank\b/, 'it names the host');
    assert.equal(document.getText(log.range), '"/persist"');
    const keys = await finding((await open(CAUSE)).document, SERVICE, /ssh/i);
    assert.match(keys.message, /\btank\b/);
    assert.match(document.uri.fsPath, /persistence\.nix$/);
    const related = keys.relatedInformation ?? [];
    assert.ok(
      related.some(({ location }) => location.uri.fsPath === document.uri.fsPath),
      'it links the storage declaration',
    );
  });

  test('the fix writes what a person would write, the finding goes, and one undo takes it back', async () => {
    const { document } = await open(STORAGE);
    const before = document.getText();
    const [fix] = await quickFixes(document, await finding(document, CRITICAL, /\/var\/log/));
    assert.ok(fix?.isPreferred, 'Auto Fix takes it');
    await applyFix(fix);
    assert.equal(
      document.getText(),
      before.replace('      "/var/lib/postgresql"\n', (line) => `${line}      "/var/log"\n`),
    );
    await noFinding(document, CRITICAL, /\/var\/log/);
    assert.ok(document.isDirty);

    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
    await finding(document, CRITICAL, /\/var\/log/);
  });

  test('a fix may write into another file than the one the finding is in', async () => {
    const storage = (await open(STORAGE)).document;
    const { document } = await open(CAUSE);
    const [fix] = await quickFixes(document, await finding(document, SERVICE, /ssh/i));
    assert.ok(fix);
    await applyFix(fix);
    assert.ok(!document.isDirty, 'the cause stays as it is');
    assert.match(storage.getText(), /^ {6}"\/etc\/ssh\/ssh_host_ed25519_key"$/m);
    assertParses(storage.getText());
    await noFinding(document, SERVICE, /ssh/i);
  });

  test('a list that is not there yet is written whole', async () => {
    const { document } = await open('hosts/relay/configuration.nix');
    const [fix] = await quickFixes(document, await finding(document, CRITICAL, /machine-id/));
    assert.ok(fix);
    await applyFix(fix);
    assert.match(document.getText(), /^ {4}files = \[\s+"\/etc\/machine-id"\s+\];$/m);
    assertParses(document.getText());
    await noFinding(document, CRITICAL, /machine-id/);
  });

  test('an entry typed in another file counts before it is saved', async () => {
    const storage = (await open(STORAGE)).document;
    await finding(storage, CRITICAL, /\/var\/log/);
    const hardware = (await open('hosts/tank/hardware.nix')).document;
    const mount = 'fileSystems."/var/log" = { device = "rpool/safe/log"; fsType = "zfs"; };';
    await rewrite(hardware, '  nixpkgs.hostPlatform', `  ${mount}\n  nixpkgs.hostPlatform`);
    await noFinding(storage, CRITICAL, /\/var\/log/);
    await rewrite(hardware, mount, '');
    await finding(storage, CRITICAL, /\/var\/log/);
    assert.ok(hardware.isDirty);
  });

  test('a text that is broken keeps the last findings, and a fix for it is refused', async () => {
    const { document } = await open(STORAGE);
    const log = await finding(document, CRITICAL, /\/var\/log/);
    await rewrite(document, '"/var/lib/postgresql"\n    ];', '"/var/lib/postgresql"\n    ');
    // What comes next is answered in order: when this is, the broken text has been read.
    await vscode.commands.executeCommand('vscode.executeHoverProvider', document.uri, log.range.start);
    const actions = await offeredFixes(document, log.range);
    assert.deepEqual(
      actions.filter(({ edit, disabled }) => disabled === undefined && (edit?.size ?? 0) > 0).map(({ title }) => title),
      [],
    );
    assert.deepEqual(findings(document).map(codeOf), [CRITICAL], 'the finding stays');

    await vscode.commands.executeCommand('undo');
    assert.equal((await quickFixes(document, await finding(document, CRITICAL, /\/var\/log/))).length > 0, true);
  });

  test('while one file is broken, the findings of the others stay', async () => {
    const { document } = await open(CAUSE);
    await finding(document, SERVICE, /ssh/i);
    const storage = (await open(STORAGE)).document;
    await rewrite(storage, 'environment.persistence', '{ environment.persistence');
    await vscode.commands.executeCommand('vscode.executeHoverProvider', storage.uri, new vscode.Position(0, 0));
    assert.deepEqual(findings(document).map(codeOf), [SERVICE]);
    await rewrite(storage, '{ environment.persistence', 'environment.persistence');
    await finding(storage, CRITICAL, /\/var\/log/);
    assert.deepEqual(findings(document).map(codeOf), [SERVICE]);
  });

  test('a new file on disk is read without being opened', async () => {
    const { document } = await open(STORAGE);
    await finding(document, CRITICAL, /\/var\/log/);
    const uri = vscode.Uri.joinPath(document.uri, '../log.nix');
    await vscode.workspace.fs.writeFile(uri, Buffer.from('{ environment.persistence."/persist".directories = [ "/var/log" ]; }\n'));
    try {
      await rewrite(document, '{\n  environment', '{\n  imports = [ ./log.nix ];\n  environment');
      await noFinding(document, CRITICAL, /\/var\/log/);
      await vscode.workspace.fs.writeFile(uri, Buffer.from('{ }\n'));
      await finding(document, CRITICAL, /\/var\/log/);
    } finally {
      await vscode.workspace.fs.delete(uri);
    }
  });

  test('another extension for Nix keeps its findings and fixes, and ours stay apart', async () => {
    const { document } = await open(STORAGE);
    const log = await finding(document, CRITICAL, /\/var\/log/);
    const theirs = vscode.languages.createDiagnosticCollection('other');
    const actions = vscode.languages.registerCodeActionsProvider('nix', {
      provideCodeActions: () => [new vscode.CodeAction('Theirs', vscode.CodeActionKind.QuickFix)],
    });
    try {
      const diagnostic = new vscode.Diagnostic(log.range, 'theirs');
      diagnostic.source = 'other';
      theirs.set(document.uri, [diagnostic]);
      const [fix] = await quickFixes(document, log);
      await until('both fixes', async () => {
        const found = await offeredFixes(document, log.range);
        return found.some(({ title }) => title === 'Theirs') && found.some(({ title }) => title === fix?.title);
      });
      assert.ok(fix);
      await applyFix(fix);
      await noFinding(document, CRITICAL, /\/var\/log/);
      assert.deepEqual(theirs.get(document.uri)?.length, 1);
    } finally {
      theirs.dispose();
      actions.dispose();
    }
  });

  test('the whole fleet has the findings that EXPECTED.md names, and no other', async () => {
    const wanted = expectedFindings(readFileSync(join(folder(), 'EXPECTED.md'), 'utf8'));
    assert.ok(wanted.length > 0);
    const files = await vscode.workspace.findFiles('**/{*.nix,flake.lock}');
    const documents = await Promise.all(files.map((file) => vscode.workspace.openTextDocument(file)));
    const seen = (): string[] =>
      documents.flatMap((document) =>
        findings(document).map((each) => {
          const [hosts = ''] = each.message.split(':');
          return `${codeOf(each)} ${relative(folder(), document.uri.fsPath)}:${each.range.start.line + 1} ${hosts}`;
        }),
      );
    await until('all findings', () => seen().length >= wanted.length);
    assert.deepEqual([...new Set(seen())].sort(), wanted);
  });

  test('a host without findings has none', async () => {
    await finding((await open(STORAGE)).document, CRITICAL);
    for (const path of ['hosts/vault/default.nix', 'hosts/vault/shares.nix', 'hosts/tank/hardware.nix']) {
      assert.deepEqual(findings((await open(path)).document), [], path);
    }
  });
});

/** The table of findings, as `code file:line host`, sorted. */
function expectedFindings(markdown: string): string[] {
  const table = markdown.slice(0, markdown.indexOf('## What keeps the rest'));
  const rows = [...table.matchAll(/^\| ([a-z, ]+) \| ([a-z-]+) \| (\S+:\d+) \|/gm)];
  return rows.map(([, host, code, place]) => `${code} ${place} ${host}`).sort();
}

/** Real Nix takes the text, where Nix is installed. */
function assertParses(text: string): void {
  const { error, status, stderr } = spawnSync('nix-instantiate', ['--parse', '-'], { input: text, encoding: 'utf8' });
  if (error === undefined) assert.equal(status, 0, stderr);
}
