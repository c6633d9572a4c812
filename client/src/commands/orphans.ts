import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { PanelRequests } from '../../../server/src/protocol/panel.ts';
import { warn } from '../notify.ts';
import { declaredNow } from '../panel/foundOrphans.ts';
import { isOrphan } from '../panel/orphans.ts';

/** Looks for what lies in the storages of a host undeclared; anew in all that were looked into, when none is given. */
export async function findOrphans(context: Context, node?: unknown): Promise<void> {
  await context.orphans.look(node);
}

/** Copies the commands that would remove what is chosen, one a line; none where something of it is declared by now. */
export async function copyRemoval(context: Context, clicked?: unknown, selected?: unknown): Promise<void> {
  const all: readonly unknown[] = Array.isArray(selected) && selected.includes(clicked) ? selected : [clicked];
  const chosen = all.filter(isOrphan);
  for (const host of new Set(chosen.map((each) => each.host))) {
    const { entries } = await context.server.ask(PanelRequests.declared, { host });
    const own = chosen.flatMap((each) => (each.host === host ? [each.orphan] : []));
    const [declared] = declaredNow(own, entries);
    if (declared === undefined) continue;
    context.orphans.outdate();
    void warn(`${declared.path} is declared for ${host} now, or something in it: no command was copied. Look for orphans again.`);
    return;
  }
  const lines = chosen.map(({ orphan }) => orphan.removal);
  if (lines.length > 0) await vscode.env.clipboard.writeText(`${lines.join('\n')}\n`);
}
