import * as vscode from 'vscode';
import type { LocationDto, RangeDto } from '../../server/src/protocol.ts';
import { printable } from '../../server/src/text/printable.ts';

/** A range of the server's as VS Code has it. */
export function rangeOf({ start, end }: RangeDto): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** `hosts/web.nix:12`: below the workspace folder, with the line as people count it. */
export function placeWords({ uri, range }: LocationDto): string {
  return `${printable(vscode.workspace.asRelativePath(vscode.Uri.parse(uri, true)))}:${range.start.line + 1}`;
}

/** Shows a place in an editor. */
export async function openLocation({ uri, range }: LocationDto): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.parse(uri, true), { selection: rangeOf(range) });
}
