import * as vscode from 'vscode';
import type { LocationDto, PositionDto } from '../../server/src/protocol.ts';
import { rangeOf } from './places.ts';

/** The command that a lens over a storage calls: shows places as VS Code shows references. Of the server's answers alone, not of the palette. */
export const SHOW_PLACES = 'keepsake.showPlaces';

/** Registers what answers of the server call in the editor. */
export function registerLanguageHelp(): vscode.Disposable {
  return vscode.commands.registerCommand(SHOW_PLACES, async (uri: string, position: PositionDto, places: readonly LocationDto[]) => {
    const locations = places.map((place) => new vscode.Location(vscode.Uri.parse(place.uri, true), rangeOf(place.range)));
    const at = new vscode.Position(position.line, position.character);
    await vscode.commands.executeCommand('editor.action.showReferences', vscode.Uri.parse(uri, true), at, locations);
  });
}
