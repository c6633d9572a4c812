import * as vscode from 'vscode';
import type { HostDto } from '../../../server/src/protocol.ts';
import { LiveRequests, type StartDiffParams } from '../../../server/src/protocol/live.ts';
import type { Context } from '../context.ts';
import { fail, inform } from '../notify.ts';
import type { StateNode } from '../panel/nodes.ts';
import { withHostSettings, type HostSettingsChange } from '../settings.ts';
import { sourceOf, type Source } from '../source.ts';
import { printable } from '../../../server/src/text/printable.ts';
import { askCapture, askDestination, askSnapshot } from './ask.ts';
import { chooseHost, hostNameOf, trusted } from './choose.ts';

/** Connects to a host and lists what changed on it; asks for what is missing, and keeps the answer in the settings. */
export async function connect(context: Context, argument?: unknown): Promise<void> {
  if (!trusted()) return;
  const host = await chooseHost(context, argument, 'Connect to which host?');
  if (host === undefined) return;
  await list(context, host);
  await context.panel.unfold(context.panel.model.hostNode(host.name));
}

/** The same without a look at its rows: of many hosts at once, each is a line. */
async function list(context: Context, host: HostDto): Promise<void> {
  const opened = context.openedCaptures.get(host.name);
  const sourceNow = (): Source =>
    opened === undefined ? sourceOf(host, context.settings(host), (path) => captureUri(host, path).toString()) : { source: opened };
  let found = sourceNow();
  if ('missing' in found) {
    const answer = await askDestination(context, host);
    if (answer === null) return;
    await saveHostSettings(host, answer);
    found = sourceNow();
  }
  if ('missing' in found) throw new Error('The answer could not be written to the setting keepsake.hosts.');
  await start(context, host, found.source);
}

/** Lists again: the given host; without one all that were listed before; none before: those that the settings say how to reach. */
export async function refresh(context: Context, argument?: unknown): Promise<void> {
  if (!trusted()) return;
  if (hostNameOf(argument) !== undefined) return connect(context, argument);
  const { model } = context.panel;
  const listed = model.sessions().filter(({ state }) => state !== 'idle');
  const names =
    listed.length > 0 ? listed.map(({ host }) => host) : model.hosts.filter((host) => isReachable(context, host)).map(({ name }) => name);
  if (names.length === 0) return connect(context);
  await Promise.all(model.hosts.filter(({ name }) => names.includes(name)).map((host) => list(context, host)));
}

/** Lists every host that the settings or keepsake.json say how to reach; the others are left alone. */
export async function connectAll(context: Context): Promise<void> {
  if (!trusted()) return;
  const { model } = context.panel;
  const hosts = model.hosts.filter((host) => isReachable(context, host));
  if (hosts.length === 0) {
    void inform('No host has an address yet: connect to one by its row first, or name it in keepsake.hosts or keepsake.json.');
    return;
  }
  await Promise.all(hosts.map((host) => list(context, host)));
}

/** Ends the run of the given host, or all runs. What was listed stays. */
export async function stop(context: Context, argument?: unknown): Promise<void> {
  const name = hostNameOf(argument);
  const names = name === undefined ? context.panel.model.running() : [name];
  const sessions = await Promise.all(names.map((host) => context.server.ask(LiveRequests.cancelDiff, { host })));
  for (const session of sessions) context.panel.setSession(session);
}

/** Leaves a host alone from now on, or follows it again. */
export async function pause(context: Context, argument?: unknown): Promise<void> {
  const host = await chooseHost(context, argument, 'Pause which host?');
  if (host === undefined) return;
  await context.live.setPaused(host.name, true);
  context.panel.redraw();
}

export async function resume(context: Context, argument?: unknown): Promise<void> {
  const host = await chooseHost(context, argument, 'Follow which host again?');
  if (host === undefined) return;
  await context.live.setPaused(host.name, false);
  context.panel.redraw();
}

/** What is listed has been seen: what is new is marked from here. */
export async function markSeen(context: Context, argument?: unknown): Promise<void> {
  const name = hostNameOf(argument);
  const names = name === undefined ? context.panel.model.sessions().map(({ host }) => host) : [name];
  for (const host of names) context.panel.setSession(await context.server.ask(LiveRequests.looked, { host }));
}

/** Ends the connection to a host; what was listed stays. */
export async function disconnect(context: Context, argument?: unknown): Promise<void> {
  const host = await chooseHost(context, argument, 'Disconnect from which host?');
  if (host === undefined) return;
  await context.live.setConnected(host.name, false);
  context.panel.setSession(await context.server.ask(LiveRequests.disconnect, { host: host.name }));
}

