import * as vscode from 'vscode';
import type { SessionDto } from '../../../server/src/protocol/live.ts';
import { COMMANDS } from '../commands/ids.ts';
import { printable } from '../../../server/src/text/printable.ts';
import { counted } from '../text.ts';
import { lostCount, sessionWords } from './words.ts';

/** One item of the status bar: what would be lost on the hosts that are listed. A click shows the view. */
export class StatusItem {
  readonly #item = vscode.window.createStatusBarItem('keepsake.lost', vscode.StatusBarAlignment.Left);

  constructor() {
    this.#item.name = 'Keepsake: unsaved state';
    this.#item.command = COMMANDS.showView;
  }

  /** Hidden as long as no host is listed. */
  show(sessions: readonly SessionDto[], running: boolean): void {
    const listed = sessions.filter(({ state }) => state !== 'idle');
    if (listed.length === 0) {
      this.#item.hide();
      return;
    }
    const lost = listed.reduce((sum, { counts }) => sum + lostCount(counts), 0);
    const critical = listed.reduce((sum, { counts }) => sum + counts.lost.critical, 0);
    const only = listed.length === 1 ? listed[0] : undefined;
    const where = only === undefined ? counted(listed.length, 'host', 'hosts') : printable(only.host);
    this.#item.text = `$(${running ? 'loading~spin' : 'archive'}) ${where}: ${lost.toLocaleString('en-US')}`;
    this.#item.tooltip = listed.map((session) => `${printable(session.host)}: ${sessionWords(session)}`).join('\n');
    this.#item.backgroundColor = critical > 0 ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.accessibilityInformation = {
      label: `Keepsake, ${where}: ${counted(lost, 'path', 'paths')} would be lost, ${critical} critical`,
      role: 'button',
    };
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
