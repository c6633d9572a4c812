import type { ChangeAnnotation, TextDocumentEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import { rangeOf } from './convert.ts';
import type { LspContext } from './context.ts';
import type { KeepEdit } from '../workspace/keep.ts';

const ANNOTATION = 'keepsake.hosts';

/**
 * An edit as the editor takes it: for the very versions it was made from where the editor checks that, and to be confirmed first when
 * it touches more hosts than one.
 */
export function workspaceEditOf(context: LspContext, made: KeepEdit): WorkspaceEdit {
  const changes = made.files.flatMap(({ file, edits }) => {
    const text = context.texts.of(file);
    if (text === null) return [];
    const textEdits = edits.map(({ start, end, newText }): TextEdit => ({ range: rangeOf(text.lines, { start, end }), newText }));
    return [{ uri: context.uris.uriOf(file), version: text.version, edits: textEdits }];
  });
  if (!context.client.documentChanges) return { changes: Object.fromEntries(changes.map(({ uri, edits }) => [uri, edits])) };
  const asks = context.client.changeAnnotations && made.hosts.length > 1;
  const documentChanges = changes.map(({ uri, version, edits }): TextDocumentEdit => ({
    textDocument: { uri, version },
    edits: asks ? edits.map((edit) => ({ ...edit, annotationId: ANNOTATION })) : edits,
  }));
  if (!asks) return { documentChanges };
  const annotation: ChangeAnnotation = { label: made.title, description: `applies to ${made.hosts.join(', ')}`, needsConfirmation: true };
  return { documentChanges, changeAnnotations: { [ANNOTATION]: annotation } };
}
