import * as vscode from 'vscode';
import type { HostDto, HostParams } from '../../../server/src/protocol.ts';
import type { ProbeDto, SessionDto } from '../../../server/src/protocol/live.ts';
import { CheckedRows } from './checkedRows.ts';
import { VerdictDecorations } from './decorations.ts';
import type { Live } from './live.ts';
import { PanelModel, type PanelQueries } from './model.ts';
import type { HostNode, PanelNode, RowNode } from './nodes.ts';
import { StatusItem } from './statusItem.ts';
import { Throttle } from './throttle.ts';
import { counted } from '../text.ts';
import { hostTooltip, treeItem } from './treeItem.ts';
import { badgeTooltip } from './words.ts';

export const VIEW_ID = 'keepsake.unsavedState';

/** While rows stream in, the tree is drawn again this often. */
const REDRAW_MILLISECONDS = 400;

/** What is asked of the server: rows, and what a host said of itself. */
interface UnsavedQueries extends PanelQueries {
  readonly probe: (params: HostParams) => Promise<ProbeDto | null>;
}

/** The view "Unsaved state": hosts, what changed on them since the blank snapshot, and what becomes of it. */
export class UnsavedState implements vscode.TreeDataProvider<PanelNode>, vscode.Disposable {
  readonly model: PanelModel;
  readonly view: vscode.TreeView<PanelNode>;
  readonly checked = new CheckedRows();
  readonly #status = new StatusItem();
  readonly #decorations = vscode.window.registerFileDecorationProvider(new VerdictDecorations());
  #checkboxes = false;
  readonly #probe: (params: HostParams) => Promise<ProbeDto | null>;
  readonly #following: Pick<Live, 'isConnected' | 'isPaused'>;
  readonly #changed = new vscode.EventEmitter<PanelNode | undefined>();
  readonly #sessionChanged = new vscode.EventEmitter<void>();
  readonly #redraws = new Map<string, Throttle>();
  #endProgress: (() => void) | null = null;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(queries: UnsavedQueries, following: Pick<Live, 'isConnected' | 'isPaused'>) {
    this.#following = following;
    this.#probe = queries.probe;
    this.model = new PanelModel(queries);
    this.view = vscode.window.createTreeView(VIEW_ID, {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: true,
      manageCheckboxStateManually: true,
    });
    this.view.onDidChangeCheckboxState(({ items }) => {
      for (const [node, state] of items) this.checked.set(node, state === vscode.TreeItemCheckboxState.Checked);
      this.#showChecked();
    });
  }

  getTreeItem(node: PanelNode): vscode.TreeItem {
    const host = node.kind === 'host' ? node.name : node.host;
    return treeItem(node, this.model.view(host), {
      expandHosts: this.model.hosts.length === 1,
      checkboxes: this.#checkboxes,
      isChecked: (row) => this.checked.has(row),
      isConnected: (name) => this.#following.isConnected(name),
      isPaused: (name) => this.#following.isPaused(name),
    });
  }

  async resolveTreeItem(item: vscode.TreeItem, node: PanelNode): Promise<vscode.TreeItem> {
    if (node.kind === 'host') {
      const probe = await this.#probe({ host: node.name }).catch(() => null);
      item.tooltip = hostTooltip(node, this.model.view(node.name), probe);
    }
    return item;
  }

  /** Without trust there is nothing to show, and the welcome text says why. */
  async getChildren(node?: PanelNode): Promise<PanelNode[]> {
    return vscode.workspace.isTrusted ? this.model.children(node) : [];
  }

  /** Only hosts are ever revealed, and they are at the top. */
  getParent(): undefined {
    return undefined;
  }

  setHosts(hosts: readonly HostDto[]): void {
    this.model.setHosts(hosts);
    this.#changed.fire(undefined);
    this.#showTotals();
  }

  setSession(session: SessionDto): void {
    const changes = this.model.setSession(session);
    this.#sessionChanged.fire();
    if (changes.state) this.#changed.fire(this.model.hostNode(session.host));
    else if (changes.rows) this.#redraw(session.host);
    this.#showTotals();
  }

  /** Forgets what was listed: the server that knew it is gone. */
  clear(): void {
    this.model.clearSessions();
    this.#sessionChanged.fire();
    this.redraw();
    this.#showTotals();
  }

  /** Whether rows can be chosen by a box before them; without, what was chosen is forgotten. */
  setCheckboxes(on: boolean): void {
    this.#checkboxes = on;
    if (on) return;
    this.checked.clear();
    this.#showChecked();
  }

  /** Takes the check from rows, wherever it is drawn. */
  uncheck(rows: readonly RowNode[]): void {
    for (const row of rows) this.checked.set(row, false);
    this.#showChecked();
    this.redraw();
  }

  /** Shows only paths that hold the text. */
  setText(text: string): void {
    this.model.setText(text);
    this.view.description = text === '' ? '' : `“${text}”`;
    void vscode.commands.executeCommand('setContext', 'keepsake.filtered', text !== '');
    this.redraw();
  }

  redraw(): void {
    this.#changed.fire(undefined);
  }

  redrawHost(host: string): void {
    this.#changed.fire(this.model.hostNode(host));
  }

  /** Resolves when a host is connected to no longer: it lists, has ended, or the server is gone. */
  async opened(host: string): Promise<void> {
    const opening = (): boolean => this.model.view(host)?.session?.state === 'connecting';
    while (opening()) {
      await new Promise<void>((resolve) => {
        const listener = this.#sessionChanged.event(() => {
          listener.dispose();
          resolve();
        });
      });
    }
  }

  /** Unfolds a host, if the view can be seen; never takes the focus. */
  async unfold(node: HostNode): Promise<void> {
    if (!this.view.visible) return;
    // While the view is drawn anew it does not know the row: then it stays as it is.
    await Promise.resolve(this.view.reveal(node, { expand: true, select: false, focus: false })).catch(() => undefined);
  }

  dispose(): void {
    this.#endProgress?.();
    for (const redraw of this.#redraws.values()) redraw.dispose();
    this.#changed.dispose();
    this.#sessionChanged.dispose();
    this.#status.dispose();
    this.#decorations.dispose();
    this.view.dispose();
  }

  #redraw(host: string): void {
    let redraw = this.#redraws.get(host);
    if (redraw === undefined) {
      redraw = new Throttle(() => this.redrawHost(host), REDRAW_MILLISECONDS);
      this.#redraws.set(host, redraw);
    }
    redraw.ask();
  }

  #showChecked(): void {
    void vscode.commands.executeCommand('setContext', 'keepsake.checked', this.checked.size);
    this.view.message = this.checked.size === 0 ? '' : `${counted(this.checked.size, 'path', 'paths')} chosen`;
  }

  #showTotals(): void {
    const lost = this.model.lostByHost();
    const all = lost.reduce((sum, [, count]) => sum + count, 0);
    this.view.badge = all === 0 ? undefined : { value: all, tooltip: badgeTooltip(lost) };
    const running = this.model.running().length > 0;
    this.#status.show(this.model.sessions(), running);
    void vscode.commands.executeCommand('setContext', 'keepsake.running', running);
    void vscode.commands.executeCommand('setContext', 'keepsake.hostCount', this.model.hosts.length);
    this.#showProgress(running);
  }

  #showProgress(running: boolean): void {
    if (!running) {
      this.#endProgress?.();
      this.#endProgress = null;
    } else if (this.#endProgress === null) {
      void vscode.window.withProgress(
        { location: { viewId: VIEW_ID } },
        () => new Promise<void>((resolve) => (this.#endProgress = resolve)),
      );
    }
  }
}
