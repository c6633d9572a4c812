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

/** Between two keys: the view follows when typing rests. */
const TYPING_MILLISECONDS = 150;

/** A box to type a part of a path into; the view follows while it is typed. Escape brings back what was shown before. */
export async function find(context: Context): Promise<void> {
  const { panel } = context;
  const before = panel.model.text;
  const box = vscode.window.createInputBox();
  box.title = 'Find paths in Unsaved state';
  box.prompt = 'A part of a path, in any case. Empty shows everything.';
  box.placeholder = 'postgresql, .ssh, /etc';
  box.value = before;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let accepted = false;
  await new Promise<void>((resolve) => {
    box.onDidChangeValue((text) => {
      clearTimeout(timer);
      timer = setTimeout(() => panel.setText(text.trim()), TYPING_MILLISECONDS);
    });
    box.onDidAccept(() => {
      accepted = true;
      box.hide();
    });
    box.onDidHide(resolve);
    box.show();
  });
  clearTimeout(timer);
  panel.setText(accepted ? box.value.trim() : before);
  box.dispose();
}
