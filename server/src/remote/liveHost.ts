import type { ProblemDto } from '../protocol.ts';
import type { CrossCheckDto, LiveParams, ProbeDto, SessionDto, StaleDto } from '../protocol/live.ts';
import type { ChangeRecord } from './changeRecord.ts';
import { watchToken } from './changeToken.ts';
import { crossCheck } from './crossCheck.ts';
import { Evidence } from './evidence.ts';
import { follow, passesByItself, walkFactor } from './follow.ts';
import type { Listed } from './follow.ts';
import type { HostReader, HostRequest } from './hostReader.ts';
import { notesAbout } from './notes.ts';
import { probeDto } from './probeDto.ts';
import { HostSession } from './session.ts';
import type { SessionKnowledge, SessionTools } from './session.ts';
import type { ChangeSource } from './source.ts';
import { zfsDiffSource } from './zfsBackend.ts';
import type { Marks } from './zfsBackend.ts';

export interface LiveHostTools extends Marks {
  readonly session: SessionTools;
  readonly changed: (host: LiveHost) => void;
  /** A row was taken, for who takes rows as they come. */
  readonly record?: (record: ChangeRecord) => void;
}

/** A host with its listing, its connection, and whoever follows it. */
export class LiveHost {
  readonly session: HostSession;
  readonly #tools: LiveHostTools;
  #knowledge: SessionKnowledge;
  #reader: HostReader | null = null;
  #request: HostRequest | null = null;
  #evidence = new Evidence(null);
  #live: { readonly seconds: number } | null = null;
  #stale: StaleDto | null = null;
  #following: AbortController | null = null;
  #followed: Promise<void> = Promise.resolve();
  /** Milliseconds: the last time the host said something. */
  #heard = 0;
  /** Milliseconds: when the host said what it is. */
  #saidAt = 0;

