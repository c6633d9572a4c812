import * as vscode from 'vscode';
import type { VerdictGroup } from '../../../server/src/protocol/rows.ts';
import { printable } from '../../../server/src/text/printable.ts';
import { GROUP_LOOKS } from './groups.ts';

const SCHEME = 'keepsake-verdict';

/** The resource of a row: says nothing but what becomes of it, so that its letter and colour can be told. */
export function verdictUri(host: string, path: string, group: VerdictGroup): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${encodeURIComponent(host)}${path}`, query: group });
}

/** A letter behind each row, and its label in the colour of its verdict. */
export class VerdictDecorations implements vscode.FileDecorationProvider {
  provideFileDecoration(uri: vscode.Uri): vscode.FileDecoration | undefined {
    if (uri.scheme !== SCHEME || !Object.hasOwn(GROUP_LOOKS, uri.query)) return undefined;
    const { letter, label, colour } = GROUP_LOOKS[uri.query as VerdictGroup];
    const decoration = new vscode.FileDecoration(letter, printable(label), new vscode.ThemeColor(colour));
    decoration.propagate = false;
    return decoration;
  }
}
