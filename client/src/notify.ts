import * as vscode from 'vscode';
import type { ProblemDto } from '../../server/src/protocol.ts';
import { notice } from '../../server/src/text/printable.ts';

/** Says something; resolves with the button that was pressed. What names of files and hosts are in it is text, never a button. */
export function inform<T extends string>(message: string, ...buttons: readonly T[]): Thenable<T | undefined> {
  return vscode.window.showInformationMessage(notice(message), ...buttons);
}

/** The same for what should not be overlooked. */
export function warn<T extends string>(message: string, ...buttons: readonly T[]): Thenable<T | undefined> {
  return vscode.window.showWarningMessage(notice(message), ...buttons);
}

/** The same for what could not be done. */
export function fail<T extends string>(message: string, ...buttons: readonly T[]): Thenable<T | undefined> {
  return vscode.window.showErrorMessage(notice(message), ...buttons);
}

/** Says what went wrong and what to do now. Does not wait for anybody to read it. */
export function failWith({ message, nextStep }: ProblemDto): void {
  void fail(`${message} ${nextStep}`.trim());
}

/** Shows that something takes a while. Null when the user cancelled it. */
export async function whileShown<T>(title: string, work: (token: vscode.CancellationToken) => Promise<T>): Promise<T | null> {
  const options = { location: vscode.ProgressLocation.Notification, title: notice(title), cancellable: true };
  return await vscode.window.withProgress(options, async (_progress, token) => {
    try {
      return await work(token);
    } catch (error) {
      if (token.isCancellationRequested) return null;
      throw error;
    }
  });
}
