import { InlayHintKind, type CodeLens, type InlayHint, type InlayHintParams } from 'vscode-languageserver/node';
import { hostsOf, storagesIn } from '../assist/entriesAt.ts';
import { resolvedPaths, storageSummaries } from '../assist/outline.ts';
import { printable } from '../text/printable.ts';
import type { Help } from './help.ts';

/** A command of the editor's that shows places; given to it are a URI, a position and the places. */
const SHOW_PLACES = 'keepsake.showPlaces';

/** Over each storage: its hosts, how many entries they have in it, and what is missing. */
export function codeLenses(help: Help, lost: (host: string) => number | null, uri: string): CodeLens[] | null {
  const file = help.fileOf(uri);
  if (file === null) return null;
  const { analysis } = help.context.workspace.lastAnalysis();
  const summaries = storageSummaries(file, help.hostsOf(file), analysis.findings).flatMap(({ location, title, places }): CodeLens[] => {
    const range = help.rangeOf(location);
    if (!range) return [];
    // An editor that has no such command shows the text alone.
    const command = help.context.client.commands.includes(SHOW_PLACES) ? SHOW_PLACES : '';
    const targets = command === '' ? [] : places.flatMap((each) => help.locationOf(each) ?? []);
    return [{ range, command: { title: printable(title), command, arguments: command === '' ? [] : [uri, range.start, targets] } }];
  });
  return [...summaries, ...lostLenses(help, file, lost)];
}

/** A command of the editor's that shows the view of unsaved state. */
const SHOW_VIEW = 'keepsake.showView';

/** Over each storage, what the connected hosts that have it would lose now. */
function lostLenses(help: Help, file: string, lost: (host: string) => number | null): CodeLens[] {
  const command = help.context.client.commands.includes(SHOW_VIEW) ? SHOW_VIEW : '';
  return storagesIn(file, help.hostsOf(file)).flatMap((storage): CodeLens[] => {
    const range = help.rangeOf(storage.location);
    const told = hostsOf(storage).flatMap((host) => {
      const count = lost(host);
      return count === null ? [] : [`${host}: ${count === 1 ? '1 path' : `${count} paths`} would be lost`];
    });
    return range && told.length > 0 ? [{ range, command: { title: printable(told.join(', ')), command } }] : [];
  });
}

/** Behind each path of a range that is written otherwise, what it comes to on the host. */
export function inlayHints(help: Help, { textDocument, range }: InlayHintParams): InlayHint[] | null {
  const file = help.fileOf(textDocument.uri);
  if (file === null) return null;
  return resolvedPaths(file, help.hostsOf(file)).flatMap(({ location, text }): InlayHint[] => {
    const at = help.rangeOf(location);
    if (!at || at.end.line < range.start.line || at.start.line > range.end.line) return [];
    return [{ position: at.end, label: `= ${printable(text)}`, kind: InlayHintKind.Type, paddingLeft: true }];
  });
}
