import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { until } from '../vscode-host/until.ts';

/** The folder that the window shows: a copy of `examples/fleet`. */
export function folder(): string {
  const first = vscode.workspace.workspaceFolders?.[0];
  if (first === undefined) throw new Error('no folder is open');
  return first.uri.fsPath;
}

/** Opens a file of the folder in an editor that has the focus. */
export async function open(path: string): Promise<vscode.TextEditor> {
  return await vscode.window.showTextDocument(vscode.Uri.file(join(folder(), path)), { preview: false });
}

/** What Keepsake reports for a document, by place. */
export function findings(document: vscode.TextDocument): vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ source }) => source === 'keepsake')
    .sort((a, b) => a.range.start.compareTo(b.range.start));
}

/** Code of a finding, whether it is linked to a page or not. */
export function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

/** Waits for a finding whose code and message are these. */
export async function finding(document: vscode.TextDocument, code: string, message = /./): Promise<vscode.Diagnostic> {
  const found = (): vscode.Diagnostic | undefined => findings(document).find((each) => codeOf(each) === code && message.test(each.message));
  try {
    return await until(`${code} ${String(message)} in ${document.fileName}`, found);
  } catch (error) {
    throw new Error(`there is: ${JSON.stringify(findings(document).map((each) => [codeOf(each), each.message]))}`, { cause: error });
  }
}

/** Waits until no finding has this code and message. */
export async function noFinding(document: vscode.TextDocument, code: string, message = /./): Promise<void> {
  await until(`${code} ${String(message)} to go from ${document.fileName}`, () =>
    findings(document).every((each) => codeOf(each) !== code || !message.test(each.message)),
  );
}

/** Keepsake's quick fixes at a finding, with their edits, as VS Code gets them when its menu is opened. */
export async function quickFixes(document: vscode.TextDocument, at: vscode.Diagnostic): Promise<vscode.CodeAction[]> {
  let offered: vscode.CodeAction[] = [];
  try {
    // While VS Code starts, a provider that is being registered cancels what was asked; that reads as [] or as an error.
    return await until('quick fixes', async () => {
      offered = await offeredFixes(document, at.range);
      // The command tells neither who offers an action nor what for: ours are known by how they begin.
      const ours = offered.filter(({ title }) => title.startsWith('Keep '));
      return ours.length > 0 && ours;
    });
  } catch (error) {
    throw new Error(`offered: ${JSON.stringify(offered.map(({ title }) => title))}`, { cause: error });
  }
}

/** All quick fixes that anyone offers for a range, with their edits. */
export async function offeredFixes(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
  const kind = vscode.CodeActionKind.QuickFix.value;
  return await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, range, kind, 20);
}

/** Applies a quick fix as its menu does, and waits for the text to change. */
export async function applyFix(action: vscode.CodeAction): Promise<void> {
  if (action.edit === undefined) throw new Error(`"${action.title}" has no edit`);
  if (!(await vscode.workspace.applyEdit(action.edit))) throw new Error(`the edit of "${action.title}" was refused`);
  if (action.command !== undefined) await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments ?? []));
}

/** Replaces the one place where `what` stands, as typing would: the text stays unsaved. */
export async function rewrite(document: vscode.TextDocument, what: string, by: string): Promise<void> {
  const at = document.getText().indexOf(what);
  if (at === -1 || document.getText().includes(what, at + 1)) throw new Error(`not exactly once in ${document.fileName}: ${what}`);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(document.positionAt(at), document.positionAt(at + what.length)), by);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error('the edit was refused');
}

/** Puts everything back: no editor open, nothing unsaved, the files as the example has them. */
export async function restoreFleet(): Promise<void> {
  for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  const example = process.env['KEEPSAKE_TEST_EXAMPLE'];
  if (example === undefined) throw new Error('KEEPSAKE_TEST_EXAMPLE is not set');
  rmSync(join(folder(), 'scratch'), { recursive: true, force: true });
  cpSync(example, folder(), { recursive: true });
}
