import * as vscode from 'vscode';
import type { HostDto, LossSeverity, Verdict } from '../../../server/src/protocol.ts';
import { COMMANDS } from '../commands/ids.ts';
import { counted, visible } from '../text.ts';
import type { HiddenNode, HostNode, HostView, MoreNode, PanelNode, RowNode, StateNode } from './nodes.ts';
import { allCountWords, hiddenWords, rowSpeech, rowTooltip, rowWords, savableCount, sessionWords, worst } from './words.ts';

/** How a node looks: label, icon, words, what a click does. `view` is what is known about its host. */
export function treeItem(node: PanelNode, view: HostView | null, expandHosts: boolean): vscode.TreeItem {
  switch (node.kind) {
    case 'host':
      return hostItem(node, view, expandHosts);
    case 'row':
      return rowItem(node);
    case 'state':
      return stateItem(node);
    case 'more':
      return moreItem(node);
    case 'hidden':
      return hiddenItem(node);
  }
}

function hostItem(node: HostNode, view: HostView | null, expand: boolean): vscode.TreeItem {
  const item = new vscode.TreeItem(visible(node.name), state(expand));
  item.id = `host:${node.name}`;
  const session = view?.session ?? null;
  const busy = session?.state === 'connecting' || session?.state === 'running';
  item.iconPath = new vscode.ThemeIcon(session?.state === 'failed' ? 'vm-outline' : session === null ? 'vm' : 'vm-active');
  item.description = sessionWords(session);
  item.contextValue = `keepsakeHost ${busy ? 'busy' : session === null ? 'new' : 'quiet'}${(view?.host.storages.length ?? 0) > 0 ? ' storage' : ''}`;
  item.accessibilityInformation = { label: `host ${visible(node.name)}, ${sessionWords(session)}`, role: 'treeitem' };
  item.tooltip = hostTooltip(node, view);
  return item;
}

function hostTooltip(node: HostNode, view: HostView | null): string {
  const lines = [visible(node.name)];
  if (view !== null) {
    const { host, session } = view;
    lines.push(host.storages.length === 0 ? 'Nothing is persisted.' : `Storage: ${storagePaths(host)}`);
    if (host.rootFilesystem !== null) lines.push(`Root file system: ${visible(host.rootFilesystem)}`);
    if (host.rollback !== null) lines.push(`Rolled back to ${visible(`${host.rollback.dataset}@${host.rollback.snapshot}`)}`);
    if (host.unresolved > 0) lines.push(`${counted(host.unresolved, 'place', 'places')} of its configuration could not be read.`);
    if (session !== null && session.finishedAt !== null && session.startedAt !== null) {
      const seconds = ((session.finishedAt - session.startedAt) / 1000).toFixed(1);
      lines.push('', `Listed at ${new Date(session.finishedAt).toLocaleTimeString()} in ${seconds} s: ${visible(session.source)}`);
      lines.push(`${allCountWords(session.counts)}.`);
    }
  }
  return lines.join('\n');
}

function storagePaths(host: HostDto): string {
  return [...new Set(host.storages.map(({ path }) => (path === null ? 'one whose path can’t be read' : visible(path))))].join(', ');
}

function rowItem(node: RowNode): vscode.TreeItem {
  const { row } = node;
  const item = new vscode.TreeItem(
    visible(row.name),
    row.hasChildren ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
  );
  // By path, so that what is unfolded stays so over a new run; bytes that are no text may make two paths look alike.
  item.id = `row:${node.host}\0${row.path}${row.path.includes('\u{fffd}') ? `\0${row.id}` : ''}`;
  const found = row.verdict === null ? worst(row.counts) : { verdict: row.verdict, severity: row.severity };
  const directory = row.isDirectory && (row.verdict === null || row.hasChildren);
  if (found !== null)
    item.iconPath = directory ? new vscode.ThemeIcon('folder', colour(found.verdict, found.severity)) : icon(found.verdict, found.severity);
  item.description = rowWords(row);
  item.tooltip = rowTooltip(row);
  item.accessibilityInformation = { label: rowSpeech(row), role: 'treeitem' };
  item.contextValue = `keepsakeRow ${found?.verdict ?? 'none'}${savableCount(row.counts) > 0 ? ' savable' : ''}`;
  return item;
}

