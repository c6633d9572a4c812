import type {
  ChildrenDto,
  ChildrenParams,
  HostParams,
  PersistParams,
  ProblemDto,
  RowDto,
  SessionDto,
  StartDiffParams,
} from '../protocol.ts';
import type { OverviewDto, OverviewParams, ServicesDto, ServicesParams } from '../protocol/panel.ts';
import { HostSession, unfollowed, type SessionKnowledge, type SessionTools } from '../remote/session.ts';
import type { ChangeTree } from '../remote/changeTree.ts';
import type { ChangeSource } from '../remote/source.ts';
import { TreeView } from '../remote/treeView.ts';
import { maskOf } from '../remote/verdictCode.ts';

/** What the sessions are given of the rest of the server. */
export interface SessionsTools {
  /** Whether the workspace is trusted; without trust no host and no capture is read. */
  readonly trusted: () => boolean;
  /** What is known that decides verdicts for a host of this name, by the configuration as it is now. */
  readonly knowledgeOf: (host: string) => SessionKnowledge;
  readonly session: SessionTools;
  /** The source that a request names, or what is wrong with the request. */
  readonly newSource: (source: StartDiffParams['source']) => ChangeSource | { readonly problem: ProblemDto };
  readonly changed: (session: SessionDto) => void;
  readonly failed: (what: string, error: unknown) => void;
}

/** Most rows of one answer. */
const MOST_ROWS = 10_000;

const UNTRUSTED: ProblemDto = {
  code: 'untrusted',
  message: 'This workspace is not trusted, so no host is read.',
  nextStep: 'Trust the workspace first: its settings could name any host and any command.',
  detail: '',
};

/** The hosts that were listed in this server, each with its session. */
export class Sessions {
  readonly #tools: SessionsTools;
  readonly #sessions = new Map<string, HostSession>();
  readonly #views = new WeakMap<ChangeTree, TreeView>();

  constructor(tools: SessionsTools) {
    this.#tools = tools;
  }

  /** Starts a run and returns at once; how it goes is told by `changed`. */
  start(params: StartDiffParams): SessionDto {
    if (!this.#tools.trusted()) return this.#refused(params.host, UNTRUSTED);
    const source = this.#tools.newSource(params.source);
    if ('problem' in source) return this.#refused(params.host, source.problem);
    const session = this.#session(params.host);
    session.start(source).catch((error: unknown) => this.#tools.failed(`listing ${params.host}`, error));
    return session.describe();
  }

  /** Ends a run, here and on the host. Resolves when it has ended. */
  async cancel({ host }: HostParams): Promise<SessionDto> {
    const session = this.#session(host);
    await session.cancel();
    return session.describe();
  }

  /** A page of rows; empty when they are of a run that is shown no more. */
  children(params: ChildrenParams): ChildrenDto {
    const { host, run, parent, offset, arrangement = 'tree', filter = '' } = params;
    const limit = Math.min(params.limit, MOST_ROWS);
    const mask = maskOf(params.verdicts, params.severities);
    const service = 'service' in params ? { service: params.service ?? null } : {};
    const page = this.view(host, run)?.page({ parent, offset, limit, mask, arrangement, filter, ...service });
    return { ...(page ?? { rows: [], total: 0 }), revision: this.#revision(host) };
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
    const session = this.#sessions.get(host);
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
    return this.#sessions.get(host) ?? null;
  }

  /** The rows of these ids; null when they are of a run that is shown no more. */
  rows(params: PersistParams): readonly RowDto[] | null {
    const session = this.#sessions.get(params.host);
    if (session === undefined || session.run !== params.run) return null;
    const rows = params.rows.map((id) => session.tree?.row(id) ?? null);
    return rows.every((row) => row !== null) ? rows : null;
  }

  /** The configuration of these hosts changed: their rows are judged anew, a slice at a time. Resolves when all are. */
  async configurationChanged(hosts: readonly string[]): Promise<void> {
    const listed = hosts.flatMap((host) => this.#sessions.get(host) ?? []);
    await Promise.all(listed.map((session) => session.setKnowledge(this.#tools.knowledgeOf(session.host))));
  }

  /** Ends all runs. */
  async dispose(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.cancel()));
  }

  #revision(host: string): number {
    return this.#sessions.get(host)?.describe().revision ?? 0;
  }

  #session(host: string): HostSession {
    let session = this.#sessions.get(host);
    if (session === undefined) {
      const { knowledgeOf, session: tools, changed } = this.#tools;
      session = new HostSession(host, knowledgeOf(host), tools, { changed: (each) => changed(each.describe()) });
      this.#sessions.set(host, session);
    }
    return session;
  }

  /** What was listed before stays as it is. */
  #refused(host: string, problem: ProblemDto): SessionDto {
    return { ...(this.#sessions.get(host)?.describe() ?? unlisted(host)), state: 'failed', problem };
  }
}

function unlisted(host: string): SessionDto {
  const counts = { lost: { critical: 0, data: 0, convenience: 0, unknown: 0 }, kept: 0, declared: 0, mounted: 0, noise: 0 };
  return {
    host,
    run: 0,
    state: 'idle',
    counts,
    partial: false,
    problem: null,
    startedAt: null,
    finishedAt: null,
    revision: 0,
    source: '',
    ...unfollowed,
  };
}
