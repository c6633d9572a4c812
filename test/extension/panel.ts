import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { KeepsakeApi } from '../../client/src/extension.ts';
import type { PanelNode } from '../../client/src/panel/nodes.ts';
import { until } from '../vscode-host/until.ts';

/** A row of the view "Unsaved state" as VS Code is told to draw it. */
export interface Drawn {
  readonly node: PanelNode;
  readonly label: string;
  readonly description: string;
  readonly contextValue: string;
}

/** The view's content, from the running extension. */
export async function unsavedState(): Promise<vscode.TreeDataProvider<PanelNode>> {
  const extension = vscode.extensions.getExtension<KeepsakeApi>('keepsake.keepsake');
  if (extension === undefined) throw new Error('Keepsake is not installed in this VS Code');
  return (await extension.activate()).unsavedState;
}

/** What is drawn below a node, or at the top. */
export async function drawn(node?: PanelNode): Promise<Drawn[]> {
  const provider = await unsavedState();
  const nodes = (await provider.getChildren(node)) ?? [];
  return await Promise.all(
    nodes.map(async (each) => {
      const item = await provider.getTreeItem(each);
      return { node: each, label: labelOf(item), description: String(item.description ?? ''), contextValue: item.contextValue ?? '' };
    }),
  );
}

/** The row of a host; waits until the workspace was read. */
export async function hostRow(name: string): Promise<Drawn> {
  return await until(`host ${name}`, async () => (await drawn()).find(({ label }) => label === name));
}

/** All rows of a host, groups and directories unfolded, by path. Rows that are no path (groups, state, hidden) go by their label. */
export async function rowsOf(host: string): Promise<ReadonlyMap<string, Drawn>> {
  const rows = new Map<string, Drawn>();
  const walk = async (node: PanelNode): Promise<void> => {
    for (const each of await drawn(node)) {
      const { node: below } = each;
      rows.set(below.kind === 'row' ? below.row.path : each.label, each);
      if (below.kind === 'group' || below.kind === 'service' || (below.kind === 'row' && below.row.hasChildren)) await walk(below);
    }
  };
  await walk((await hostRow(host)).node);
  return rows;
}

/** Waits for a host's row of this path (or label) whose grey text matches. */
export async function row(host: string, path: string, description = /(?:)/): Promise<Drawn> {
  let last: ReadonlyMap<string, Drawn> = new Map();
  try {
    return await until(`${path} ${String(description)} below ${host}`, async () => {
      last = await rowsOf(host);
      const found = last.get(path);
      return found !== undefined && description.test(found.description) && found;
    });
  } catch (error) {
    const near = [...last].filter(([name]) => name === path || name.startsWith(`${dirname(path)}/`) || !name.startsWith('/'));
    const shown = near.slice(0, 12).map(([name, { description: words }]) => `${name}  ${words}`);
    throw new Error(`among ${last.size} rows of ${host}:\n${shown.join('\n')}`, { cause: error });
  }
}

/** Waits until the grey text behind the host's name matches. */
export async function hostSays(host: string, description: RegExp, milliseconds?: number): Promise<Drawn> {
  return await until(
    `${host} to say ${String(description)}`,
    async () => {
      const found = await hostRow(host);
      return description.test(found.description) && found;
    },
    milliseconds,
  );
}

/** Lists a host, as a click on its refresh button does. Returns when the listing has begun. */
export async function connect(host: string): Promise<void> {
  await vscode.commands.executeCommand('keepsake.connect', (await hostRow(host)).node);
}

/** Replaces `keepsake.hosts` and the like in the user's settings; `undefined` takes a setting away. */
export async function configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
  const section = vscode.workspace.getConfiguration('keepsake');
  for (const [name, value] of Object.entries(settings)) await section.update(name, value, vscode.ConfigurationTarget.Global);
}

function labelOf(item: vscode.TreeItem): string {
  return typeof item.label === 'string' ? item.label : (item.label?.label ?? '');
}