function icon(verdict: Verdict, severity: LossSeverity | null): vscode.ThemeIcon {
  return new vscode.ThemeIcon(iconName(verdict, severity), colour(verdict, severity));
}

function iconName(verdict: Verdict, severity: LossSeverity | null): string {
  switch (verdict) {
    case 'lost':
      return severity === 'critical' ? 'error' : severity === 'data' ? 'warning' : severity === 'convenience' ? 'info' : 'question';
    case 'kept':
      return 'pass';
    case 'declared':
      return 'history';
    case 'mounted':
      return 'unverified';
    case 'noise':
      return 'circle-slash';
  }
}

function colour(verdict: Verdict, severity: LossSeverity | null): vscode.ThemeColor {
  switch (verdict) {
    case 'lost':
      if (severity === 'critical') return new vscode.ThemeColor('problemsErrorIcon.foreground');
      if (severity === 'convenience') return new vscode.ThemeColor('problemsInfoIcon.foreground');
      return new vscode.ThemeColor('problemsWarningIcon.foreground');
    case 'mounted':
      return new vscode.ThemeColor('problemsWarningIcon.foreground');
    case 'declared':
      return new vscode.ThemeColor('problemsInfoIcon.foreground');
    case 'kept':
      return new vscode.ThemeColor('testing.iconPassed');
    case 'noise':
      return new vscode.ThemeColor('disabledForeground');
  }
}

function stateItem(node: StateNode): vscode.TreeItem {
  const { label, icon: name, description, command } = stateLook(node);
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.iconPath = new vscode.ThemeIcon(name);
  item.description = description;
  item.contextValue = `keepsakeState ${node.state}`;
  item.tooltip = [label, description, node.problem === null ? '' : visible(node.problem.detail)].filter((line) => line !== '').join('\n');
  item.accessibilityInformation = { label: [label, description].filter((words) => words !== '').join(', '), role: 'treeitem' };
  if (command !== null) item.command = { command: command.id, title: command.title, arguments: [node] };
  return item;
}

interface StateLook {
  readonly label: string;
  readonly icon: string;
  readonly description: string;
  readonly command: { readonly id: string; readonly title: string } | null;
}

function stateLook(node: StateNode): StateLook {
  const { problem } = node;
  const source = visible(node.source);
  switch (node.state) {
    case 'unconnected':
      return { label: 'Not connected', icon: 'plug', description: 'click to connect', command: { id: COMMANDS.connect, title: 'Connect' } };
    case 'connecting':
      return { label: 'Connecting…', icon: 'loading~spin', description: source, command: null };
    case 'listing':
      return { label: 'Listing…', icon: 'loading~spin', description: `${counted(node.count, 'change', 'changes')} so far`, command: null };
    case 'stopped':
      return {
        label: 'Stopped: not the whole list',
        icon: 'debug-pause',
        description: 'click to list again',
        command: { id: COMMANDS.refresh, title: 'Refresh' },
      };
    case 'partial':
      return {
        label: 'Not the whole list',
        icon: 'warning',
        description: problem === null ? 'click to list again' : visible(problem.message),
        command: problem === null ? { id: COMMANDS.refresh, title: 'Refresh' } : { id: COMMANDS.showProblem, title: 'What to do' },
      };
    case 'failed':
      return {
        label: problem === null ? 'Failed' : visible(problem.message),
        icon: 'error',
        description: '',
        command: { id: COMMANDS.showProblem, title: 'What to do' },
      };
    case 'nextStep':
      return {
        label: problem === null ? '' : visible(problem.nextStep),
        icon: 'lightbulb',
        description: '',
        command: { id: COMMANDS.showProblem, title: 'What to do' },
      };
    case 'empty':
      return { label: 'Nothing has changed since the blank snapshot', icon: 'pass', description: source, command: null };
    case 'unavailable':
      return {
        label: 'Keepsake is not running',
        icon: 'error',
        description: 'click to start it again',
        command: { id: COMMANDS.restart, title: 'Restart' },
      };
  }
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

function state(expanded: boolean): vscode.TreeItemCollapsibleState {
  return expanded ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}
