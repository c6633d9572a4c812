import * as vscode from 'vscode';
import type { HostDto } from '../../../server/src/protocol.ts';
import type { Context } from '../context.ts';
import type { HostSettings } from '../settings.ts';
import { destinationProblem, parseSnapshot } from '../source.ts';
import { visible } from '../text.ts';
import { COMMANDS } from './ids.ts';

/** Tells that a host whose root is not on ZFS can't be listed live; whether to go on all the same. */
export async function askAnyway(host: HostDto): Promise<boolean> {
  const anyway = 'Connect Anyway';
  const capture = 'Open Captured zfs diff…';
  const choice = await vscode.window.showInformationMessage(
    `The root of ${visible(host.name)} is on ${visible(host.rootFilesystem ?? 'another file system')}. So far only ZFS roots can be listed.`,
    anyway,
    capture,
  );
  if (choice === capture) await vscode.commands.executeCommand(COMMANDS.openCapture, { kind: 'host', name: host.name });
  return choice === anyway;
}

/** Where ssh reaches a host; null when the user backs out. */
export async function askDestination(context: Context, host: HostDto): Promise<HostSettings | null> {
  const known = context.settings(host).hosts[host.name]?.destination;
  const destination = await vscode.window.showInputBox({
    title: `Connect to ${visible(host.name)}`,
    prompt:
      'Where ssh reaches this host; kept in the setting keepsake.hosts. The host is only read; zfs makes a temporary snapshot while it lists.',
    value: known ?? host.name,
    validateInput: (text) => destinationProblem(text),
    ignoreFocusOut: true,
  });
  return destination === undefined ? null : { destination: destination.trim() };
}

/** The blank snapshot of a host; null when the user backs out. */
export async function askSnapshot(context: Context, host: HostDto): Promise<HostSettings | null> {
  const own = context.settings(host).hosts[host.name];
  const dataset = own?.dataset ?? host.rollback?.dataset;
  const snapshot = own?.snapshot ?? host.rollback?.snapshot;
  const answer = await vscode.window.showInputBox({
    title: `The blank snapshot of ${visible(host.name)}`,
    prompt: 'The ZFS snapshot that the root is rolled back to at boot, as dataset@snapshot. Hosts without ZFS cannot be listed live.',
    value: dataset !== undefined && snapshot !== undefined ? `${dataset}@${snapshot}` : '',
    placeHolder: 'rpool/local/root@blank',
    validateInput: (text) => {
      const parsed = parseSnapshot(text);
      return 'problem' in parsed ? parsed.problem : null;
    },
    ignoreFocusOut: true,
  });
  const parsed = parseSnapshot(answer ?? '');
  return 'problem' in parsed ? null : parsed;
}

/** A file with captured `zfs diff` output; undefined when the user backs out. */
export async function askCapture(host: HostDto): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: `Captured zfs diff of ${visible(host.name)}`,
    openLabel: 'Show',
    canSelectMany: false,
    defaultUri: vscode.Uri.joinPath(vscode.Uri.parse(host.location.uri), '..'),
    filters: { 'Captured zfs diff': ['zfsdiff', 'zfs-diff', 'txt', 'log'], 'All files': ['*'] },
  });
  return chosen?.[0];
}
