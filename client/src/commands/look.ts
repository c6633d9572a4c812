import * as vscode from 'vscode';
import { PanelRequests, type LookDto } from '../../../server/src/protocol/panel.ts';
import type { Context } from '../context.ts';
import type { RowNode } from '../panel/nodes.ts';
import { printable } from '../../../server/src/text/printable.ts';
import { failWith, whileShown } from '../notify.ts';
import { bytes } from '../text.ts';
import { chosenRows, trusted } from './choose.ts';

/** Shows the content of a row's file as it is on the host, read-only. */
export async function look(context: Context, clicked?: unknown, selected?: unknown): Promise<void> {
  const [node] = chosenRows(context, clicked, selected);
  if (!trusted() || node === undefined) return;
  const now = await read(context, node, 'now');
  if (now === null) return;
  const uri = context.texts.put(`${node.host}${pathOf(node)}`, 'now', shown(now));
  await vscode.window.showTextDocument(uri, { preview: true });
}

/** Shows what is different in a row's file since the blank snapshot. */
export async function compare(context: Context, clicked?: unknown, selected?: unknown): Promise<void> {
  const [node] = chosenRows(context, clicked, selected);
  if (!trusted() || node === undefined) return;
  const now = await read(context, node, 'now');
  if (now === null) return;
  const blank = await read(context, node, 'blank', true);
  if (blank === null) return;
  const name = `${node.host}${pathOf(node)}`;
  const left = context.texts.put(name, 'blank', shown(blank));
  const right = context.texts.put(name, 'now', shown(now));
  await vscode.commands.executeCommand('vscode.diff', left, right, `${printable(node.row.name)} on ${printable(node.host)}: blank ↔ now`);
}

/** Asks for a file, and the user first where it may hold a secret. Null: the user said no, or it can't be shown, which is said. */
async function read(context: Context, node: RowNode, from: 'now' | 'blank', secrets = false): Promise<LookDto | null> {
  const answer = await whileShown(`Looking at ${node.row.name} on ${node.host}`, (token) =>
    context.server.ask(PanelRequests.look, { host: node.host, run: node.run, row: node.row.id, from, secrets }, token),
  );
  if (answer === null) return null;
  if (answer.problem !== null) {
    failWith(answer.problem);
    return null;
  }
  if (!answer.secret) return answer;
  const show = 'Show';
  const choice = await vscode.window.showWarningMessage(
    `${printable(pathOf(node))} may hold a secret. Show it on this screen?`,
    { modal: true, detail: 'It is read over ssh, shown, and kept nowhere.' },
    show,
  );
  return choice === show ? read(context, node, from, true) : null;
}

function shown({ text, size, cut }: LookDto): string {
  if (size === null) return '';
  if (text === null) return `(${bytes(size)} that are no text)\n`;
  return cut ? `${text}\n… (the first ${bytes(Buffer.byteLength(text))} of ${bytes(size)})\n` : text;
}

function pathOf({ row }: RowNode): string {
  return row.newPath ?? row.path;
}
