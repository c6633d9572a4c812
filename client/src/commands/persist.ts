import * as vscode from 'vscode';
import type { PersistDto } from '../../../server/src/protocol.ts';
import type { Context } from '../context.ts';
import type { RowNode } from '../panel/nodes.ts';
import { forNotification, visible } from '../text.ts';
import { chosenRows, trusted } from './choose.ts';
import { COMMANDS } from './ids.ts';

/** How often an edit is asked for again when the text moved while it was made. */
const ATTEMPTS = 3;

/**
 * Writes the entries that keep the chosen rows: one undo step, nothing saved to disk. Where several files or hosts are touched, VS Code
 * shows the edit first.
 */
export async function persist(context: Context, clicked?: unknown, selected?: unknown): Promise<void> {
  if (!trusted()) return;
  const rows = chosenRows(context, clicked, selected);
  if (rows.length === 0) {
    void vscode.window.showInformationMessage('Select the paths to keep in the view Unsaved state first.');
    return;
  }
  const byHost = [...new Set(rows.map((row) => row.host))].map((host) => rows.filter((row) => row.host === host));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const answers: PersistDto[] = [];
    for (const own of byHost) {
      const answer = await ask(context, own);
      if (answer === null) return;
      answers.push(answer);
    }
    if (shareFiles(answers)) {
      // Two edits of one text can't be made side by side: one host after the other.
      for (const own of byHost) await persist(context, own[0], own);
      return;
    }
    const edit = await workspaceEdit(answers);
    if (edit === null) continue;
    const before = versions(answers);
    if (await vscode.workspace.applyEdit(edit)) {
      // Without a preview there is nothing to choose.
      const written = needsLook(answers) ? await answersWritten(answers, before) : answers.map(() => true);
      const hosts = byHost.flatMap(([own], index) => (own !== undefined && written[index] === true ? [own.host] : []));
      for (const [index, { description }] of answers.entries()) if (written[index] === true) context.log.info(description);
      for (const host of hosts) context.panel.redrawHost(host);
      if (!answers.some(needsPreview)) await show(answers[0]);
      if (hosts.length > 0) offerCopyPlan(hosts);
      return;
    }
    // The user looked at it and did not want it, or did not see that each change waits for its check.
    if (needsLook(answers)) {
      void vscode.window.showInformationMessage('Nothing was written: only what is checked in the preview is.');
      return;
    }
  }
  void vscode.window.showErrorMessage('The file is being changed; nothing was written. Try again.');
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

async function ask(context: Context, rows: readonly RowNode[]): Promise<PersistDto | null> {
  const [first] = rows;
  if (first === undefined) return null;
  const ids = [...new Set(rows.filter(({ run }) => run === first.run).map(({ row }) => row.id))];
  const params = { host: first.host, run: first.run, rows: ids };
  let answer = await context.server.persist(params);
  if (answer.choices !== undefined) {
    const target = await chooseFile(first.host, answer.choices);
    if (target === undefined) return null;
    answer = await context.server.persist({ ...params, target });
  }
  if (answer.problem === null) return answer;
  void vscode.window.showErrorMessage(forNotification(`${answer.problem.message} ${answer.problem.nextStep}`.trim()));
  return null;
}

/** Where several files would do as well, the user says which; undefined when nothing was chosen. */
async function chooseFile(host: string, choices: NonNullable<PersistDto['choices']>): Promise<string | undefined> {
  const items = choices.map(({ uri, name }) => ({ label: visible(name), uri }));
  const placeHolder = `File for what ${visible(host)} keeps`;
  return (await vscode.window.showQuickPick(items, { placeHolder, title: 'Persist' }))?.uri;
}

function shareFiles(answers: readonly PersistDto[]): boolean {
  const uris = answers.flatMap(({ files }) => files.map(({ uri }) => uri));
  return answers.length > 1 && new Set(uris).size < uris.length;
}

/** Whether one edit touches more than the user may think of. */
function needsPreview({ files, hosts }: PersistDto): boolean {
  return files.length > 1 || hosts.length > 1;
}

function needsLook(answers: readonly PersistDto[]): boolean {
  return answers.length > 1 || answers.some(needsPreview);
}

/** The edit of all answers, or null when a text is no longer what the edit was made for. A file that is not there is made. */
export async function workspaceEdit(answers: readonly PersistDto[]): Promise<vscode.WorkspaceEdit | null> {
  const edit = new vscode.WorkspaceEdit();
  const confirm = needsLook(answers);
  for (const answer of answers) {
    const others = answer.hosts.map(visible).join(', ');
    const metadata = { needsConfirmation: confirm, label: visible(answer.description), description: `applies to ${others}` };
    for (const file of answer.files) {
      const uri = vscode.Uri.parse(file.uri, true);
      const document = await openOrNothing(uri);
      if (document === null) edit.createFile(uri, { ignoreIfExists: true });
      // Made from the file on disk: right as long as the editor shows nothing else.
      else if (file.version === null ? document.isDirty : document.version !== file.version) return null;
      for (const { range, newText } of file.edits) {
        const replaced = new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
        if (confirm) edit.replace(uri, replaced, newText, metadata);
        else edit.replace(uri, replaced, newText);
      }
    }
  }
  return edit;
}

/** Versions of the texts that an edit is for, by URI; a file that is not there has none. */
function versions(answers: readonly PersistDto[]): ReadonlyMap<string, number> {
  const uris = new Set(answers.flatMap(({ files }) => files.map(({ uri }) => vscode.Uri.parse(uri, true).toString())));
  const open = vscode.workspace.textDocuments.filter(({ uri }) => uris.has(uri.toString()));
  return new Map(open.map(({ uri, version }) => [uri.toString(), version]));
}

/** Which edits were made in any of their files: in the preview each is the user's choice, and none is an answer too. */
function answersWritten(answers: readonly PersistDto[], before: ReadonlyMap<string, number>): Promise<boolean[]> {
  return Promise.all(
    answers.map(async ({ files }) => {
      const documents = await Promise.all(files.map(({ uri }) => openOrNothing(vscode.Uri.parse(uri, true))));
      return documents.some((document) => document !== null && document.version !== before.get(document.uri.toString()));
    }),
  );
}

/** A file that is not there yet is null. */
async function openOrNothing(uri: vscode.Uri): Promise<vscode.TextDocument | null> {
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    return null;
  }
  return await vscode.workspace.openTextDocument(uri);
}

/** An entry alone moves nothing: says so, once an edit. Does not wait for the answer. */
function offerCopyPlan(hosts: readonly string[]): void {
  const [host] = hosts;
  if (host === undefined) return;
  const how = 'Move What Is There…';
  const message = `Declared. What is there now has to be in storage before ${visible(host)} is switched.`;
  void vscode.window
    .showInformationMessage(forNotification(message), how)
    .then((choice) => (choice === how ? vscode.commands.executeCommand(COMMANDS.copyPlan, { kind: 'host', name: host }) : undefined));
}

async function show(answer: PersistDto | undefined): Promise<void> {
  const file = answer?.files[0];
  const first = file?.edits[0];
  if (file === undefined || first === undefined) return;
  const { start } = first.range;
  // An insertion at the end of a line shows on the next one.
  const line = start.line + (first.newText.startsWith('\n') || first.newText.startsWith('\r') ? 1 : 0);
  const at = new vscode.Position(line, line === start.line ? start.character : 0);
  const editor = await vscode.window.showTextDocument(vscode.Uri.parse(file.uri, true), { selection: new vscode.Range(at, at) });
  editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
