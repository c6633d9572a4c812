import * as vscode from 'vscode';
import { COMMANDS } from '../commands/ids.ts';
import { printable } from '../../../server/src/text/printable.ts';
import { counted } from '../text.ts';
import type { StateNode } from './nodes.ts';

/** How a row looks that says how it stands with a host; a click does the next step. */
export function stateItem(node: StateNode): vscode.TreeItem {
  const { label, icon: name, description, command } = stateLook(node);
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.iconPath = new vscode.ThemeIcon(name);
  item.description = description;
  item.contextValue = `keepsakeState ${node.state}`;
  const detail = (node.problem?.detail ?? '').split('\n').map(printable);
  item.tooltip = [label, description, ...detail].filter((line) => line !== '').join('\n');
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
  const source = printable(node.source);
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
        description: problem === null ? 'click to list again' : printable(problem.message),
        command: problem === null ? { id: COMMANDS.refresh, title: 'Refresh' } : { id: COMMANDS.showProblem, title: 'What to do' },
      };
    case 'failed':
      return {
        label: problem === null ? 'Failed' : printable(problem.message),
        icon: 'error',
        description: '',
        command: { id: COMMANDS.showProblem, title: 'What to do' },
      };
    case 'nextStep':
      return {
        label: problem === null ? '' : printable(problem.nextStep),
        icon: 'lightbulb',
        description: '',
        command: { id: COMMANDS.showProblem, title: 'What to do' },
      };
    case 'empty':
      return { label: 'Nothing has changed since the blank snapshot', icon: 'pass', description: source, command: null };
    case 'stale':
      return {
        label: problem === null ? 'Not as the host is now' : printable(problem.message),
        icon: 'debug-disconnect',
        description: ['this is the last result', source].filter((words) => words !== '').join(', '),
        command: { id: COMMANDS.showProblem, title: 'What to do' },
      };
    case 'note':
      return {
        label: problem === null ? '' : printable(problem.message),
        icon: 'warning',
        description: node.count > 0 ? counted(node.count, 'path', 'paths') : '',
        command: { id: COMMANDS.showProblem, title: 'What to do' },
      };
    case 'unavailable':
      return {
        label: 'Keepsake is not running',
        icon: 'error',
        description: 'click to start it again',
        command: { id: COMMANDS.restart, title: 'Restart' },
      };
  }
}
