import * as vscode from 'vscode';
import type { HostDto, ProblemDto } from '../../../server/src/protocol.ts';
import type { OrphanDto, OrphansDto } from '../../../server/src/protocol/panel.ts';
import { printable } from '../../../server/src/text/printable.ts';
import { COMMANDS } from '../commands/ids.ts';
import { bytes, counted } from '../text.ts';
import { FoundOrphans } from './foundOrphans.ts';

/** Something that lies in storage undeclared. */
export interface OrphanNode {
  readonly kind: 'orphan';
  readonly host: string;
  readonly orphan: OrphanDto;
}

type OrphansNode =
  | { readonly kind: 'host'; readonly name: string }
  | OrphanNode
  | { readonly kind: 'said'; readonly host: string; readonly text: string; readonly detail: string; readonly again?: boolean };

/**
 * The view "Orphans": what lies in the storages of a host and is declared no longer. A host is looked into only when it is asked for, and
 * nothing is ever removed: the command that would do it can be copied.
 */
export class Orphans implements vscode.TreeDataProvider<OrphansNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<OrphansNode | undefined>();
  readonly #view: vscode.TreeView<OrphansNode>;
  readonly #found: FoundOrphans;
  #hosts: readonly HostDto[] = [];

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(ask: (host: string) => Promise<OrphansDto>) {
    this.#found = new FoundOrphans(ask);
    this.#view = vscode.window.createTreeView('keepsake.orphans', { treeDataProvider: this, canSelectMany: true, showCollapseAll: true });
  }

  /** The configuration is another one: what was found may be declared now. */
  setHosts(hosts: readonly HostDto[]): void {
    this.#hosts = hosts;
    this.outdate();
  }

  /** The same without other hosts. */
  outdate(): void {
    this.#found.configurationChanged();
    this.#changed.fire(undefined);
  }

  /** Looks into the storages of a host anew; of all that were looked into when none is given. */
  async look(node: unknown): Promise<void> {
    const name = isHost(node) ? node.name : null;
    this.#found.forget(name);
    if (name !== null) await this.#found.of(name);
    this.#changed.fire(undefined);
  }

  async getChildren(node?: OrphansNode): Promise<OrphansNode[]> {
    if (node === undefined) return this.#hosts.map(({ name }) => ({ kind: 'host', name }));
    if (node.kind !== 'host') return [];
    const found = await this.#found.of(node.name);
    if (found === null)
      return [{ kind: 'said', host: node.name, text: 'The configuration has changed', detail: 'click to look again', again: true }];
    const { orphans, cut, problem } = found;
    if (problem !== null) return [said(node.name, problem)];
    const nodes: OrphansNode[] = orphans.map((orphan) => ({ kind: 'orphan', host: node.name, orphan }));
    if (orphans.length === 0) nodes.push({ kind: 'said', host: node.name, text: 'Nothing lies in storage undeclared', detail: '' });
    if (cut) nodes.push({ kind: 'said', host: node.name, text: 'There are more', detail: 'These are the first.' });
    return nodes;
  }

  getTreeItem(node: OrphansNode): vscode.TreeItem {
    if (node.kind === 'orphan') return orphanItem(node);
    if (node.kind === 'said') return saidItem(node);
    const item = new vscode.TreeItem(printable(node.name), vscode.TreeItemCollapsibleState.Collapsed);
    item.id = `orphans:${node.name}`;
    item.iconPath = new vscode.ThemeIcon('vm');
    const found = this.#found.known(node.name);
    const size = found?.orphans.reduce((sum, orphan) => sum + (orphan.size ?? 0), 0) ?? 0;
    if (found !== undefined && found.problem === null)
      item.description = `${counted(found.orphans.length, 'orphan', 'orphans')}${size > 0 ? ` · ${bytes(size)}` : ''}`;
    item.contextValue = 'keepsakeOrphansHost';
    item.accessibilityInformation = { label: `host ${printable(node.name)} ${item.description ?? ''}`, role: 'treeitem' };
    return item;
  }

  dispose(): void {
    this.#view.dispose();
    this.#changed.dispose();
  }
}

function orphanItem({ host, orphan }: OrphanNode): vscode.TreeItem {
  const item = new vscode.TreeItem(printable(orphan.original), vscode.TreeItemCollapsibleState.None);
  item.id = `orphan:${host}\0${orphan.path}`;
  item.iconPath = new vscode.ThemeIcon(orphan.kind === 'directory' ? 'folder' : 'file');
  item.description = [orphan.size === null ? '' : bytes(orphan.size), `in ${printable(orphan.storage)}`]
    .filter((part) => part !== '')
    .join(' · ');
  item.tooltip = [
    printable(orphan.path),
    'Nothing declares it any more, or nothing that Keepsake can read.',
    printable(orphan.removal),
  ].join('\n');
  item.contextValue = 'keepsakeOrphan';
  item.accessibilityInformation = {
    label: `${orphan.kind} ${printable(orphan.path)}, ${item.description}, not declared`,
    role: 'treeitem',
  };
  return item;
}

function saidItem(node: Extract<OrphansNode, { readonly kind: 'said' }>): vscode.TreeItem {
  const item = new vscode.TreeItem(printable(node.text), vscode.TreeItemCollapsibleState.None);
  item.iconPath = new vscode.ThemeIcon('info');
  item.description = printable(node.detail);
  const host = { kind: 'host', name: node.host };
  if (node.again === true) item.command = { command: COMMANDS.findOrphans, title: 'Look for Orphans Again', arguments: [host] };
  item.accessibilityInformation = { label: printable([node.text, node.detail].filter((part) => part !== '').join(', ')), role: 'treeitem' };
  return item;
}

function said(host: string, { message, nextStep }: ProblemDto): OrphansNode & { readonly kind: 'said' } {
  return { kind: 'said', host, text: message, detail: nextStep };
}

function isHost(node: unknown): node is { readonly kind: 'host'; readonly name: string } {
  return typeof node === 'object' && node !== null && 'kind' in node && node.kind === 'host' && 'name' in node;
}

/** Whether an argument of a command is a row of this view that can be removed. */
export function isOrphan(node: unknown): node is OrphanNode {
  return typeof node === 'object' && node !== null && 'kind' in node && node.kind === 'orphan';
}
