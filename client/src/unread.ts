import * as vscode from 'vscode';
import { ReadingRequests, type UnreadDto } from '../../server/src/protocol/reading.ts';
import { COMMANDS } from './commands/ids.ts';
import { openLocation } from './commands/open.ts';
import type { Context } from './context.ts';
import { counted, visible } from './text.ts';

/** One item of the status bar: how many places of the configuration could not be read. A click lists them. */
export class UnreadItem {
  readonly #item = vscode.window.createStatusBarItem('keepsake.unread', vscode.StatusBarAlignment.Left);

  constructor() {
    this.#item.name = 'Keepsake: places that could not be read';
    this.#item.command = COMMANDS.showUnread;
  }

  /** Hidden when everything could be read. */
  show(places: number): void {
    if (places === 0) {
      this.#item.hide();
      return;
    }
    const words = `${counted(places, 'place', 'places')} could not be read`;
    this.#item.text = `$(question) ${places.toLocaleString('en-US')}`;
    this.#item.tooltip = `Keepsake: ${words}; what follows from them is not warned of. Click to list them.`;
    this.#item.accessibilityInformation = { label: `Keepsake: ${words}`, role: 'button' };
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

interface UnreadPick extends vscode.QuickPickItem {
  readonly place: UnreadDto;
}

/** Lists the places that could not be read; the chosen one is shown. */
export async function showUnread(context: Context): Promise<void> {
  const places = await context.server.ask(ReadingRequests.unread, null);
  if (places.length === 0) {
    void vscode.window.showInformationMessage('Keepsake could read everything.');
    return;
  }
  const picks = places.map((place): UnreadPick => {
    const uri = vscode.Uri.parse(place.location.uri, true);
    const { line } = place.location.range.start;
    return {
      label: visible(place.reason),
      description: `${vscode.workspace.asRelativePath(uri)}:${line + 1}`,
      detail: place.hosts.map(visible).join(', '),
      place,
    };
  });
  const title = `${counted(places.length, 'place', 'places')} could not be read`;
  const chosen = await vscode.window.showQuickPick(picks, { title, matchOnDescription: true, matchOnDetail: true });
  if (chosen) await openLocation(chosen.place.location);
}
