import { InlayHintKind, type CodeLens, type InlayHint, type InlayHintParams } from 'vscode-languageserver/node';
import { resolvedPaths, storageSummaries } from '../assist/outline.ts';
import { printable } from '../workspace/printable.ts';
import type { Help } from './help.ts';

/** A command of the editor's that shows places; given to it are a URI, a position and the places. */
const SHOW_PLACES = 'keepsake.showPlaces';

/** Over each storage: its hosts, how many entries they have in it, and what is missing. */
export function codeLenses(help: Help, uri: string): CodeLens[] | null {
  const file = help.context.uris.pathOf(uri);
  if (file === null) return null;
  const { analysis } = help.context.workspace.lastAnalysis();
  return storageSummaries(file, help.hostsOf(file), analysis.findings).flatMap(({ location, title, places }): CodeLens[] => {
    const range = help.rangeOf(location);
    if (!range) return [];
    // An editor that has no such command shows the text alone.
    const command = help.context.client.commands.includes(SHOW_PLACES) ? SHOW_PLACES : '';
    const targets = command === '' ? [] : places.flatMap((each) => help.locationOf(each) ?? []);
    return [{ range, command: { title: printable(title), command, arguments: command === '' ? [] : [uri, range.start, targets] } }];
  });
}

/** Behind each path of a range that is written otherwise, what it comes to on the host. */
export function inlayHints(help: Help, { textDocument, range }: InlayHintParams): InlayHint[] | null {
  const file = help.context.uris.pathOf(textDocument.uri);
  if (file === null) return null;
  return resolvedPaths(file, help.hostsOf(file)).flatMap(({ location, text }): InlayHint[] => {
    const at = help.rangeOf(location);
    if (!at || at.end.line < range.start.line || at.start.line > range.end.line) return [];
    return [{ position: at.end, label: `= ${printable(text)}`, kind: InlayHintKind.Type, paddingLeft: true }];
  });
}
