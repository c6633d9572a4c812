import type { ServerCapabilities } from 'vscode-languageserver/node';
import type { LiveBelow } from '../assist/suggestPaths.ts';
import { complete, COMPLETION_TRIGGERS, resolveCompletion } from './completion.ts';
import { guardRequest } from './guard.ts';
import type { Help } from './help.ts';

/** What the server offers while one writes. */
export const HELP_CAPABILITIES: ServerCapabilities = {
  completionProvider: { triggerCharacters: [...COMPLETION_TRIGGERS], resolveProvider: true },
};

/** Answers what an editor asks while one writes. Nothing here makes a model anew, so that no answer waits for one. */
export function registerHelp(help: Help, live: LiveBelow): void {
  const { connection, log } = help.context;
  connection.onCompletion(guardRequest(log, 'completion', (params) => complete(help, live, params)));
  connection.onCompletionResolve(guardRequest(log, 'completion/resolve', (item) => resolveCompletion(help, item)));
}
