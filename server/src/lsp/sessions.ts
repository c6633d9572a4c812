import type { HostParams, PersistParams, ProblemDto } from '../protocol.ts';
import type { CrossCheckDto, LiveParams, ProbeDto, SessionDto, StartDiffParams } from '../protocol/live.ts';
import type { ChildrenDto, ChildrenParams, RowDto } from '../protocol/rows.ts';
import type { OverviewDto, OverviewParams, ServicesDto, ServicesParams } from '../protocol/panel.ts';
import type { ChangeTree } from '../remote/changeTree.ts';
import { LiveHost, type LiveHostTools } from '../remote/liveHost.ts';
import { unfollowed, type HostSession, type SessionKnowledge } from '../remote/session.ts';
import { TreeView } from '../remote/treeView.ts';
import { maskOf } from '../remote/verdictCode.ts';
import { problem } from './problems.ts';
import type { NewSource } from './sources.ts';

/** What the sessions are given of the rest of the server. */
export interface SessionsTools extends Omit<LiveHostTools, 'changed'> {
  /** Whether the workspace is trusted; without trust no host and no capture is read. */
  readonly trusted: () => boolean;
  /** What is known that decides verdicts for a host of this name, by the configuration as it is now. */
  readonly knowledgeOf: (host: string) => SessionKnowledge;
  /** The source that a request names, or what is wrong with the request. */
  readonly newSource: (params: StartDiffParams) => NewSource;
  readonly changed: (session: SessionDto) => void;
  readonly failed: (what: string, error: unknown) => void;
}

/** Most rows of one answer. */
const MOST_ROWS = 10_000;

const UNTRUSTED = problem(
  'untrusted',
  'This workspace is not trusted, so no host is read.',
  'Trust the workspace first: its settings could name any host and any command.',
);

const NOTHING_TO_CHECK = problem(
  'nothing-to-check',
  'Only the walk of a ZFS root can be checked against zfs diff.',
  'Connect to a host with a ZFS root, and let it be listed to the end.',
);

/** The hosts that were listed in this server, each with its session and its connection. */
export class Sessions {
  readonly #tools: SessionsTools;
  readonly #hosts = new Map<string, LiveHost>();
  /** What the connection of a host was made for. */
  readonly #keys = new Map<string, string>();
  readonly #views = new WeakMap<ChangeTree, TreeView>();

  constructor(tools: SessionsTools) {
    this.#tools = tools;
  }

