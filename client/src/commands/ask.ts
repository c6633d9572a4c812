import * as vscode from 'vscode';
import type { HostDto } from '../../../server/src/protocol.ts';
import type { Context } from '../context.ts';
import type { HostSettings, HostSettingsChange } from '../settings.ts';
import { parseSnapshot } from '../source.ts';
import { destinationProblem } from '../../../server/src/text/destination.ts';
import { printable } from '../../../server/src/text/printable.ts';

/** Where ssh reaches a host; null when the user backs out. */
export async function askDestination(context: Context, host: HostDto): Promise<HostSettings | null> {
  const known = context.settings(host).hosts[host.name]?.destination;
  const destination = await vscode.window.showInputBox({
    title: `Connect to ${printable(host.name)}`,
    prompt: 'Where ssh reaches this host; kept in the setting keepsake.hosts. The host is only read.',
    value: known ?? host.shared.ssh ?? host.name,
    validateInput: (text) => destinationProblem(text.trim()),
    ignoreFocusOut: true,
  });
  return destination === undefined ? null : { destination: destination.trim() };
}

/** The blank snapshot of a host, where the user wants to name it; null when the user backs out. Empty: what the host says. */
export async function askSnapshot(context: Context, host: HostDto): Promise<HostSettingsChange | null> {
  const own = context.settings(host).hosts[host.name];
  const known = host.rollback === null ? 'the host itself knows' : `${host.rollback.dataset}@${host.rollback.snapshot}`;
  const answer = await vscode.window.showInputBox({
    title: `The blank snapshot of ${printable(host.name)}`,
    prompt: 'What the root is rolled back to at boot, as dataset@snapshot. Empty: by the configuration, or what the host says of itself.',
    value: own?.dataset !== undefined && own.snapshot !== undefined ? `${own.dataset}@${own.snapshot}` : '',
    placeHolder: known,
    validateInput: (text) => {
      if (text.trim() === '') return null;
      const parsed = parseSnapshot(text);
      return 'problem' in parsed ? parsed.problem : null;
    },
    ignoreFocusOut: true,
  });
  if (answer === undefined) return null;
  if (answer.trim() === '') return { dataset: undefined, snapshot: undefined };
  const parsed = parseSnapshot(answer);
  return 'problem' in parsed ? null : parsed;
}

/** A file with captured `zfs diff` output; undefined when the user backs out. */
export async function askCapture(host: HostDto): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: `Captured zfs diff of ${printable(host.name)}`,
    openLabel: 'Show',
    canSelectMany: false,
    defaultUri: vscode.Uri.joinPath(vscode.Uri.parse(host.location.uri), '..'),
    filters: { 'Captured zfs diff': ['zfsdiff', 'zfs-diff', 'txt', 'log'], 'All files': ['*'] },
  });
  return chosen?.[0];
}
