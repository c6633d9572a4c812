import * as vscode from 'vscode';
import type { PersistDto } from '../../../server/src/protocol.ts';
import { printable } from '../../../server/src/text/printable.ts';
import { rangeOf } from '../places.ts';

/** Whether one edit touches more than the user may think of. */
export function needsPreview({ files, hosts }: PersistDto): boolean {
  return files.length > 1 || hosts.length > 1;
}

/** Whether the user looks at the edits before they are made. */
export function needsLook(answers: readonly PersistDto[]): boolean {
  return answers.length > 1 || answers.some(needsPreview);
}

/** The edit of all answers, or null when a text is no longer what the edit was made for. A file that is not there is made. */
export async function workspaceEdit(answers: readonly PersistDto[]): Promise<vscode.WorkspaceEdit | null> {
  const edit = new vscode.WorkspaceEdit();
  const confirm = needsLook(answers);
  for (const answer of answers) {
    const others = answer.hosts.map(printable).join(', ');
    const metadata = { needsConfirmation: confirm, label: printable(answer.description), description: `applies to ${others}` };
    for (const file of answer.files) {
      const uri = vscode.Uri.parse(file.uri, true);
      const document = await openOrNothing(uri);
      if (document === null) edit.createFile(uri, { ignoreIfExists: true });
      // Made from the file on disk: right as long as the editor shows nothing else.
      else if (file.version === null ? document.isDirty : document.version !== file.version) return null;
      for (const { range, newText } of file.edits) {
        if (confirm) edit.replace(uri, rangeOf(range), newText, metadata);
        else edit.replace(uri, rangeOf(range), newText);
      }
    }
  }
  return edit;
}

/** Versions of the texts that an edit is for, by URI; a file that is not there has none. */
export function versions(answers: readonly PersistDto[]): ReadonlyMap<string, number> {
  const uris = new Set(answers.flatMap(({ files }) => files.map(({ uri }) => vscode.Uri.parse(uri, true).toString())));
  const open = vscode.workspace.textDocuments.filter(({ uri }) => uris.has(uri.toString()));
  return new Map(open.map(({ uri, version }) => [uri.toString(), version]));
}

/** Which edits were made in any of their files: in the preview each is the user's choice, and none is an answer too. */
export function answersWritten(answers: readonly PersistDto[], before: ReadonlyMap<string, number>): Promise<boolean[]> {
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
