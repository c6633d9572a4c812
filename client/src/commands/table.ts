import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import type { MoreNode, StateNode } from '../panel/nodes.ts';
import { fail } from '../notify.ts';
import { VIEW_ID } from '../panel/unsavedState.ts';
import { copyPlan, ignoreInWorkspace, ignoreOnHost, reboot } from './act.ts';
import { arrange } from './arrange.ts';
import {
  changeConnection,
  connect,
  connectAll,
  disconnect,
  markSeen,
  openCapture,
  pasteCapture,
  pause,
  refresh,
  resume,
  showProblem,
  stop,
} from './connect.ts';
import { crossCheck } from './crossCheck.ts';
import { checkAgainstNix } from './evaluation.ts';
import { filter, setLook } from './filter.ts';
import { find } from './find.ts';
import { COMMANDS, type CommandName } from './ids.ts';
import { compare, look } from './look.ts';
import { copyPath, openEntry, openHost, openStorage } from './open.ts';
import { copyRemoval, findOrphans } from './orphans.ts';
import { persist, persistChecked } from './persist.ts';
import { forgetTargets } from './forgetTargets.ts';
import { showUnread } from './unread.ts';

type Handler = (context: Context, ...args: readonly unknown[]) => Promise<void>;

/** One handler per command; a missing one does not compile. */
const HANDLERS: Readonly<Record<CommandName, Handler>> = {
  connect,
  refresh,
  stop,
  persist,
  changeConnection,
  openCapture,
  pasteCapture,
  openStorage,
  openHost,
  copyPath,
  filter,
  showKept: () => setLook('showKept', true),
  hideKept: () => setLook('showKept', false),
  showNoise: () => setLook('showNoise', true),
  hideNoise: () => setLook('showNoise', false),
  find,
  clearFind: async (context) => context.panel.setText(''),
  arrange,
  showCheckboxes: () => setLook('checkboxes', true),
  hideCheckboxes: () => setLook('checkboxes', false),
  persistChecked,
  connectAll,
  showView: async () => void (await vscode.commands.executeCommand(`${VIEW_ID}.focus`)),
  look,
  compare,
  copyPlan,
  reboot,
  ignoreOnHost,
  ignoreInWorkspace,
  openEntry,
  findOrphans,
  copyRemoval,
  pause,
  resume,
  markSeen,
  disconnect,
  crossCheck,
  checkAgainstNix,
  loadMore: async (context, node) => {
    const { host, list } = node as MoreNode;
    context.panel.model.loadMore(list);
    context.panel.redrawHost(host);
  },
  showProblem: (context, node) => showProblem(context, node as StateNode),
  showUnread,
  forgetTargets,
  restart: (context) => context.server.restart(),
  showLog: async (context) => context.log.show(),
};

/** Registers every command. A handler that fails is logged and said, never lost. */
export function registerCommands(context: Context): vscode.Disposable[] {
  return (Object.keys(COMMANDS) as CommandName[]).map((name) =>
    vscode.commands.registerCommand(COMMANDS[name], async (...args: unknown[]) => {
      try {
        await HANDLERS[name](context, ...args);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        context.log.error(`${COMMANDS[name]}: ${error instanceof Error ? (error.stack ?? message) : message}`);
        const choice = await fail(`Keepsake: ${message}`, 'Show Log');
        if (choice !== undefined) context.log.show();
      }
    }),
  );
}
