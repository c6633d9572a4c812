import { TextDocuments, type Disposable } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { KEEPSAKE_JSON } from '../workspace/keepsakeJson.ts';
import type { LspContext } from './context.ts';
import { guard } from './guard.ts';

/** Carries the editor's open texts into the workspace. `changed` hears the file after each opening, change and closing. */
export function followOpenTexts(context: LspContext, changed: (file: string) => void): Disposable {
  const { connection, workspace, uris, log } = context;
  const documents = new TextDocuments(TextDocument);
  documents.onDidChangeContent(
    guard(log, 'text changed', ({ document }) => {
      const file = fileOf(context, document);
      if (file === null) return;
      if (workspace.openDocument(file) === null) uris.opened(document.uri);
      workspace.openText(file, document.getText(), document.version);
      changed(file);
    }),
  );
  documents.onDidClose(
    guard(log, 'text closed', ({ document }) => {
      const file = fileOf(context, document);
      if (file === null) return;
      workspace.closeText(file);
      changed(file);
    }),
  );
  return documents.listen(connection);
}

/** Null for texts that Keepsake does not read: other languages, schemes that are neither files nor untitled. */
function fileOf(context: LspContext, document: TextDocument): string | null {
  const isRead = document.languageId === 'nix' || document.uri.endsWith('.nix') || document.uri.endsWith(`/${KEEPSAKE_JSON}`);
  return isRead ? context.uris.pathOf(document.uri) : null;
}
