import type { RealFile, RealFiles } from '../host/entryAttributes.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { SessionDto } from '../protocol/live.ts';
import { realFiles } from '../remote/realFiles.ts';
import { lostCount } from '../remote/verdictCode.ts';
import type { BackendTools } from '../remote/zfsBackend.ts';
import { isProblem, panelHost } from './panelHost.ts';
import type { Sessions } from './sessions.ts';

/** More entries than any configuration has; they are asked for in one go. */
const MOST_PATHS = 5000;
const ASK_MILLISECONDS = 30_000;

/** What the declared paths of connected hosts are there: asked for after each listing and for entries that are new, told in the text. */
export class LiveFacts {
  readonly #sessions: Sessions;
  readonly #hosts: () => ReadonlyMap<string, HostModel>;
  readonly #tools: Pick<BackendTools, 'newMark'>;
  readonly #changed: () => void;
  readonly #facts = new Map<string, ReadonlyMap<string, RealFile | null>>();
  /** Which listing and which paths the facts of a host were asked for. */
  readonly #asked = new Map<string, string>();

  constructor(sessions: Sessions, hosts: () => ReadonlyMap<string, HostModel>, tools: Pick<BackendTools, 'newMark'>, changed: () => void) {
    this.#sessions = sessions;
    this.#hosts = hosts;
    this.#tools = tools;
    this.#changed = changed;
  }

  readonly of: RealFiles = (host, path) => this.#facts.get(host)?.get(path);

  /** Number of paths that would be lost on a host, by its last whole listing; null when there is none. */
  lost(host: string): number | null {
    const session = this.#sessions.of(host)?.describe();
    if (session === undefined || session.state !== 'done') return null;
    return lostCount(session.counts);
  }

  /** A session is in another state, or a host's configuration is another one. Resolves when what is new is known. */
  async update({ host, state, startedAt }: Pick<SessionDto, 'host' | 'state' | 'startedAt'>): Promise<void> {
    const model = this.#hosts().get(host);
    const on = panelHost(this.#sessions, host, this.#tools);
    if (state !== 'done' || model === undefined || isProblem(on)) return;
    const paths = [...new Set(model.entries.flatMap(({ path }) => path ?? []))].slice(0, MOST_PATHS);
    const key = JSON.stringify([startedAt, paths]);
    if (this.#asked.get(host) === key) return;
    this.#asked.set(host, key);
    const found = await realFiles(on.access, paths, AbortSignal.timeout(ASK_MILLISECONDS));
    if ('problem' in found || this.#asked.get(host) !== key) return;
    this.#facts.set(host, found);
    this.#changed();
  }
}
