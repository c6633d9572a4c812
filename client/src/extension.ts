import * as vscode from 'vscode';
import { Requests } from '../../server/src/protocol.ts';
import { LiveRequests } from '../../server/src/protocol/live.ts';
import { PanelRequests } from '../../server/src/protocol/panel.ts';
import { ReadingRequests } from '../../server/src/protocol/reading.ts';
import { readCaptures } from './commands/connect.ts';
import { COMMANDS } from './commands/ids.ts';
import { registerCommands } from './commands/table.ts';
import type { Context } from './context.ts';
import { registerLanguageHelp } from './languageHelp.ts';
import { fail } from './notify.ts';
import type { PanelNode } from './panel/nodes.ts';
import { Declared } from './panel/declared.ts';
import { Live } from './panel/live.ts';
import { Orphans } from './panel/orphans.ts';
import { VirtualTexts } from './panel/virtualTexts.ts';
import { UnreadItem } from './panel/unreadItem.ts';
import { UnsavedState } from './panel/unsavedState.ts';
import { KeepsakeServer } from './server/keepsakeServer.ts';
import { readSettings } from './settings.ts';
import { Targets } from './targets.ts';

/** What other extensions, and tests inside VS Code, get from Keepsake: the view's content. */
export interface KeepsakeApi {
  readonly unsavedState: vscode.TreeDataProvider<PanelNode>;
}

/** Starts the server and the view. Returns when both are there; the workspace may still be being read. */
export async function activate(extension: vscode.ExtensionContext): Promise<KeepsakeApi> {
  const log = vscode.window.createOutputChannel('Keepsake', { log: true });
  extension.subscriptions.push(log);

  const live = new Live({
    setLive: (params) => server.ask(LiveRequests.setLive, params),
    looked: (host) => server.ask(LiveRequests.looked, { host }),
  });

  const panel = new UnsavedState(
    {
      children: (params) => server.ask(LiveRequests.children, params),
      overview: (params) => server.ask(PanelRequests.overview, params),
      services: (params) => server.ask(PanelRequests.services, params),
      probe: (params) => server.ask(LiveRequests.probe, params),
    },
    live,
  );
  const unread = new UnreadItem();
  const server = new KeepsakeServer(extension.asAbsolutePath('dist/server.js'), log, new Targets(extension.workspaceState), {
    started: () => {
      live.serverStarted();
      panel.clear();
      void report(log, readHosts(context));
    },
    hostsChanged: (hosts) => {
      context.setHosts(hosts);
      void report(log, countUnread(context, unread));
      void report(log, readCaptures(context));
    },
    sessionChanged: (session) => {
      panel.setSession(session);
      if (session.state === 'done') declared.redraw();
    },
  });
  const declared = new Declared((host) => server.ask(PanelRequests.declared, { host }));
  const orphans = new Orphans((host) => server.ask(PanelRequests.orphans, { host }));
  const texts = new VirtualTexts();
  const context: Context = {
    server,
    panel,
    texts,
    orphans,
    live,
    setHosts: (hosts) => {
      for (const view of [panel, declared, orphans]) view.setHosts(hosts);
    },
    log,
    openedCaptures: new Map(),
    starting: new Set(),
    settings: (host) =>
      readSettings(vscode.workspace.getConfiguration('keepsake', host === undefined ? null : vscode.Uri.parse(host.location.uri))),
  };
  extension.subscriptions.push(
    panel,
    unread,
    declared,
    orphans,
    texts,
    ...registerCommands(context),
    registerLanguageHelp(),
    ...listeners(context),
    {
      dispose: () => void report(log, server.stop()),
    },
  );
  applyFilter(context);
  void report(log, applyLive(context));
  try {
    await server.start();
  } catch (error) {
    // The commands stay, "Restart Server" among them.
    log.error(`the server did not start: ${String(error)}`);
    const restart = 'Restart Server';
    void fail('Keepsake’s server did not start.', restart, 'Show Log').then((choice) => {
      if (choice === restart) return vscode.commands.executeCommand(COMMANDS.restart);
      return choice === undefined ? undefined : log.show();
    });
  }
  return { unsavedState: panel };
}

function listeners(context: Context): vscode.Disposable[] {
  const { view } = context.panel;
  const follow = (): void => void report(context.log, context.live.setVisible(view.visible));
  follow();
  return [
    view.onDidChangeVisibility(follow),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('keepsake.panel')) applyFilter(context);
      if (event.affectsConfiguration('keepsake.live')) void report(context.log, applyLive(context));
      if (event.affectsConfiguration('keepsake.hosts')) void report(context.log, readCaptures(context));
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      void report(
        context.log,
        context.server.trust().then(() => readHosts(context)),
      );
    }),
  ];
}

async function applyLive(context: Context): Promise<void> {
  const { follow, followSeconds: intervalSeconds } = context.settings();
  await context.live.setWishes({ follow, intervalSeconds });
}

function applyFilter(context: Context): void {
  const settings = context.settings();
  const { showKept: kept, showNoise: noise, arrangement } = settings;
  context.panel.model.setLook({ kept, noise, arrangement });
  context.panel.setCheckboxes(settings.checkboxes);
  context.panel.redraw();
}

async function readHosts(context: Context): Promise<void> {
  context.setHosts(await context.server.ask(Requests.hosts, null));
  void vscode.commands.executeCommand('setContext', 'keepsake.ready', true);
  await readCaptures(context);
}

async function countUnread(context: Context, item: UnreadItem): Promise<void> {
  item.show((await context.server.ask(ReadingRequests.unread, null)).length);
}

async function report(log: vscode.LogOutputChannel, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
