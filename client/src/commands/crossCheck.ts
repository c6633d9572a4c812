import * as vscode from 'vscode';
import { LiveRequests, type ApartDto, type CrossCheckDto } from '../../../server/src/protocol/live.ts';
import type { Context } from '../context.ts';
import { printable } from '../../../server/src/text/printable.ts';
import { failWith, whileShown } from '../notify.ts';
import { counted } from '../text.ts';
import { chooseHost, trusted } from './choose.ts';

/** Lists a host once more with `zfs diff`, and shows what one listing has and the other has not, with the reason. */
export async function crossCheck(context: Context, argument?: unknown): Promise<void> {
  if (!trusted()) return;
  const host = await chooseHost(context, argument, 'Cross-check which host?');
  if (host === undefined) return;
  const found = await whileShown(`Asking zfs diff on ${host.name}, which may take long`, (token) =>
    context.server.ask(LiveRequests.crossCheck, { host: host.name }, token),
  );
  if (found === null) return;
  if (found.problem !== null) {
    failWith(found.problem);
    return;
  }
  await vscode.window.showTextDocument(context.texts.put(`cross-check-${host.name}.txt`, '', crossCheckText(host.name, found)), {
    preview: true,
  });
}

function crossCheckText(host: string, found: CrossCheckDto): string {
  const lines = [`${printable(host)}: ${counted(found.same, 'path is', 'paths are')} in both listings.`];
  const tell = (title: string, count: number, paths: readonly ApartDto[]): void => {
    lines.push('', `${title}: ${count.toLocaleString('en-US')}`);
    for (const { path, reason } of paths) lines.push(`  ${printable(path)}`, `      ${printable(reason)}`);
    if (count > paths.length) lines.push('  …');
  };
  tell('Only the walk has', found.onlyWalkCount, found.onlyWalk);
  tell('Only zfs diff has', found.onlyZfsDiffCount, found.onlyZfsDiff);
  return `${lines.join('\n')}\n`;
}
