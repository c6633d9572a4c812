import type { ChildrenDto, ChildrenParams, HostDto, SessionDto, Verdict } from '../../../server/src/protocol.ts';
import type { HostNode, HostView, PanelNode, StateNode } from './nodes.ts';
import { lostCount, totalCount } from './words.ts';

/** Rows asked for at a time: more than a screen, few enough to be drawn at once. */
export const PAGE = 200;

/** Asks the server for a page of rows. */
export type FetchChildren = (params: ChildrenParams) => Promise<ChildrenDto>;

/**
 * What the panel shows, without VS Code: hosts, their sessions, how far each directory is paged, and what the filter lets through.
 * The rows themselves stay on the server; a page of them is asked for when VS Code wants to draw it.
 */
export class PanelModel {
  readonly #fetch: FetchChildren;
  readonly #nodes = new Map<string, HostNode>();
  readonly #limits = new Map<string, number>();
  #hosts: readonly HostDto[] = [];
  #sessions = new Map<string, SessionDto>();
  #verdicts: readonly Verdict[] = ['lost', 'mounted', 'declared'];

  constructor(fetch: FetchChildren) {
    this.#fetch = fetch;
  }

  get hosts(): readonly HostDto[] {
    return this.#hosts;
  }

  setHosts(hosts: readonly HostDto[]): void {
    this.#hosts = hosts;
  }

  /** Takes a session's new state. Out: whether its rows changed, or more than its rows. */
  setSession(session: SessionDto): { readonly rows: boolean; readonly state: boolean } {
    const before = this.#sessions.get(session.host);
    // Notifications and answers come on different ways; an older one must not win.
    if (before !== undefined && session.revision < before.revision) {
      return { rows: false, state: false };
    }
    this.#sessions.set(session.host, session);
    if (before?.run !== session.run) this.#forgetLimits(session.host);
    return {
      rows: before?.revision !== session.revision,
      state: before?.state !== session.state || before.run !== session.run || before.partial !== session.partial,
    };
  }

  /** The server is new: what it listed before is gone. */
  clearSessions(): void {
    this.#sessions = new Map();
    this.#limits.clear();
  }

  /** Shows kept or noise rows besides those that need a look. */
  setFilter(filter: { readonly kept: boolean; readonly noise: boolean }): void {
    this.#verdicts = [
      'lost',
      'mounted',
      'declared',
      ...(filter.kept ? (['kept'] as const) : []),
      ...(filter.noise ? (['noise'] as const) : []),
    ];
  }

  view(host: string): HostView | null {
    const dto = this.#hosts.find(({ name }) => name === host);
    return dto === undefined ? null : { host: dto, session: this.#sessions.get(host) ?? null };
  }

  sessions(): readonly SessionDto[] {
    return this.#hosts.flatMap(({ name }) => this.#sessions.get(name) ?? []);
  }

  /** Hosts that are being listed now. */
  running(): readonly string[] {
    return this.sessions()
      .filter(({ state }) => state === 'connecting' || state === 'running')
      .map(({ host }) => host);
  }

  /** Number of paths that would be lost, per host that was listed. */
  lostByHost(): readonly (readonly [host: string, lost: number])[] {
    return this.sessions().map(({ host, counts }) => [host, lostCount(counts)]);
  }

  /** The node of a host; always the same object, since VS Code finds what to redraw by identity. */
  hostNode(name: string): HostNode {
    let node = this.#nodes.get(name);
    if (node === undefined) {
      node = { kind: 'host', name };
      this.#nodes.set(name, node);
    }
    return node;
  }

  /** Lets the directory show one page more. */
  loadMore(host: string, parent: string | null): void {
    const key = limitKey(host, parent);
    this.#limits.set(key, (this.#limits.get(key) ?? PAGE) + PAGE);
  }

  /** Children of a node, or the hosts. A server that does not answer becomes a row that says so. */
  async children(node?: PanelNode): Promise<PanelNode[]> {
    if (node === undefined) return this.#hosts.map(({ name }) => this.hostNode(name));
    if (node.kind === 'host') return this.#hostChildren(node.name);
    if (node.kind === 'row' && node.row.hasChildren) return this.#page(node.host, node.run, node.row.id, node.row.path);
    return [];
  }

  async #hostChildren(host: string): Promise<PanelNode[]> {
    const session = this.#sessions.get(host) ?? null;
    const state = stateNodes(host, session);
    if (session === null || session.run === 0) return state;
    const rows = await this.#page(host, session.run, null, null);
    const hidden = {
      kept: this.#verdicts.includes('kept') ? 0 : session.counts.kept,
      noise: this.#verdicts.includes('noise') ? 0 : session.counts.noise,
    };
    const nodes: PanelNode[] = [...state, ...rows];
    if (hidden.kept + hidden.noise > 0) nodes.push({ kind: 'hidden', host, ...hidden });
    return nodes;
  }

  async #page(host: string, run: number, parent: number | null, parentPath: string | null): Promise<PanelNode[]> {
    const limit = this.#limits.get(limitKey(host, parentPath)) ?? PAGE;
    let answer: ChildrenDto;
    try {
      answer = await this.#fetch({ host, run, parent, offset: 0, limit, verdicts: this.#verdicts });
    } catch {
      return [{ kind: 'state', host, state: 'unavailable', problem: null, source: '', count: 0 }];
    }
    const nodes = answer.rows.map((row): PanelNode => ({ kind: 'row', host, run, row }));
    if (answer.total > nodes.length) nodes.push({ kind: 'more', host, parent: parentPath, shown: nodes.length, total: answer.total });
    return nodes;
  }

  #forgetLimits(host: string): void {
    for (const key of this.#limits.keys()) if (key.startsWith(`${host}\0`)) this.#limits.delete(key);
  }
}

function limitKey(host: string, parent: string | null): string {
  return `${host}\0${parent ?? ''}`;
}

/** What stands above a host's rows; nothing when the rows speak for themselves. */
function stateNodes(host: string, session: SessionDto | null): StateNode[] {
  const node = (state: StateNode['state']): StateNode => ({
    kind: 'state',
    host,
    state,
    problem: session?.problem ?? null,
    source: session?.source ?? '',
    count: session === null ? 0 : totalCount(session.counts),
  });
  switch (session?.state) {
    case undefined:
    case 'idle':
      return [node('unconnected')];
    case 'connecting':
      return [node('connecting')];
    case 'running':
      return [node('listing')];
    case 'cancelled':
      return [node('stopped')];
    case 'failed':
      return session.problem?.nextStep ? [node('failed'), node('nextStep')] : [node('failed')];
    case 'done':
      if (session !== null && session !== undefined && session.partial) return [node('partial')];
      return session !== null && session !== undefined && totalCount(session.counts) === 0 ? [node('empty')] : [];
  }
}
