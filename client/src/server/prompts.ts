import * as vscode from 'vscode';
import type { PromptParams, PromptResultDto } from '../../../server/src/protocol.ts';
import { printable } from '../../../server/src/text/printable.ts';

/**
 * Asks the user what ssh asks. The answer goes back to ssh and nowhere else: it is not logged and not kept. When ssh no longer waits
 * (`token`), the question goes away.
 */
export async function answerPrompt(params: PromptParams, token: vscode.CancellationToken): Promise<PromptResultDto> {
  if (params.kind === 'touch') {
    await waitForTouch(params, token);
    return { answer: null };
  }
  if (params.kind === 'hostKey') return { answer: await askHostKey(params) };
  return { answer: await askSecret(params, token) };
}

/** Nothing is typed for it: the key itself is touched. */
async function waitForTouch({ host, text }: PromptParams, token: vscode.CancellationToken): Promise<void> {
  const options = { location: vscode.ProgressLocation.Notification, title: `${printable(host)}: ${printable(text)}` };
  await vscode.window.withProgress(
    options,
    () =>
      new Promise<void>((resolve) => {
        if (token.isCancellationRequested) resolve();
        else token.onCancellationRequested(() => resolve());
      }),
  );
}

async function askHostKey({ host, destination, text }: PromptParams): Promise<string | null> {
  const yes = 'Trust This Key';
  const choice = await vscode.window.showWarningMessage(
    `ssh does not know the key of ${printable(destination)} (${printable(host)}) yet.`,
    {
      modal: true,
      detail: `${visibleLines(text)}\n\nCompare the fingerprint with what the machine itself says. ssh writes it to its known hosts.`,
    },
    yes,
  );
  return choice === yes ? 'yes' : 'no';
}

async function askSecret({ host, destination, kind, text }: PromptParams, token: vscode.CancellationToken): Promise<string | null> {
  const box = vscode.window.createInputBox();
  box.title = `ssh ${printable(destination)} (${printable(host)})`;
  box.prompt = `${printable(text)} It is handed to ssh and kept nowhere.`;
  box.placeholder = kind === 'passphrase' ? 'passphrase of the key' : kind === 'password' ? 'password' : '';
  box.password = true;
  box.ignoreFocusOut = true;
  const answer = await new Promise<string | null>((resolve) => {
    box.onDidAccept(() => resolve(box.value));
    box.onDidHide(() => resolve(null));
    token.onCancellationRequested(() => resolve(null));
    if (token.isCancellationRequested) resolve(null);
    else box.show();
  });
  box.dispose();
  return answer;
}

function visibleLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** A channel for the trace of what client and server say, without the questions of ssh and their answers. */
export function withoutPrompts(log: vscode.LogOutputChannel, method: string): vscode.LogOutputChannel {
  return new Proxy(log, {
    get: (target, name) => {
      if (name === 'trace') {
        return (message: string, ...rest: unknown[]): void => {
          if (!message.includes(method) && !message.includes('"answer"')) target.trace(message, ...rest);
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}
