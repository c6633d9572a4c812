import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { isOrphan } from '../panel/orphans.ts';

/** Looks for what lies in the storages of a host undeclared; anew in all that were looked into, when none is given. */
export async function findOrphans(context: Context, node?: unknown): Promise<void> {
  await context.orphans.look(node);
}

/** Copies the commands that would remove what is chosen, one a line. */
export async function copyRemoval(_context: Context, clicked?: unknown, selected?: unknown): Promise<void> {
  const all: readonly unknown[] = Array.isArray(selected) && selected.includes(clicked) ? selected : [clicked];
  const lines = all.filter(isOrphan).map(({ orphan }) => orphan.removal);
  if (lines.length > 0) await vscode.env.clipboard.writeText(`${lines.join('\n')}\n`);
}
