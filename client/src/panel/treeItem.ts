import * as vscode from 'vscode';
import type { HostDto } from '../../../server/src/protocol.ts';
import type { ProbeDto } from '../../../server/src/protocol/live.ts';
import type { VerdictGroup } from '../../../server/src/protocol/rows.ts';
import { COMMANDS } from '../commands/ids.ts';
import { printable } from '../../../server/src/text/printable.ts';
import { counted } from '../text.ts';
import { verdictUri } from './decorations.ts';
import { GROUP_LOOKS, groupOfRow, UNFOLDED } from './groups.ts';
import type { FilterNode, GroupNode, HiddenNode, HostNode, HostView, MoreNode, PanelNode, RowNode, ServiceNode } from './nodes.ts';
import { probeWords } from './probeWords.ts';
import { stateItem } from './stateItem.ts';
import { allCountWords, amountWords, hiddenWords, rowSpeech, rowTooltip, rowWords, savableCount, sessionWords } from './words.ts';

/** What decides how nodes look besides themselves. */
export interface ItemLook {
  /** Hosts are unfolded by themselves: there is only one. */
  readonly expandHosts: boolean;
  readonly checkboxes: boolean;
  isChecked(node: RowNode): boolean;
  isConnected(host: string): boolean;
  isPaused(host: string): boolean;
}

/** How a node looks: label, icon, words, what a click does. `view` is what is known about its host. */
export function treeItem(node: PanelNode, view: HostView | null, look: ItemLook): vscode.TreeItem {
  switch (node.kind) {
    case 'host':
      return hostItem(node, view, look);
    case 'group':
      return groupItem(node);
    case 'service':
      return serviceItem(node);
    case 'row':
      return rowItem(node, look);
    case 'state':
      return stateItem(node);
    case 'more':
      return moreItem(node);
    case 'hidden':
      return hiddenItem(node);
    case 'filter':
      return filterItem(node);
  }
}

function hostItem(node: HostNode, view: HostView | null, look: ItemLook): vscode.TreeItem {
  const item = new vscode.TreeItem(printable(node.name), state(look.expandHosts));
  item.id = `host:${node.name}`;
  const session = view?.session ?? null;
  const busy = session?.state === 'connecting' || session?.state === 'running';
  item.iconPath = new vscode.ThemeIcon(
    session?.stale != null ? 'debug-disconnect' : session?.state === 'failed' ? 'vm-outline' : session === null ? 'vm' : 'vm-active',
  );
  item.description = sessionWords(session);
  const following = look.isPaused(node.name) ? ' paused' : look.isConnected(node.name) ? ' followed' : '';
  item.contextValue = `keepsakeHost ${busy ? 'busy' : session === null ? 'new' : 'quiet'}${following}${(view?.host.storages.length ?? 0) > 0 ? ' storage' : ''}`;
  item.accessibilityInformation = { label: `host ${printable(node.name)}, ${sessionWords(session)}`, role: 'treeitem' };
  // Of a host that was connected to, what it says of itself is asked for when the pointer is there.
  if (session === null) item.tooltip = hostTooltip(node, view, null);
  return item;
}

/** What is said of a host besides its line; `probe` is what it said of itself, when it was asked. */
export function hostTooltip(node: HostNode, view: HostView | null, probe: ProbeDto | null): string {
  const lines = [printable(node.name)];
  if (view !== null) {
    const { host, session } = view;
    lines.push(host.storages.length === 0 ? 'Nothing is persisted.' : `Storage: ${storagePaths(host)}`);
    if (host.rootFilesystem !== null) lines.push(`Root file system: ${printable(host.rootFilesystem)}`);
    if (host.rollback !== null) lines.push(`Rolled back to ${printable(`${host.rollback.dataset}@${host.rollback.snapshot}`)}`);
    if (host.unresolved > 0) lines.push(`${counted(host.unresolved, 'place', 'places')} of its configuration could not be read.`);
    if (session !== null && session.finishedAt !== null && session.startedAt !== null) {
      const seconds = ((session.finishedAt - session.startedAt) / 1000).toFixed(1);
      lines.push('', `Listed at ${new Date(session.finishedAt).toLocaleTimeString()} in ${seconds} s: ${printable(session.source)}`);
      lines.push(`${allCountWords(session.counts)}.`);
    }
    if (probe !== null) lines.push('', ...probeWords(probe, (time) => new Date(time).toLocaleString()));
  }
  return lines.join('\n');
}

function storagePaths(host: HostDto): string {
  return [...new Set(host.storages.map(({ path }) => (path === null ? 'one whose path can’t be read' : printable(path))))].join(', ');
}

