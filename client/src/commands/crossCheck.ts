import * as vscode from 'vscode';
import { LiveRequests, type ApartDto, type CrossCheckDto } from '../../../server/src/protocol/live.ts';
import type { Context } from '../context.ts';
import { counted, forNotification, visible } from '../text.ts';
import { chooseHost, trusted } from './choose.ts';

/** Lists a host once more with `zfs diff`, and shows what one listing has and the other has not, with the reason. */
export async function crossCheck(context: Context, argument?: unknown): Promise<void> {
  if (!trusted()) return;
  const host = await chooseHost(context, argument, 'Cross-check which host?');
  if (host === undefined) return;
  const name = visible(host.name);
  const found = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Asking zfs diff on ${name}, which may take long`, cancellable: true },
    async (_progress, token) => {
      try {
        return await context.server.about(LiveRequests.crossCheck, host.name, token);
      } catch (error) {
        if (token.isCancellationRequested) return null;
        throw error;
      }
    },
  );
  if (found === null) return;
  if (found.problem !== null) {
    void vscode.window.showErrorMessage(forNotification(`${found.problem.message} ${found.problem.nextStep}`.trim()));
    return;
  }
  await vscode.window.showTextDocument(context.texts.put(`cross-check-${host.name}.txt`, '', crossCheckText(host.name, found)), {
    preview: true,
  });
}

function crossCheckText(host: string, found: CrossCheckDto): string {
  const lines = [`${visible(host)}: ${counted(found.same, 'path is', 'paths are')} in both listings.`];
  const tell = (title: string, count: number, paths: readonly ApartDto[]): void => {
    lines.push('', `${title}: ${count.toLocaleString('en-US')}`);
    for (const { path, reason } of paths) lines.push(`  ${visible(path)}`, `      ${visible(reason)}`);
    if (count > paths.length) lines.push('  …');
  };
  tell('Only the walk has', found.onlyWalkCount, found.onlyWalk);
  tell('Only zfs diff has', found.onlyZfsDiffCount, found.onlyZfsDiff);
  return `${lines.join('\n')}\n`;
}
