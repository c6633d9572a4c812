import * as vscode from 'vscode';
import type { HostDto, SessionDto } from '../../../server/src/protocol.ts';
import { PanelModel, type FetchChildren } from './model.ts';
import type { HostNode, PanelNode } from './nodes.ts';
import { Throttle } from './throttle.ts';
import { treeItem } from './treeItem.ts';
import { badgeTooltip } from './words.ts';

export const VIEW_ID = 'keepsake.unsavedState';

/** While rows stream in, the tree is drawn again this often. */
const REDRAW_MILLISECONDS = 400;

/** The view "Unsaved state": hosts, what changed on them since the blank snapshot, and what becomes of it. */
export class UnsavedState implements vscode.TreeDataProvider<PanelNode>, vscode.Disposable {
  readonly model: PanelModel;
  readonly view: vscode.TreeView<PanelNode>;
  readonly #changed = new vscode.EventEmitter<PanelNode | undefined>();
  readonly #redraws = new Map<string, Throttle>();
  #endProgress: (() => void) | null = null;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(fetch: FetchChildren) {
    this.model = new PanelModel(fetch);
    this.view = vscode.window.createTreeView(VIEW_ID, { treeDataProvider: this, canSelectMany: true, showCollapseAll: true });
  }

  getTreeItem(node: PanelNode): vscode.TreeItem {
    const host = node.kind === 'host' ? node.name : node.host;
    return treeItem(node, this.model.view(host), this.model.hosts.length === 1);
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
    if (changes.state) this.#changed.fire(this.model.hostNode(session.host));
    else if (changes.rows) this.#redraw(session.host);
    this.#showTotals();
  }

  /** Forgets what was listed: the server that knew it is gone. */
  clear(): void {
    this.model.clearSessions();
    this.redraw();
    this.#showTotals();
  }

  redraw(): void {
    this.#changed.fire(undefined);
  }

  redrawHost(host: string): void {
    this.#changed.fire(this.model.hostNode(host));
  }

  /** Unfolds a host, if the view can be seen; never takes the focus. */
  async unfold(node: HostNode): Promise<void> {
    if (this.view.visible) await this.view.reveal(node, { expand: true, select: false, focus: false });
  }

  dispose(): void {
    this.#endProgress?.();
    for (const redraw of this.#redraws.values()) redraw.dispose();
    this.#changed.dispose();
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

  #showTotals(): void {
    const lost = this.model.lostByHost();
    const all = lost.reduce((sum, [, count]) => sum + count, 0);
    this.view.badge = all === 0 ? undefined : { value: all, tooltip: badgeTooltip(lost) };
    const running = this.model.running().length > 0;
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