/** Asks for destination and snapshot anew, then connects. */
export async function changeConnection(context: Context, argument?: unknown): Promise<void> {
  if (!trusted()) return;
  const host = await chooseHost(context, argument, 'Change the connection of which host?');
  if (host === undefined) return;
  const destination = await askDestination(context, host);
  const snapshot = destination === null ? null : await askSnapshot(context, host);
  if (snapshot === null) return;
  context.openedCaptures.delete(host.name);
  await saveHostSettings(host, { ...destination, ...snapshot, capture: undefined });
  await connect(context, context.panel.model.hostNode(host.name));
}

/** Shows captured `zfs diff` output as the changes of a host. */
export async function openCapture(context: Context, argument?: unknown): Promise<void> {
  if (!trusted()) return;
  const host = await chooseHost(context, argument, 'The capture is of which host?');
  if (host === undefined) return;
  const chosen = argument instanceof vscode.Uri ? argument : await askCapture(host);
  if (chosen === undefined) return;
  context.openedCaptures.set(host.name, { kind: 'capture', uri: chosen.toString() });
  await connect(context, context.panel.model.hostNode(host.name));
}

/** Shows the captured `zfs diff` output that is in the clipboard as the changes of a host. */
export async function pasteCapture(context: Context, argument?: unknown): Promise<void> {
  if (!trusted()) return;
  const host = await chooseHost(context, argument, 'The text in the clipboard is of which host?');
  if (host === undefined) return;
  const text = await vscode.env.clipboard.readText();
  if (text.trim() === '') {
    void inform('The clipboard is empty: copy what `zfs diff -H -F -t` has printed first.');
    return;
  }
  context.openedCaptures.set(host.name, { kind: 'text', text, label: 'pasted text' });
  await connect(context, context.panel.model.hostNode(host.name));
}

/** What to do about a session's problem. */
export async function showProblem(context: Context, node: StateNode): Promise<void> {
  const { problem } = node;
  if (problem === null) return;
  const detail = [problem.nextStep, ...problem.detail.split('\n')]
    .filter((line) => line !== '')
    .map(printable)
    .join('\n');
  context.log.warn(`${node.host}: ${problem.code}: ${problem.message}\n${detail}`);
  const again = 'Try Again';
  const change = 'Change Connection…';
  const log = 'Show Log';
  const choice = await fail(`${node.host}: ${problem.message} ${problem.nextStep}`, again, change, log);
  if (choice === again) await connect(context, node);
  if (choice === change) await changeConnection(context, node);
  if (choice === log) context.log.show();
}

/** Reads the captures that the settings name, which needs no host; nothing is ever connected to by itself. */
export async function readCaptures(context: Context): Promise<void> {
  if (!vscode.workspace.isTrusted) return;
  const { model } = context.panel;
  const hosts = model.hosts.filter(
    (host) => model.view(host.name)?.session === null && context.settings(host).hosts[host.name]?.capture !== undefined,
  );
  await Promise.all(hosts.map((host) => connect(context, model.hostNode(host.name))));
}

async function start(context: Context, host: HostDto, source: StartDiffParams['source']): Promise<void> {
  // The server's notifications come before its answer; one press is one run.
  if (context.starting.has(host.name)) return;
  context.starting.add(host.name);
  try {
    context.panel.setSession(await context.server.ask(LiveRequests.startDiff, { host: host.name, source }));
    await context.panel.opened(host.name);
    await context.live.setConnected(host.name, source.kind === 'ssh' || source.kind === 'local');
  } finally {
    context.starting.delete(host.name);
  }
}

function isReachable(context: Context, host: HostDto): boolean {
  return 'source' in sourceOf(host, context.settings(host), (path) => path);
}

function captureUri(host: HostDto, path: string): vscode.Uri {
  if (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) return vscode.Uri.file(path);
  const declared = vscode.Uri.parse(host.location.uri, true);
  const folder = vscode.workspace.getWorkspaceFolder(declared)?.uri ?? vscode.Uri.joinPath(declared, '..');
  return vscode.Uri.joinPath(folder, path);
}

/** Writes where the hosts are set already, else to the user's own settings: how one reaches a machine is personal. */
async function saveHostSettings(host: HostDto, change: HostSettingsChange): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('keepsake', vscode.Uri.parse(host.location.uri));
  const found = configuration.inspect<unknown>('hosts');
  const places = [
    [found?.workspaceFolderValue, vscode.ConfigurationTarget.WorkspaceFolder],
    [found?.workspaceValue, vscode.ConfigurationTarget.Workspace],
  ] as const;
  // The narrowest place that speaks of this host already, or else of any.
  const [value, target] = places.find(([hosts]) => hosts !== undefined) ?? [found?.globalValue, vscode.ConfigurationTarget.Global];
  await configuration.update('hosts', withHostSettings(value, host.name, change), target);
}
