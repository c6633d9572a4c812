import type { ChangeAnnotation, TextDocumentEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import { rangeOf } from './convert.ts';
import type { LspContext } from './context.ts';
import { printable } from '../text/printable.ts';
import type { IgnoreEdit } from '../workspace/ignoreEdit.ts';
import type { KeepEdit } from '../workspace/keep.ts';
import type { CurrentText } from './texts.ts';

const ANNOTATION = 'keepsake.hosts';

/**
 * An edit as the editor takes it: for the very versions it was made from where the editor checks that, and to be confirmed first when
 * it touches more hosts than one, unless `mayAsk` is false.
 */
export function workspaceEditOf(context: LspContext, made: KeepEdit, mayAsk = true): WorkspaceEdit {
  const changes = made.files.flatMap(({ file, edits }) => {
    const text = context.texts.of(file);
    if (text === null) return [];
    const textEdits = edits.map(({ start, end, newText }): TextEdit => ({ range: rangeOf(text.lines, { start, end }), newText }));
    return [{ uri: context.uris.uriOf(file), version: text.version, edits: textEdits }];
  });
  if (!context.client.documentChanges) return { changes: Object.fromEntries(changes.map(({ uri, edits }) => [uri, edits])) };
  const asks = mayAsk && context.client.changeAnnotations && made.hosts.length > 1;
  const documentChanges = changes.map(({ uri, version, edits }): TextDocumentEdit => ({
    textDocument: { uri, version },
    edits: asks ? edits.map((edit) => ({ ...edit, annotationId: ANNOTATION })) : edits,
  }));
  if (!asks) return { documentChanges };
  const annotation: ChangeAnnotation = {
    label: printable(made.title),
    description: `applies to ${printable(made.hosts.join(', '))}`,
    needsConfirmation: true,
  };
  return { documentChanges, changeAnnotations: { [ANNOTATION]: annotation } };
}

/** The edit that writes an ignore comment, its reason selected where the editor can do that. */
export function ignoreEditOf(context: LspContext, uri: string, text: CurrentText, made: IgnoreEdit): WorkspaceEdit {
  const { newText, reason } = made;
  const range = rangeOf(text.lines, made);
  if (!context.client.documentChanges) return { changes: { [uri]: [{ range, newText }] } };
  const value = `${literal(newText.slice(0, reason.start))}\${1:${literal(newText.slice(reason.start, reason.end))}}${literal(newText.slice(reason.end))}`;
  const edit = context.client.snippetEdits ? { range, snippet: { kind: 'snippet' as const, value } } : { range, newText };
  return { documentChanges: [{ textDocument: { uri, version: text.version }, edits: [edit] }] };
}

/** Text that no snippet means something by. */
function literal(part: string): string {
  return part.replace(/[\\$}]/g, '\\$&');
}
