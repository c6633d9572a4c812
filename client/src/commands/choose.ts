import * as vscode from 'vscode';
import type { HostDto } from '../../../server/src/protocol.ts';
import type { Context } from '../context.ts';
import { inform, warn } from '../notify.ts';
import type { PanelNode, RowNode } from '../panel/nodes.ts';
import { sessionWords } from '../panel/words.ts';
import { printable } from '../../../server/src/text/printable.ts';

/** The name of the host that a node stands at; undefined for anything else (commands are called with what others pass). */
export function hostNameOf(argument: unknown): string | undefined {
  if (!isNode(argument)) return undefined;
  return argument.kind === 'host' ? argument.name : argument.host;
}

/**
 * The host that a command is for: that of its argument, the only one, or the one the user picks.
 * Undefined when there is none or the user backs out; when there is none, that is said.
 */
export async function chooseHost(context: Context, argument: unknown, prompt: string): Promise<HostDto | undefined> {
  const { model } = context.panel;
  const name = hostNameOf(argument);
  if (name !== undefined) return model.view(name)?.host;
  if (model.hosts.length === 0) {
    void inform(
      'Keepsake has found no host: no flake.nix of this workspace declares nixosConfigurations that it can read, and no configuration.nix stands for one.',
    );
    return undefined;
  }
  if (model.hosts.length === 1) return model.hosts[0];
  const items = model.hosts.map((host) => ({
    label: printable(host.name),
    description: sessionWords(model.view(host.name)?.session ?? null),
    host,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder: prompt }))?.host;
}

/** The path rows a command is for: what is selected when the clicked row is part of it, else the clicked row, else the selection. */
export function chosenRows(context: Context, clicked: unknown, selected: unknown): RowNode[] {
  const selection: readonly unknown[] = Array.isArray(selected) ? selected : isNode(clicked) ? [clicked] : context.panel.view.selection;
  const nodes = selection.includes(clicked) || clicked === undefined ? selection : [clicked];
  return nodes.filter(isNode).filter((node): node is RowNode => node.kind === 'row');
}

/** What the server is asked for of rows of one host: those of the first one's listing, since ids of another mean other rows. */
export function requested(rows: readonly RowNode[]): { readonly run: number; readonly rows: readonly number[] } | null {
  const [first] = rows;
  return first === undefined
    ? null
    : { run: first.run, rows: [...new Set(rows.flatMap(({ run, row }) => (run === first.run ? row.id : [])))] };
}

/** False, and a word about it, in a workspace that is not trusted. */
export function trusted(): boolean {
  if (vscode.workspace.isTrusted) return true;
  void warn('Keepsake reads no host while this workspace is not trusted: its settings could name any command.', 'Manage Trust').then(
    (choice) => (choice === undefined ? undefined : vscode.commands.executeCommand('workbench.trust.manage')),
  );
  return false;
}

function isNode(value: unknown): value is PanelNode {
  return typeof value === 'object' && value !== null && 'kind' in value && ('name' in value || 'host' in value);
}