  /** Starts a run and returns at once; how it goes is told by `changed`. */
  start(params: StartDiffParams): SessionDto {
    const { host } = params;
    if (!this.#tools.trusted()) return this.#refused(host, UNTRUSTED);
    const found = this.#tools.newSource(params);
    if (found.kind === 'refused') return this.#refused(host, found.problem);
    const live = this.#host(host);
    const key = found.kind === 'host' ? found.key : '';
    const same = this.#keys.get(host) === key;
    this.#keys.set(host, key);
    const run =
      found.kind === 'capture'
        ? live.read(found.source)
        : live.list(same && live.reader !== null ? live.reader : found.reader(), found.request);
    run.catch((error: unknown) => this.#tools.failed(`listing ${host}`, error));
    return live.describe();
  }

  /** Ends a run, here and on the host. Resolves when it has ended. */
  async cancel({ host }: HostParams): Promise<SessionDto> {
    const live = this.#host(host);
    await live.cancel();
    return live.describe();
  }

  /** Follows a host, or no longer. */
  async setLive(params: LiveParams): Promise<SessionDto> {
    if (!this.#tools.trusted()) return this.#refused(params.host, UNTRUSTED);
    const live = this.#host(params.host);
    await live.setLive(params);
    return live.describe();
  }

  /** What the host said of itself; null before it was asked. */
  probe({ host }: HostParams): ProbeDto | null {
    return this.#hosts.get(host)?.probe() ?? null;
  }

  /** Ends the run and the connection. */
  async disconnect({ host }: HostParams): Promise<SessionDto> {
    const live = this.#host(host);
    await live.close();
    return live.describe();
  }

  /** What is shown has been looked at. */
  looked({ host }: HostParams): SessionDto {
    const live = this.#host(host);
    live.session.looked();
    return live.describe();
  }

  /** What a walk and `zfs diff` have apart. Ends, here and on the host, when `signal` is aborted. */
  async crossCheck({ host }: HostParams, signal: AbortSignal): Promise<CrossCheckDto> {
    const found = await (this.#hosts.get(host)?.crossCheck(signal) ?? null);
    return found ?? { problem: NOTHING_TO_CHECK, same: 0, onlyWalk: [], onlyWalkCount: 0, onlyZfsDiff: [], onlyZfsDiffCount: 0 };
  }

  /** The host's listing and connection; null before the first listing. */
  live(host: string): LiveHost | null {
    return this.#hosts.get(host) ?? null;
  }

  /** A page of rows; empty when they are of a run that is shown no more. */
  children(params: ChildrenParams): ChildrenDto {
    const { host, run, parent, offset, arrangement = 'tree', filter = '' } = params;
    const limit = Math.min(params.limit, MOST_ROWS);
    const mask = maskOf(params.verdicts, params.severities);
    const service = 'service' in params ? { service: params.service ?? null } : {};
    const page = this.view(host, run)?.page({ parent, offset, limit, mask, arrangement, filter, ...service });
    const session = this.of(host);
    const rows = (page?.rows ?? []).map((row) => ({ ...row, since: session?.sinceOf(row.id) ?? null }));
    return { rows, total: page?.total ?? 0, revision: this.#revision(host) };
  }

  /** How much there is of each verdict. */
  overview({ host, run, filter = '' }: OverviewParams): OverviewDto {
    return { groups: this.view(host, run)?.overview(filter) ?? [], revision: this.#revision(host) };
  }

  /** Whose things they are. */
  services({ host, run, verdicts, severities, filter = '' }: ServicesParams): ServicesDto {
    const mask = maskOf(verdicts, severities);
    return { services: this.view(host, run)?.services(mask, filter) ?? [], revision: this.#revision(host) };
  }

  /** The rows of a run as a person looks at them; null when the run is shown no more. */
  view(host: string, run: number): TreeView | null {
    const session = this.#hosts.get(host)?.session;
    const tree = session?.run === run ? session.tree : null;
    if (tree === null || tree === undefined) return null;
    let view = this.#views.get(tree);
    if (view === undefined) {
      view = new TreeView(tree);
      this.#views.set(tree, view);
    }
    return view;
  }

  /** The session of a host; null when nothing was listed of it. */
  of(host: string): HostSession | null {
    return this.#hosts.get(host)?.session ?? null;
  }

  /** The rows of these ids; null when they are of a run that is shown no more. */
  rows(params: PersistParams): readonly RowDto[] | null {
    const session = this.#hosts.get(params.host)?.session;
    if (session === undefined || session.run !== params.run) return null;
    const rows = params.rows.map((id) => session.tree?.row(id) ?? null);
    return rows.every((row) => row !== null) ? rows : null;
  }

  /** The configuration of these hosts changed: their rows are judged anew, a slice at a time. Resolves when all are. */
  async configurationChanged(hosts: readonly string[]): Promise<void> {
    const listed = hosts.flatMap((host) => this.#hosts.get(host) ?? []);
    await Promise.all(listed.map((live) => live.setKnowledge(this.#tools.knowledgeOf(live.session.host))));
  }

  /** Ends all runs and connections. */
  async dispose(): Promise<void> {
    await Promise.all([...this.#hosts.values()].map((live) => live.close()));
  }

  #revision(host: string): number {
    return this.#hosts.get(host)?.describe().revision ?? 0;
  }

  #host(host: string): LiveHost {
    let live = this.#hosts.get(host);
    if (live === undefined) {
      const { knowledgeOf, changed, session, newMark } = this.#tools;
      live = new LiveHost(host, knowledgeOf(host), { session, newMark, changed: (each) => changed(each.describe()) });
      this.#hosts.set(host, live);
    }
    return live;
  }

  /** What was listed before stays as it is. */
  #refused(host: string, problem: ProblemDto): SessionDto {
    return { ...(this.#hosts.get(host)?.describe() ?? unlisted(host)), state: 'failed', problem };
  }
}

function unlisted(host: string): SessionDto {
  const counts = { lost: { critical: 0, data: 0, convenience: 0, unknown: 0 }, kept: 0, declared: 0, mounted: 0, noise: 0 };
  const none = { counts, partial: false, problem: null, startedAt: null, finishedAt: null, revision: 0, source: '' };
  return { host, run: 0, state: 'idle', ...none, ...unfollowed };
}