  constructor(host: string, knowledge: SessionKnowledge, tools: LiveHostTools) {
    this.#tools = tools;
    this.#knowledge = knowledge;
    this.session = new HostSession(host, knowledge, tools.session, {
      changed: () => tools.changed(this),
      begun: () => {
        this.#evidence = new Evidence(this.#reader?.facts?.bootedAt ?? null);
        this.#saidAt = tools.session.now();
      },
      row: (row) => {
        // A capture tells nothing of a machine.
        if (this.#reader === null && tools.record === undefined) return;
        const record = row.record();
        this.#evidence.take(record);
        tools.record?.(record);
      },
    });
  }

  /** The connection that things are asked over; null for a capture, and before the first listing. */
  get reader(): HostReader | null {
    return this.#reader;
  }

  /** Whether things are done there as root through sudo. */
  get sudo(): boolean {
    return this.#request?.sudo ?? false;
  }

  describe(): SessionDto {
    return this.session.describe();
  }

  probe(): ProbeDto | null {
    const facts = this.#reader?.facts ?? null;
    if (facts === null || this.#reader === null || this.#request === null) return null;
    return probeDto(facts, this.#request, this.#reader.plan, this.#saidAt);
  }

  /** Lists a host, over this reader from now on. Resolves when the listing has ended. */
  async list(reader: HostReader, request: HostRequest): Promise<void> {
    await this.#rest();
    if (this.#reader !== reader) await this.#reader?.close();
    this.#reader = reader;
    this.#request = request;
    this.#saidAt = this.#tools.session.now();
    reader.lost = () => this.#lost();
    const problem = await this.session.start(reader.source(request));
    if (this.#reader !== reader) return;
    this.#ended(problem);
    this.#goOn(problem);
  }

  /** Reads a capture; a connection that there was is closed. */
  async read(source: ChangeSource): Promise<void> {
    await this.#rest();
    await this.#reader?.close();
    this.#reader = null;
    this.#request = null;
    this.#stale = null;
    this.session.setFollowing({ notes: [], live: null, stale: null });
    await this.session.start(source);
  }

  /** Follows the host from now on, or no longer. */
  async setLive({ on, intervalSeconds }: Omit<LiveParams, 'host'>): Promise<void> {
    const seconds = Math.max(1, Math.min(intervalSeconds, 24 * 3600));
    const same = on === (this.#live !== null) && (!on || this.#live?.seconds === seconds);
    if (same && (!on || this.#following !== null)) return;
    this.#live = on ? { seconds } : null;
    await this.#rest();
    this.#tell();
    if (on && (this.session.state === 'done' || this.session.state === 'failed')) this.#goOn(this.session.problem);
  }

  /** Ends the run, here and on the host; following goes on where it is on, from the next listing that is asked for. */
  async cancel(): Promise<void> {
    await this.#rest();
    await this.session.cancel();
  }

  /** Ends everything that runs, and the connection. */
  async close(): Promise<void> {
    this.#live = null;
    if (this.#reader !== null) this.#reader.lost = null;
    await this.cancel();
    await this.#reader?.close();
    this.#tell();
  }

  async setKnowledge(knowledge: SessionKnowledge): Promise<void> {
    this.#knowledge = knowledge;
    this.#tell();
    await this.session.setKnowledge(knowledge);
  }

  /** Lists once more with `zfs diff`, and says what that and the walk which is shown have apart; null when no walk of a ZFS root is shown. */
  async crossCheck(signal: AbortSignal): Promise<CrossCheckDto | null> {
    const reader = this.#reader;
    const { shown, state } = this.session;
    const { facts, plan } = reader ?? { facts: null, plan: null };
    if (reader === null || this.#request === null || facts === null || plan === null || shown === null) return null;
    if (shown.listedBy?.backend !== 'walk' || facts.root?.type !== 'zfs' || plan.snapshot === '' || state !== 'done') return null;
    const { sudo, runTimeoutSeconds } = this.#request;
    const { dataset, snapshot } = plan;
    const source = zfsDiffSource({ link: reader.link, dataset, snapshot, sudo, runTimeoutSeconds }, this.#tools);
    const walkedAt = this.session.describe().finishedAt ?? 0;
    return crossCheck({ tree: shown.tree, severalNames: this.#evidence.severalNames, mounts: facts.mounts, walkedAt }, source, signal);
  }

  #ended(problem: ProblemDto | null): void {
    const { session } = this.#tools;
    if (this.session.state === 'done') {
      this.#heard = session.now();
      this.#stale = null;
    } else if (problem !== null && this.session.shown !== null) {
      this.#stale = { since: this.#heard, problem, retryAt: null };
    }
    this.#tell();
  }

  /** Follows the host after a listing that ended so. */
  #goOn(problem: ProblemDto | null): void {
    if (this.#live === null || this.#reader === null || this.#request === null) return;
    // What a listing complains of does not hinder the next one; only a host that was never reached is not followed.
    const { state } = this.session;
    if (state === 'cancelled' || (state === 'failed' && (problem === null || !passesByItself(problem)))) return;
    const following = new AbortController();
    this.#following = following;
    const first: Listed = { problem: state === 'failed' ? problem : null, fingerprint: this.#fingerprint() };
    this.#followed = follow(first, this.#live.seconds, this.#followTools(this.#reader, this.#request), following.signal);
  }

  #followTools(reader: HostReader, request: HostRequest): Parameters<typeof follow>[2] {
    const { session: tools, newMark } = this.#tools;
    const list = async (signal: AbortSignal): Promise<Listed> => {
      const cancel = (): void => void this.session.cancel();
      signal.addEventListener('abort', cancel, { once: true });
      this.#saidAt = tools.now();
      try {
        // Nobody asked for this run, so nobody is asked for a password.
        const problem = await this.session.start(reader.source(request, false), this.session.shown !== null);
        const failed = problem !== null && passesByItself(problem) ? problem : null;
        if (failed === null && !signal.aborted) this.#ended(problem);
        return { problem: failed, fingerprint: this.#fingerprint() };
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    };
    const stale = (problem: ProblemDto | null, retryAt: number | null): void => {
      // Of a host that was never heard of nothing is shown that could be old: that it failed says it all.
      if (problem === null || this.#heard === 0) this.#stale = null;
      else this.#stale = { since: this.#stale?.since ?? this.#heard, problem, retryAt };
      this.#tell();
    };
    const { plan } = reader;
    const watch = this.#hasToken()
      ? (seconds: number, signal: AbortSignal) =>
          this.#heardFrom(
            watchToken({ link: reader.link, dataset: plan?.dataset ?? '', snapshot: plan?.snapshot ?? '' }, seconds, { newMark }, signal),
          )
      : null;
    return { now: tools.now, after: tools.after, list, stale, watch, token: () => reader.token };
  }

  async *#heardFrom(tokens: AsyncGenerator<string, ProblemDto | null>): AsyncGenerator<string, ProblemDto | null> {
    try {
      for (;;) {
        const next = await tokens.next();
        this.#heard = this.#tools.session.now();
        if (next.done === true) return next.value;
        if (this.#reader !== null) this.#reader.token = next.value;
        yield next.value;
      }
    } finally {
      await tokens.return(null);
    }
  }

  #hasToken(): boolean {
    const { facts, plan } = this.#reader ?? { facts: null, plan: null };
    return facts?.root?.type === 'zfs' && facts.zfsVersion !== null && plan !== null && plan.snapshot !== '';
  }

  #fingerprint(): string {
    return `${this.session.tree?.changes ?? 0} ${this.#evidence.latest}`;
  }

  /** The connection went away while nothing was asked of it. */
  #lost(): void {
    if (this.#following !== null || this.session.state !== 'done') return;
    const problem: ProblemDto = {
      code: 'connection-lost',
      message: `The connection to ${this.#reader?.link.destination ?? this.session.host} is gone.`,
      nextStep: 'Refresh when the host is reachable again; what it said last is shown.',
      detail: '',
    };
    this.#stale = { since: this.#tools.session.now(), problem, retryAt: null };
    this.#tell();
  }

  /** Ends following, for now. */
  async #rest(): Promise<void> {
    this.#following?.abort();
    this.#following = null;
    await this.#followed;
  }

  #tell(): void {
    const live =
      this.#live === null ? null : { intervalSeconds: this.#live.seconds * (this.#hasToken() ? 1 : walkFactor), token: this.#hasToken() };
    this.session.setFollowing({ notes: this.#notes(), live, stale: this.#stale });
  }

  #notes(): SessionDto['notes'] {
    return notesAbout(this.session.shown, this.#reader?.facts ?? null, this.#knowledge, this.#evidence, this.#saidAt);
  }
}