function groupItem(node: GroupNode): vscode.TreeItem {
  const look = GROUP_LOOKS[node.group];
  const item = new vscode.TreeItem(look.label, state(UNFOLDED.has(node.group)));
  item.id = `group:${node.host}\0${node.group}`;
  item.iconPath = groupIcon(node.group);
  item.description = amountWords(node);
  item.tooltip = `${look.label}\n${look.meaning}\n${amountWords(node)}`;
  item.contextValue = `keepsakeGroup ${node.group}`;
  item.accessibilityInformation = { label: `${look.label}, ${amountWords(node)}`, role: 'treeitem' };
  return item;
}

function serviceItem(node: ServiceNode): vscode.TreeItem {
  const label = node.title === null ? 'Not in the catalogue' : printable(node.title);
  const item = new vscode.TreeItem(label, state(false));
  item.id = `service:${node.host}\0${node.group}\0${node.title ?? ''}`;
  item.iconPath = new vscode.ThemeIcon('package', new vscode.ThemeColor(GROUP_LOOKS[node.group].colour));
  item.description = amountWords(node);
  item.tooltip = [label, printable(node.loss), amountWords(node)].filter((line) => line !== '').join('\n');
  item.contextValue = `keepsakeService ${node.group}`;
  item.accessibilityInformation = { label: `${label}, ${GROUP_LOOKS[node.group].label}, ${amountWords(node)}`, role: 'treeitem' };
  return item;
}

function rowItem(node: RowNode, look: ItemLook): vscode.TreeItem {
  const { row } = node;
  const item = new vscode.TreeItem(
    printable(row.name),
    row.hasChildren ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
  );
  // By path, so that what is unfolded stays so over a new run; bytes that are no text may make two paths look alike.
  item.id = `row:${node.host}\0${node.group}\0${row.path}${row.path.includes('\u{fffd}') ? `\0${row.id}` : ''}`;
  const group = groupOfRow(row, node.group);
  const directory = row.isDirectory && (row.verdict === null || row.hasChildren);
  item.iconPath = directory ? new vscode.ThemeIcon('folder', new vscode.ThemeColor(GROUP_LOOKS[group].colour)) : groupIcon(group);
  item.resourceUri = verdictUri(node.host, row.newPath ?? row.path, group);
  item.description = rowWords(row, node.group);
  item.tooltip = rowTooltip(row);
  item.accessibilityInformation = { label: rowSpeech(row), role: 'treeitem' };
  const savable = savableCount(row.counts) > 0;
  const file = row.isDirectory ? '' : ' file';
  item.contextValue = `keepsakeRow ${group}${savable ? ' savable' : ''}${file}${group === 'noise' ? '' : ' ignorable'}`;
  if (look.checkboxes && savable)
    item.checkboxState = {
      state: look.isChecked(node) ? vscode.TreeItemCheckboxState.Checked : vscode.TreeItemCheckboxState.Unchecked,
      accessibilityInformation: { label: `choose ${printable(row.path)}`, role: 'checkbox' },
    };
  return item;
}

function groupIcon(group: VerdictGroup): vscode.ThemeIcon {
  const look = GROUP_LOOKS[group];
  return new vscode.ThemeIcon(look.icon, new vscode.ThemeColor(look.colour));
}

function moreItem(node: MoreNode): vscode.TreeItem {
  const item = new vscode.TreeItem('Load more…', vscode.TreeItemCollapsibleState.None);
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.description = `${node.shown.toLocaleString('en-US')} of ${node.total.toLocaleString('en-US')} shown`;
  item.contextValue = 'keepsakeMore';
  item.command = { command: COMMANDS.loadMore, title: 'Load more', arguments: [node] };
  item.accessibilityInformation = { label: `load more, ${item.description}`, role: 'treeitem' };
  return item;
}

function hiddenItem(node: HiddenNode): vscode.TreeItem {
  const item = new vscode.TreeItem('Hidden', vscode.TreeItemCollapsibleState.None);
  item.iconPath = new vscode.ThemeIcon('filter');
  item.description = hiddenWords(node.kept, node.noise);
  item.tooltip = 'Left out of the list. Click to choose what is shown.';
  item.contextValue = 'keepsakeHidden';
  item.command = { command: COMMANDS.filter, title: 'Choose what is shown' };
  item.accessibilityInformation = { label: `hidden: ${item.description}, click to choose what is shown`, role: 'treeitem' };
  return item;
}

function filterItem(node: FilterNode): vscode.TreeItem {
  const item = new vscode.TreeItem(`Only paths with “${printable(node.text)}”`, vscode.TreeItemCollapsibleState.None);
  item.iconPath = new vscode.ThemeIcon('search');
  item.description = node.found ? '' : 'there are none';
  item.tooltip = 'Click to look for something else.';
  item.contextValue = 'keepsakeFilter';
  item.command = { command: COMMANDS.find, title: 'Find Paths' };
  item.accessibilityInformation = {
    label: `only paths with ${printable(node.text)} are shown${node.found ? '' : ', there are none'}`,
    role: 'treeitem',
  };
  return item;
}

function state(expanded: boolean): vscode.TreeItemCollapsibleState {
  return expanded ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}
