import * as vscode from 'vscode';
import { Requests, type PersistDto } from '../../../server/src/protocol.ts';
import type { Context } from '../context.ts';
import { fail, failWith, inform } from '../notify.ts';
import type { RowNode } from '../panel/nodes.ts';
import { counted } from '../text.ts';
import { printable } from '../../../server/src/text/printable.ts';
import { chosenRows, requested, trusted } from './choose.ts';
import { answersWritten, needsLook, needsPreview, versions, workspaceEdit } from './edit.ts';
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
    void inform('Select the paths to keep in the view Unsaved state first.');
    return;
  }
  await write(context, rows);
}

/** The same for the rows whose boxes are checked; what was written is unchecked. */
export async function persistChecked(context: Context): Promise<void> {
  if (!trusted()) return;
  const { checked, model } = context.panel;
  if (checked.size === 0) {
    void inform('Check the boxes of the paths to keep in the view Unsaved state first.');
    return;
  }
  const { listed, earlier } = checked.byListing((host) => model.view(host)?.session?.run);
  context.panel.uncheck(await write(context, listed));
  if (earlier.length === 0) return;
  const which = `${counted(earlier.length, 'checked path is', 'checked paths are')} of an earlier listing: ${earlier[0]?.row.path ?? ''}`;
  void inform(`${which}${earlier.length > 1 ? ', …' : ''}. Unfold where they are to see what they are now, then persist them.`);
}

/** Out: the rows that are kept now. */
async function write(context: Context, rows: readonly RowNode[]): Promise<readonly RowNode[]> {
  const byHost = [...new Set(rows.map((row) => row.host))].map((host) => rows.filter((row) => row.host === host));
  if (byHost.length === 0) return [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const answers: PersistDto[] = [];
    for (const own of byHost) {
      const answer = await ask(context, own);
      if (answer === null) return [];
      answers.push(answer);
    }
    if (shareFiles(answers)) {
      // Two edits of one text can't be made side by side: one host after the other.
      const written: RowNode[] = [];
      for (const own of byHost) written.push(...(await write(context, own)));
      return written;
    }
    const edit = await workspaceEdit(answers);
    if (edit === null) continue;
    const before = versions(answers);
    if (await vscode.workspace.applyEdit(edit)) {
      // Without a preview there is nothing to choose.
      const made = needsLook(answers) ? await answersWritten(answers, before) : answers.map(() => true);
      const written = byHost.filter((_, index) => made[index] === true);
      const hosts = written.flatMap(([own]) => (own === undefined ? [] : [own.host]));
      for (const [index, { description }] of answers.entries()) if (made[index] === true) context.log.info(description);
      for (const host of hosts) context.panel.redrawHost(host);
      if (!answers.some(needsPreview)) await show(answers[0]);
      if (hosts.length > 0) offerCopyPlan(hosts);
      return written.flat();
    }
    // The user looked at it and did not want it, or did not see that each change waits for its check.
    if (needsLook(answers)) {
      void inform('Nothing was written: only what is checked in the preview is.');
      return [];
    }
  }
  void fail('The file is being changed; nothing was written. Try again.');
  return [];
}

async function ask(context: Context, rows: readonly RowNode[]): Promise<PersistDto | null> {
  const [first] = rows;
  const own = requested(rows);
  if (first === undefined || own === null) return null;
  const params = { host: first.host, ...own };
  let answer = await context.server.ask(Requests.persist, params);
  if (answer.choices !== undefined) {
    const target = await chooseFile(first.host, answer.choices);
    if (target === undefined) return null;
    answer = await context.server.ask(Requests.persist, { ...params, target });
  }
  if (answer.problem === null) return answer;
  failWith(answer.problem);
  return null;
}

/** Where several files would do as well, the user says which; undefined when nothing was chosen. */
async function chooseFile(host: string, choices: NonNullable<PersistDto['choices']>): Promise<string | undefined> {
  const items = choices.map(({ uri, name }) => ({ label: printable(name), uri }));
  const placeHolder = `File for what ${printable(host)} keeps`;
  return (await vscode.window.showQuickPick(items, { placeHolder, title: 'Persist' }))?.uri;
}

function shareFiles(answers: readonly PersistDto[]): boolean {
  const uris = answers.flatMap(({ files }) => files.map(({ uri }) => uri));
  return answers.length > 1 && new Set(uris).size < uris.length;
}

/** An entry alone moves nothing: says so, once an edit. Does not wait for the answer. */
function offerCopyPlan(hosts: readonly string[]): void {
  const [host] = hosts;
  if (host === undefined) return;
  const how = 'Move What Is There…';
  const message = `Declared. What is there now has to be in storage before ${host} is switched.`;
  void inform(message, how).then((choice) =>
    choice === how ? vscode.commands.executeCommand(COMMANDS.copyPlan, { kind: 'host', name: host }) : undefined,
  );
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
