import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../vscode-host/until.ts';
import { applyFix, finding, noFinding, offeredFixes, open, restoreFleet, rewrite } from './editing.ts';

const STORAGE = 'hosts/tank/persistence.nix';
const CRITICAL = 'missing-critical-state';

/** The storage of tank without its machine id: two findings of one kind. */
async function openWithTwo(): Promise<vscode.TextEditor> {
  const editor = await open(STORAGE);
  await rewrite(editor.document, '"/etc/machine-id"', '');
  await finding(editor.document, CRITICAL, /machine-id/);
  await finding(editor.document, CRITICAL, /\/var\/log/);
  return editor;
}

/** An action of Keepsake by its title. */
async function action(document: vscode.TextDocument, title: RegExp): Promise<vscode.CodeAction> {
  const at = await finding(document, CRITICAL, /\/var\/log/);
  return await until(`the action ${String(title)}`, async () =>
    (await offeredFixes(document, at.range)).find((each) => title.test(each.title)),
  );
}

suite('fixes of many, and comments that ignore', () => {
  setup(restoreFleet);
  teardown(restoreFleet);

  test('all of a kind in one step, which one undo takes back', async () => {
    const { document } = await openWithTwo();
    const before = document.getText();
    await applyFix(await action(document, /^Fix all \d+ missing-critical-state in this file$/));
    await noFinding(document, CRITICAL);
    assert.match(document.getText(), /"\/var\/log"/);
    assert.match(document.getText(), /files = \[\s+"\/etc\/machine-id"\s+\];/);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
  });

  test('what is safe, by the command that also runs on saving', async () => {
    const { document } = await openWithTwo();
    await until('the safe fixes', async () => {
      await vscode.commands.executeCommand('editor.action.fixAll');
      return /"\/var\/log"/.test(document.getText());
    });
    await noFinding(document, CRITICAL);
  });

  test('a comment that ignores silences the finding, and an undo brings it back', async () => {
    const { document } = await open(STORAGE);
    const before = document.getText();
    await applyFix(await action(document, /^Ignore missing-critical-state here/));
    assert.match(document.getText(), /^ {2}# keepsake: ignore missing-critical-state reason\n {2}environment\.persistence/m);
    await noFinding(document, CRITICAL);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
    await finding(document, CRITICAL, /\/var\/log/);
  });

  test('everything that the host is missing, in one step over two files', async () => {
    const { document } = await openWithTwo();
    await applyFix(await action(document, /^Keep all \d+ paths that tank is missing$/));
    await noFinding(document, CRITICAL);
    assert.match(document.getText(), /ssh_host_ed25519_key/);
  });
});
