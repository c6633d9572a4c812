import * as vscode from 'vscode';
import type { Context } from '../context.ts';

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
