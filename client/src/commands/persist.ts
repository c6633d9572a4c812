import * as vscode from 'vscode';
import type { PersistDto } from '../../../server/src/protocol.ts';
import type { Context } from '../context.ts';
import type { RowNode } from '../panel/nodes.ts';
import { forNotification, visible } from '../text.ts';
import { chosenRows, trusted } from './choose.ts';

/** How often an edit is asked for again when the text moved while it was made. */
const ATTEMPTS = 3;

/** Writes the entries that keep the chosen rows: one undo step per host, nothing saved to disk. */
export async function persist(context: Context, clicked?: unknown, selected?: unknown): Promise<void> {
  if (!trusted()) return;
  const rows = chosenRows(context, clicked, selected);
  if (rows.length === 0) {
    void vscode.window.showInformationMessage('Select the paths to keep in the view Unsaved state first.');
    return;
  }
  for (const host of new Set(rows.map((row) => row.host))) {
    await persistOfHost(
      context,
      rows.filter((row) => row.host === host),
    );
  }
}

/** The same for the rows whose boxes are checked; these are unchecked when it is done. */
export async function persistChecked(context: Context): Promise<void> {
  const rows = context.panel.checked.rows();
  if (rows.length === 0) {
    void vscode.window.showInformationMessage('Check the boxes of the paths to keep in the view Unsaved state first.');
    return;
  }
  await persist(context, rows[0], rows);
  context.panel.clearChecked();
  context.panel.redraw();
}

async function persistOfHost(context: Context, rows: readonly RowNode[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const ids = [...new Set(rows.filter(({ run }) => run === first.run).map(({ row }) => row.id))];
  let agreed = false;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const answer = await context.server.persist({ host: first.host, run: first.run, rows: ids });
    if (answer.problem !== null) {
      void vscode.window.showErrorMessage(forNotification(`${answer.problem.message} ${answer.problem.nextStep}`.trim()));
      return;
    }
    agreed ||= await agree(first.host, answer);
    if (!agreed) return;
    const edit = await workspaceEdit(answer);
    if (edit === null) continue;
    if (await vscode.workspace.applyEdit(edit)) {
      context.log.info(answer.description);
      context.panel.redrawHost(first.host);
      await show(answer);
      return;
    }
  }
  void vscode.window.showErrorMessage('The file is being changed; nothing was written. Try again.');
}

/** Writing for other hosts too needs a yes. */
async function agree(host: string, answer: PersistDto): Promise<boolean> {
  const others = answer.hosts.filter((name) => name !== host);
  if (others.length === 0) return true;
  const write = 'Write';
  const choice = await vscode.window.showWarningMessage(
    `This entry also applies to ${others.map(visible).join(', ')}.`,
    { modal: true, detail: visible(answer.description) },
    write,
  );
  return choice === write;
}

/** The edit, or null when a text is no longer what the edit was made for. */
async function workspaceEdit(answer: PersistDto): Promise<vscode.WorkspaceEdit | null> {
  const edit = new vscode.WorkspaceEdit();
  for (const file of answer.files) {
    const uri = vscode.Uri.parse(file.uri, true);
    const document = await vscode.workspace.openTextDocument(uri);
    // Made from the file on disk: right as long as the editor shows nothing else.
    if (file.version === null ? document.isDirty : document.version !== file.version) return null;
    for (const { range, newText } of file.edits) {
      edit.replace(uri, new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character), newText);
    }
  }
  return edit;
}

async function show(answer: PersistDto): Promise<void> {
  const file = answer.files[0];
  const first = file?.edits[0];
  if (file === undefined || first === undefined) return;
  const { start } = first.range;
  // An insertion at the end of a line shows on the next one.
  const line = start.line + (first.newText.startsWith('\n') || first.newText.startsWith('\r') ? 1 : 0);
  const at = new vscode.Position(line, line === start.line ? start.character : 0);
  const editor = await vscode.window.showTextDocument(vscode.Uri.parse(file.uri, true), { selection: new vscode.Range(at, at) });
  editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
