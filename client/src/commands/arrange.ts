import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import type { PanelArrangement } from '../settings.ts';
import { setLook } from './filter.ts';

const CHOICES: readonly { readonly arrangement: PanelArrangement; readonly label: string; readonly detail: string }[] = [
  { arrangement: 'list', label: '$(list-flat) List', detail: 'The things worth keeping, by path: /var/lib/headscale, not its files.' },
  { arrangement: 'tree', label: '$(list-tree) Directory tree', detail: 'Every directory on the way to what changed.' },
  { arrangement: 'service', label: '$(package) Service', detail: 'By whom they belong to, as far as the catalogue knows.' },
  { arrangement: 'size', label: '$(database) Size', detail: 'The largest first; by number of paths where sizes are not known.' },
  { arrangement: 'time', label: '$(clock) Last change', detail: 'The newest first.' },
];

/** Asks how the rows of a verdict are arranged. */
export async function arrange(context: Context): Promise<void> {
  const now = context.settings().arrangement;
  const items = CHOICES.map((choice) => ({ ...choice, description: choice.arrangement === now ? 'as it is now' : '' }));
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: 'Arrange unsaved state by' });
  if (chosen !== undefined) await setLook('arrangement', chosen.arrangement);
}
