import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import type { PanelArrangement } from '../settings.ts';

type Toggle = 'showKept' | 'showNoise' | 'checkboxes';

/** Asks what the view shows besides what needs a look; the counts say what each choice opens. */
export async function filter(context: Context): Promise<void> {
  const settings = context.settings();
  const counts = context.panel.model
    .sessions()
    .reduce((sum, session) => ({ kept: sum.kept + session.counts.kept, noise: sum.noise + session.counts.noise }), {
      kept: 0,
      noise: 0,
    });
  const items = [
    {
      label: 'Kept',
      description: counts.kept.toLocaleString('en-US'),
      detail: 'Declared, and kept by the running system.',
      picked: settings.showKept,
      toggle: 'showKept' as const,
    },
    {
      label: 'Noise',
      description: counts.noise.toLocaleString('en-US'),
      detail: 'Made anew at each boot, caches, links into the store.',
      picked: settings.showNoise,
      toggle: 'showNoise' as const,
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    placeHolder: 'Show besides what would be lost or is not active yet',
  });
  if (chosen === undefined) return;
  for (const { toggle, picked } of items) {
    const wanted = chosen.some((item) => item.toggle === toggle);
    if (wanted !== picked) await setLook(toggle, wanted);
  }
}

/** Writes a setting of the view (`keepsake.panel`) where it is set already: for the workspace, or else for the user. */
export async function setLook(toggle: Toggle | 'arrangement', value: boolean | PanelArrangement): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('keepsake.panel');
  const found = configuration.inspect(toggle);
  const target = found?.workspaceValue === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  await configuration.update(toggle, value, target);
}
