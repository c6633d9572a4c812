import * as vscode from 'vscode';
import { COMMANDS } from '../commands/ids.ts';
import { counted } from '../text.ts';

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
