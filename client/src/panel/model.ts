import type { HostDto } from '../../../server/src/protocol.ts';
import type { SessionDto } from '../../../server/src/protocol/live.ts';
import type { ChildrenDto, ChildrenParams, VerdictGroup } from '../../../server/src/protocol/rows.ts';
import type { OverviewDto, OverviewParams, ServicesDto, ServicesParams } from '../../../server/src/protocol/panel.ts';
import type { PanelArrangement } from '../settings.ts';
import { queryOf } from './groups.ts';
import type { GroupNode, HostNode, HostView, PanelNode, ServiceNode, StateNode } from './nodes.ts';
import { lostCount, totalCount } from './words.ts';

/** Rows asked for at a time: more than a screen, few enough to be drawn at once. */
export const PAGE = 200;

/** What is asked of the server. */
export interface PanelQueries {
  children(params: ChildrenParams): Promise<ChildrenDto>;
  overview(params: OverviewParams): Promise<OverviewDto>;
  services(params: ServicesParams): Promise<ServicesDto>;
}

/** What of the rows is shown, and how. */
export interface PanelLook {
  readonly kept: boolean;
  readonly noise: boolean;
  readonly arrangement: PanelArrangement;
}

/**
 * What the panel shows, without VS Code: hosts, their sessions, how far each directory is paged, and what the filter lets through.
 * The rows themselves stay on the server; a page of them is asked for when VS Code wants to draw it.
 */
export class PanelModel {
  readonly #queries: PanelQueries;
  readonly #nodes = new Map<string, HostNode>();
  readonly #limits = new Map<string, number>();
  #hosts: readonly HostDto[] = [];
  #sessions = new Map<string, SessionDto>();
  #look: PanelLook = { kept: false, noise: false, arrangement: 'list' };
  #text = '';

  constructor(queries: PanelQueries) {
    this.#queries = queries;
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

  /** Arranges the rows, and shows kept or noise ones besides those that need a look. Lists start at their first page again. */
  setLook(look: PanelLook): void {
    if (look.arrangement !== this.#look.arrangement) this.#limits.clear();
    this.#look = look;
  }

  /** Shows only paths that hold this text; all for the empty one. */
  setText(text: string): void {
    if (text !== this.#text) this.#limits.clear();
    this.#text = text;
  }

  /** What the paths that are shown hold; empty when all are shown. */
  get text(): string {
    return this.#text;
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

  /** Lets a list show one page more. `list`: its key, as the node that stands for its rest has it. */
  loadMore(list: string): void {
    this.#limits.set(list, (this.#limits.get(list) ?? PAGE) + PAGE);
  }

  /** Children of a node, or the hosts. A server that does not answer becomes a row that says so. */
  async children(node?: PanelNode): Promise<PanelNode[]> {
    if (node === undefined) return this.#hosts.map(({ name }) => this.hostNode(name));
    try {
      if (node.kind === 'host') return await this.#hostChildren(node.name);
      if (node.kind === 'group') return await this.#groupChildren(node);
      if (node.kind === 'service') return await this.#page(node, null, node.title ?? '', { service: node.title });
      if (node.kind === 'row' && node.row.hasChildren) return await this.#page(node, node.row.id, node.row.path);
    } catch {
      return [{ kind: 'state', host: hostOf(node), state: 'unavailable', problem: null, source: '', count: 0 }];
    }
    return [];
  }

  async #hostChildren(host: string): Promise<PanelNode[]> {
    const session = this.#sessions.get(host) ?? null;
    const state = stateNodes(host, session);
    if (session === null || session.run === 0) return state;
    const { run } = session;
    const { groups } = await this.#queries.overview({ host, run, ...this.#filter() });
    const nodes: PanelNode[] = [...state];
    for (const each of groups) if (this.#shows(each.group)) nodes.push({ kind: 'group', host, run, ...each });
    const amount = (group: VerdictGroup): number => groups.find((each) => each.group === group)?.paths ?? 0;
    const hidden = { kept: this.#look.kept ? 0 : amount('kept'), noise: this.#look.noise ? 0 : amount('noise') };
    if (this.#text !== '') nodes.unshift({ kind: 'filter', host, text: this.#text, found: nodes.some(({ kind }) => kind === 'group') });
    if (hidden.kept + hidden.noise > 0) nodes.push({ kind: 'hidden', host, ...hidden });
    return nodes;
  }

  async #groupChildren(node: GroupNode): Promise<PanelNode[]> {
    if (this.#look.arrangement !== 'service') return await this.#page(node, null, '');
    const { host, run, group } = node;
    const { services } = await this.#queries.services({ host, run, ...queryOf(group), ...this.#filter() });
    return services.map((service): ServiceNode => ({ kind: 'service', host, run, group, ...service }));
  }

  async #page(
    { host, run, group }: { readonly host: string; readonly run: number; readonly group: VerdictGroup },
    parent: number | null,
    name: string,
    more: Pick<ChildrenParams, 'service'> = {},
  ): Promise<PanelNode[]> {
    const list = `${host}\0${group}\0${parent === null ? 'top' : 'row'}\0${name}`;
    const limit = this.#limits.get(list) ?? PAGE;
    const arrangement = this.#look.arrangement === 'service' ? 'list' : this.#look.arrangement;
    const query = { host, run, parent, offset: 0, limit, ...queryOf(group), arrangement, ...this.#filter(), ...more };
    const answer = await this.#queries.children(query);
    const nodes = answer.rows.map((row): PanelNode => ({ kind: 'row', host, run, group, row }));
    if (answer.total > nodes.length) nodes.push({ kind: 'more', host, list, shown: nodes.length, total: answer.total });
    return nodes;
  }

  #filter(): { readonly filter?: string } {
    return this.#text === '' ? {} : { filter: this.#text };
  }

  #shows(group: VerdictGroup): boolean {
    return group === 'kept' ? this.#look.kept : group === 'noise' ? this.#look.noise : true;
  }

  #forgetLimits(host: string): void {
    for (const key of this.#limits.keys()) if (key.startsWith(`${host}\0`)) this.#limits.delete(key);
  }
}

function hostOf(node: PanelNode): string {
  return node.kind === 'host' ? node.name : node.host;
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
      // The last result stays, with what keeps it from being the truth now.
      if (session.stale !== null) {
        const { problem, retryAt } = session.stale;
        return [{ ...node('stale'), problem, source: tryAgainWords(retryAt) }, ...noteNodes(host, session)];
      }
      if (session.partial) return [node('partial'), ...noteNodes(host, session)];
      return [...(totalCount(session.counts) === 0 ? [node('empty')] : []), ...noteNodes(host, session)];
  }
}

/** `retryAt`: milliseconds since the epoch; null when nothing is tried before somebody asks. */
function tryAgainWords(retryAt: number | null): string {
  return retryAt === null ? '' : `tried again at ${new Date(retryAt).toLocaleTimeString()}`;
}

/** What the owner should know of the machine besides its rows. */
function noteNodes(host: string, session: SessionDto): StateNode[] {
  return session.notes.map((note) => ({ kind: 'state', host, state: 'note', problem: note, source: '', count: note.total }));
}
