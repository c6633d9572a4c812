import * as vscode from 'vscode';
import type { HostDto } from '../../../server/src/protocol.ts';
import type { DeclaredDto, DeclaredEntryDto, Standing } from '../../../server/src/protocol/panel.ts';
import { COMMANDS } from '../commands/ids.ts';
import { placeWords } from '../places.ts';
import { printable } from '../../../server/src/text/printable.ts';
import { keyed } from './entryKeys.ts';
import { counted } from '../text.ts';

export interface EntryNode {
  readonly kind: 'entry';
  readonly host: string;
  readonly entry: DeclaredEntryDto;
  /** Tells it from all others; stays what it is while others come and go. */
  readonly key: string;
}

type DeclaredNode =
  | { readonly kind: 'host'; readonly name: string }
  | { readonly kind: 'storage'; readonly host: string; readonly storage: string | null; readonly entries: readonly DeclaredEntryDto[] }
  | EntryNode;

/** How it stands with a declared path, in words and as an icon. */
const STANDINGS: Readonly<Record<Standing, { readonly words: string; readonly icon: string; readonly colour: string | null }>> = {
  mounted: { words: 'mounted', icon: 'pass', colour: 'testing.iconPassed' },
  link: { words: 'a link into storage', icon: 'link', colour: 'testing.iconPassed' },
  'not-active': { words: 'not active on the host', icon: 'history', colour: 'problemsWarningIcon.foreground' },
  unknown: { words: '', icon: 'circle-outline', colour: null },
};

/** The view "Declared": what each host keeps, by which line, and whether it is mounted there. */
export class Declared implements vscode.TreeDataProvider<DeclaredNode>, vscode.Disposable {
  readonly #ask: (host: string) => Promise<DeclaredDto>;
  readonly #changed = new vscode.EventEmitter<DeclaredNode | undefined>();
  readonly #view: vscode.TreeView<DeclaredNode>;
  #hosts: readonly HostDto[] = [];

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(ask: (host: string) => Promise<DeclaredDto>) {
    this.#ask = ask;
    this.#view = vscode.window.createTreeView('keepsake.declared', { treeDataProvider: this, showCollapseAll: true });
  }

  setHosts(hosts: readonly HostDto[]): void {
    this.#hosts = hosts;
    this.redraw();
  }

  /** What is mounted on a host, or declared for it, may be different now. */
  redraw(): void {
    this.#changed.fire(undefined);
  }

  async getChildren(node?: DeclaredNode): Promise<DeclaredNode[]> {
    if (node === undefined) return this.#hosts.map(({ name }) => ({ kind: 'host', name }));
    if (node.kind === 'storage') return keyed(node.entries).map(([key, entry]) => ({ kind: 'entry', host: node.host, entry, key }));
    if (node.kind !== 'host') return [];
    const { entries } = await this.#ask(node.name);
    const storages = [...new Set(entries.map(({ storage }) => storage))];
    return storages.map((storage) => ({
      kind: 'storage',
      host: node.name,
      storage,
      entries: entries.filter((entry) => entry.storage === storage),
    }));
  }

  getTreeItem(node: DeclaredNode): vscode.TreeItem {
    if (node.kind === 'host') return hostItem(node.name, this.#hosts.length === 1);
    return node.kind === 'storage' ? storageItem(node) : entryItem(node);
  }

  dispose(): void {
    this.#view.dispose();
    this.#changed.dispose();
  }
}

function hostItem(name: string, expand: boolean): vscode.TreeItem {
  const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(printable(name), expand ? Expanded : Collapsed);
  item.id = `declared:${name}`;
  item.iconPath = new vscode.ThemeIcon('vm');
  item.contextValue = 'keepsakeDeclaredHost';
  item.accessibilityInformation = { label: `host ${printable(name)}`, role: 'treeitem' };
  return item;
}

function storageItem({ host, storage, entries }: Extract<DeclaredNode, { readonly kind: 'storage' }>): vscode.TreeItem {
  const label = storage === null ? 'a storage whose path can’t be read' : printable(storage);
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `declared:${host}\0${storage ?? ''}`;
  item.iconPath = new vscode.ThemeIcon('archive');
  const waiting = entries.filter(({ standing }) => standing === 'not-active').length;
  item.description = counted(entries.length, 'entry', 'entries') + (waiting === 0 ? '' : ` · ${waiting} not active`);
  item.contextValue = 'keepsakeStorage';
  item.accessibilityInformation = { label: `storage ${label}, ${item.description}`, role: 'treeitem' };
  return item;
}

function entryItem(node: EntryNode): vscode.TreeItem {
  const { text, kind, user, standing, location, conditions, mechanism } = node.entry;
  const { words, icon, colour } = STANDINGS[standing];
  const item = new vscode.TreeItem(printable(text), vscode.TreeItemCollapsibleState.None);
  const place = placeWords(location);
  item.id = `declared:${node.host}\0${node.entry.storage ?? ''}\0${node.key}`;
  item.iconPath = new vscode.ThemeIcon(icon, colour === null ? undefined : new vscode.ThemeColor(colour));
  item.description = [words, conditions.length === 0 ? '' : 'perhaps', place].filter((part) => part !== '').join(' · ');
  const by = `${kind}${user === null ? '' : ` of ${printable(user)}`}, by ${mechanism === 'manual' ? 'hand' : mechanism}`;
  const when = conditions.map((condition) => `Only if ${printable(condition)}`);
  item.tooltip = [printable(text), by, words === '' ? 'Connect to see whether it is mounted.' : words, place, ...when].join('\n');
  item.contextValue = 'keepsakeEntry';
  item.command = { command: COMMANDS.openEntry, title: 'Open Declaration', arguments: [node] };
  item.accessibilityInformation = { label: `${by}: ${printable(text)}, ${item.description}`, role: 'treeitem' };
  return item;
}
