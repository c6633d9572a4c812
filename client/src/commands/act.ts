import * as vscode from 'vscode';
import { PanelRequests } from '../../../server/src/protocol/panel.ts';
import type { Context } from '../context.ts';
import { fail, failWith, inform, warn } from '../notify.ts';
import { counted } from '../text.ts';
import { chooseHost, chosenRows, requested, trusted } from './choose.ts';
import { workspaceEdit } from './edit.ts';

/** Shows the commands that move what is there into storage: for the chosen rows, or for all that a host declares and does not use yet. */
export async function copyPlan(context: Context, clicked?: unknown, selected?: unknown): Promise<void> {
  const rows = chosenRows(context, clicked, selected);
  const host = await chooseHost(context, clicked ?? rows[0], 'Move what is there on which host?');
  if (host === undefined) return;
  const own = rows.filter((row) => row.host === host.name);
  const all = { run: context.panel.model.view(host.name)?.session?.run ?? 0, rows: [] };
  const { text, problem } = await context.server.ask(PanelRequests.copyPlan, { host: host.name, ...(requested(own) ?? all) });
  if (problem !== null) {
    failWith(problem);
    return;
  }
  await showText(context, `move-into-storage-${host.name}.sh`, text);
  offerCopy(`Read it, then run it as root on ${host.name}. Nothing was run.`, text);
}

/** Tells whether a host can be rebooted, with a report that can be copied. */
export async function reboot(context: Context, argument?: unknown): Promise<void> {
  const host = await chooseHost(context, argument, 'Reboot which host?');
  if (host === undefined) return;
  const { safe, reasons, text } = await context.server.ask(PanelRequests.reboot, { host: host.name });
  await showText(context, `safe-to-reboot-${host.name}.txt`, text);
  if (safe === true) offerCopy(`${host.name} is safe to reboot.`, text);
  else if (safe === null) offerCopy(`Whether ${host.name} is safe to reboot can’t be told: ${reasons[0]?.message ?? ''}`, text);
  else offerCopy(`${host.name} is not safe to reboot: ${counted(reasons.length, 'reason', 'reasons')}.`, text, warn);
}

/** Leaves the chosen rows out from now on, on their host or on all, by a line of keepsake.json. */
export async function ignoreOnHost(context: Context, clicked?: unknown, selected?: unknown): Promise<void> {
  await ignore(context, 'host', clicked, selected);
}

export async function ignoreInWorkspace(context: Context, clicked?: unknown, selected?: unknown): Promise<void> {
  await ignore(context, 'workspace', clicked, selected);
}

async function ignore(context: Context, scope: 'host' | 'workspace', clicked: unknown, selected: unknown): Promise<void> {
  if (!trusted()) return;
  const rows = chosenRows(context, clicked, selected);
  for (const host of new Set(rows.map((row) => row.host))) {
    const own = requested(rows.filter((row) => row.host === host));
    if (own === null) continue;
    const answer = await context.server.ask(PanelRequests.ignore, { host, ...own, scope });
    if (answer.problem !== null) {
      failWith(answer.problem);
      return;
    }
    const edit = await workspaceEdit([answer]);
    if (edit === null || !(await vscode.workspace.applyEdit(edit))) {
      void fail('keepsake.json is being changed; nothing was written. Save it and try again.');
      return;
    }
    // It counts when it is on disk, for the command line and for colleagues too.
    for (const { uri } of answer.files) await (await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true))).save();
    context.log.info(answer.description);
  }
}

async function showText(context: Context, name: string, text: string): Promise<void> {
  await vscode.window.showTextDocument(context.texts.put(name, '', text), { preview: true });
}

/** Says something that has a text, and copies the text when asked to. Does not wait for the answer. */
function offerCopy(message: string, text: string, tell: typeof inform = inform): void {
  const copy = 'Copy';
  void tell(message, copy).then((choice) => (choice === copy ? vscode.env.clipboard.writeText(text) : undefined));
}
