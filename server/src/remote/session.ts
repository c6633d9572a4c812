import type { EphemeralIndex } from '../catalogue/ephemeralIndex.ts';
import type { StateIndex } from '../catalogue/stateIndex.ts';
import type { ProblemDto } from '../protocol.ts';
import type { SessionDto, SessionState } from '../protocol/live.ts';
import type { CountsDto, Verdict } from '../protocol/rows.ts';
import { rowOf } from './changeRecord.ts';
import type { ChangeRow } from './changeRecord.ts';
import { ChangeTree } from './changeTree.ts';
import type { Page } from './changeTree.ts';
import type { CoverageOf } from './coverage.ts';
import { isTooMuch, mostPaths } from './limits.ts';
import { isLasting } from './listing.ts';
import type { Listing } from './listing.ts';
import type { DeclaredMount } from './notes.ts';
import { parseMountinfo, visibleMounts } from './mountinfo.ts';
import { parseProblem, tooMuchProblem } from './problems.ts';
import { Since } from './since.ts';
import type { ChangeSource, SourceEnd, SourceEvent } from './source.ts';
import { Classifier } from './verdict.ts';
import { countsOf } from './verdictCode.ts';
import { ZfsDiffParser } from './zfsDiffParser.ts';

/** What a session is given of the world. */
export interface SessionTools {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Calls back once after so many milliseconds; the result calls it off. */
  readonly after: (milliseconds: number, callback: () => void) => () => void;
  /** Lets other work have its turn. */
  readonly turn: () => Promise<void>;
  /** Paths that one listing may have; {@link mostPaths} when not given. */
  readonly mostPaths?: number;
}

/** What decides verdicts besides the host's mounts. */
export interface SessionKnowledge {
  readonly coverage: CoverageOf;
  readonly state: StateIndex;
  readonly ephemeral: EphemeralIndex;
  readonly ignore: readonly string[];
  /** Directories that the configuration mounts from storage, for sure. */
  readonly declared?: readonly DeclaredMount[];
}

export interface SessionEvents {
  /** State, counts or rows changed; at most a few times a second while rows come. */
  readonly changed: (session: HostSession) => void;
  /** A row was taken, for who takes them as they come. `node` is the id in `tree`, -1 for a file without a name. */
  readonly row?: (row: ChangeRow, node: number, tree: ChangeTree) => void;
  /** A run begins, and its rows will come: what `row` is told from now on is of another listing than before. */
  readonly begun?: () => void;
}

/** A session that nobody follows and nothing is known of beyond its rows. */
export const unfollowed = { listedBy: null, notes: [], live: null, stale: null, since: null } as const;

/** What is known of a host besides its rows, by who follows it. */
export type Following = Pick<SessionDto, 'notes' | 'live' | 'stale'>;

/** Between two calls of `changed` while rows come. */
const announceEvery = 250;
/** Rows judged again before others get their turn: a few tens of milliseconds. */
const slice = 20_000;
/** Bytes taken before others get their turn. */
const bytesPerTurn = 1 << 20;

/**
 * The changes of one host. A run reads a source to its end and shows its rows while they come; a new run replaces one that is still
 * going. What a run listed stays after a cancel, marked partial. When a run fails, the last whole listing is shown again if there is one.
 */
export class HostSession {
  readonly host: string;
  readonly #tools: SessionTools;
  readonly #events: SessionEvents;
  #knowledge: SessionKnowledge;
  #state: SessionState = 'idle';
  #problem: ProblemDto | null = null;
  #startedAt: number | null = null;
  #finishedAt: number | null = null;
  #revision = 0;
  #source = '';
  #runs = 0;
  #shown: Listing | null = null;
  /** The listing of the current run, shown or not yet. */
  #coming: Listing | null = null;
  /** The last listing that came whole. */
  #whole: Listing | null = null;
  #abort: AbortController | null = null;
  /** Resolves when the current run has ended, its process too. */
  #running: Promise<void> = Promise.resolve();
  #callOff: (() => void) | null = null;
  #judging = 0;
  /** The listing that was looked at last, and what has become of it since. */
  #looked: ChangeTree | null = null;
  #since: Since | null = null;
  #following: Following = { notes: [], live: null, stale: null };

  constructor(host: string, knowledge: SessionKnowledge, tools: SessionTools, events: SessionEvents) {
    this.host = host;
    this.#knowledge = knowledge;
    this.#tools = tools;
    this.#events = events;
  }

  /** The rows as they are now; null before the first ones. */
  get tree(): ChangeTree | null {
    return this.#shown?.tree ?? null;
  }

  /** The listing whose rows are shown; null before the first. */
  get shown(): Readonly<Listing> | null {
    return this.#shown;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Why the last run did not do as it should; null when it did. */
  get problem(): ProblemDto | null {
    return this.#problem;
  }

  /** The run whose rows are shown, also while a later one has brought none yet; else the number of runs. */
  get run(): number {
    return this.#shown?.run ?? this.#runs;
  }

  counts(): CountsDto {
    return this.#shown?.tree.counts() ?? countsOf([]);
  }

  describe(): SessionDto {
    return {
      host: this.host,
      run: this.run,
      state: this.#state,
      counts: this.counts(),
      partial: this.#shown?.partial ?? false,
      problem: this.#problem,
      startedAt: this.#startedAt,
      finishedAt: this.#finishedAt,
      revision: this.#revision,
      source: this.#source,
      ...unfollowed,
      ...this.#following,
      listedBy: this.#shown?.listedBy ?? null,
      since: this.#since?.summary ?? null,
    };
  }

  /** See {@link ChangeTree.children}; empty for rows of another run than the one shown. */
  children(
    run: number,
    parent: number | null,
    offset: number,
    limit: number,
    verdicts: readonly Verdict[],
  ): Page & { readonly revision: number } {
    const tree = run === this.run ? this.tree : null;
    const page = tree?.children(parent, offset, limit, verdicts) ?? { rows: [], total: 0 };
    return { ...page, revision: this.#revision };
  }

  /** What is shown has been looked at: nothing of it is new any more. */
  looked(): void {
    if (this.tree === null) return;
    this.#looked = this.tree;
    this.#since = Since.nothing();
    this.#announce();
  }

  /** What has become of a row since it was looked at. */
  sinceOf(row: number): 'new' | 'grown' | null {
    return this.#since?.of(row) ?? null;
  }

  /** Something is known of the host besides its rows, or no longer. */
  setFollowing(following: Following): void {
    this.#following = following;
    this.#announce();
  }

  /**
   * Starts a run; one that is still going is ended first, its far side too, so that a host never lists twice at once. Resolves when
   * the run has ended, however it ended.
   *
   * @param quiet nobody asked for it: rows and state of the last run stay until this one has come whole, and also when it fails; then
   * only the result tells why
   */
  async start(source: ChangeSource, quiet = false): Promise<ProblemDto | null> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    if (!quiet) {
      this.#state = 'connecting';
      this.#problem = null;
      this.#source = source.label;
      this.#startedAt = this.#tools.now();
      this.#finishedAt = null;
      this.#announce();
    }
    const before = this.#running;
    const run = (async (): Promise<ProblemDto | null> => {
      await before;
      return this.#abort === abort ? await this.#run(source, abort, quiet) : null;
    })();
    this.#running = run.then(
      () => undefined,
      () => undefined,
    );
    return run;
  }

  /** Ends the run, here and on the host; what was listed stays. Resolves when nothing runs any more. */
  async cancel(): Promise<void> {
    this.#abort?.abort();
    await this.#running;
  }

  /** The configuration changed: all rows are judged again, in slices. Resolves when they are, or when a newer change took over. */
  async setKnowledge(knowledge: SessionKnowledge): Promise<void> {
    this.#knowledge = knowledge;
    const turn = ++this.#judging;
    const listings = new Set([this.#shown, this.#coming, this.#whole].filter((listing) => listing !== null));
    for (const listing of listings) {
      // Rows that come meanwhile are judged by the new knowledge already.
      let next = listing.tree.reclassify(0, slice, this.#classifier(listing));
      while (next !== null) {
        this.#changed();
        await this.#tools.turn();
        if (turn !== this.#judging) return;
        next = listing.tree.reclassify(next, slice);
      }
      this.#changed();
    }
  }

  #classifier({
    mounts,
    believed,
    dataset,
    erased,
    copied,
  }: Omit<Listing, 'run' | 'tree' | 'source' | 'listedBy' | 'partial'>): Classifier {
    return new Classifier({ ...this.#knowledge, mounts, believed, dataset, erased, copied });
  }

  async #run(source: ChangeSource, abort: AbortController, quiet: boolean): Promise<ProblemDto | null> {
    const parser = new ZfsDiffParser();
    let listing: Listing | null = null;
    let rows = 0;
    let impossible = 0;
    let sinceTurn = 0;
    let bytes = 0;
    const most = this.#tools.mostPaths ?? mostPaths;
    let firstRows = true;
    const run = ++this.#runs;
    const take = (row: ChangeRow): void => {
      if (listing === null) return;
      const node = listing.tree.add(row);
      if (node === null) impossible++;
      else {
        rows++;
        this.#events.row?.(row, node, listing.tree);
      }
    };
    const taken = (): void => {
      if (listing === null || quiet || rows === 0) return;
      this.#show(listing);
      // The first rows are worth a message of their own.
      if (firstRows) this.#announce();
      else this.#changed();
      firstRows = false;
    };
    const reading = source.read(abort.signal);
    let end: SourceEnd;
    for (;;) {
      const next = await reading.next();
      if (next.done === true) {
        end = next.value;
        break;
      }
      const event = next.value;
      if (event.kind === 'begin') {
        listing = this.#begin(event, source, run);
        this.#events.begun?.();
        if (quiet) continue;
        this.#state = 'running';
        this.#announce();
        continue;
      }
      let length = 0;
      if (event.kind === 'bytes') {
        length = event.bytes.length;
        parser.read(event.bytes, take);
      } else {
        for (const record of event.records) {
          length += record.path.length;
          take(rowOf(record));
        }
      }
      taken();
      bytes += length;
      if (listing !== null && isTooMuch(listing.tree, most, bytes)) {
        end = { complete: false, problem: tooMuchProblem(listing.tree.changes) };
        await reading.return(end);
        break;
      }
      sinceTurn += length;
      if (sinceTurn >= bytesPerTurn) {
        sinceTurn = 0;
        await this.#tools.turn();
      }
    }
    parser.end(source.wholeLastLine && end.complete, take);
    taken();
    const { malformed, ...problems } = parser.problems;
    const unread = parseProblem({ ...problems, malformed: malformed + impossible }, rows);
    const cancelled = abort.signal.aborted;
    if (!quiet || (!cancelled && listing !== null && (end.complete || isLasting(end)))) this.#finish(listing, end, unread, cancelled);
    this.#coming = null;
    await this.#compare();
    return cancelled ? null : (end.problem ?? unread);
  }

  /** Compares what is shown with what was looked at. The first listing is what is looked at. */
  async #compare(): Promise<void> {
    const { tree } = this;
    if (tree === null || this.#state !== 'done' || tree === this.#looked) return;
    if (this.#looked === null) {
      this.#looked = tree;
      return;
    }
    const since = await Since.of(tree, this.#looked, this.#tools.turn);
    if (tree !== this.tree) return;
    this.#since = since;
    this.#announce();
  }

  #begin(event: Extract<SourceEvent, { kind: 'begin' }>, source: ChangeSource, run: number): Listing {
    const mounts = event.mountinfo === null ? [] : parseMountinfo(event.mountinfo);
    const known = {
      mounts: mounts.length === 0 ? null : visibleMounts(mounts),
      believed: this.#knowledge.coverage,
      dataset: event.dataset ?? source.dataset,
      erased: event.erased ?? [],
      copied: event.copied ?? [],
    };
    const tree = new ChangeTree(this.#classifier(known), this.#tools.now());
    this.#coming = { ...known, run, tree, source: source.label, listedBy: event.listedBy ?? null, partial: true };
    return this.#coming;
  }

  #finish(listing: Listing | null, end: SourceEnd, unread: ProblemDto | null, cancelled: boolean): void {
    this.#finishedAt = this.#tools.now();
    this.#coming = null;
    if (cancelled) {
      this.#state = 'cancelled';
    } else if (end.complete && listing !== null && unread?.code !== 'not-zfs-diff') {
      this.#state = 'done';
      this.#problem = unread;
      listing.partial = unread !== null;
      this.#show(listing);
      if (unread === null) this.#whole = listing;
    } else if (listing !== null && isLasting(end)) {
      // All there will ever be, but not all there is; an older listing would not be nearer to the truth.
      this.#state = 'done';
      this.#problem = end.problem;
      this.#show(listing);
    } else {
      this.#state = 'failed';
      this.#problem = end.problem ?? unread;
      if (this.#whole !== null) this.#show(this.#whole);
    }
    this.#announce();
  }

  #show(listing: Listing): void {
    this.#shown = listing;
  }

  /** Something changed: tells so, but not too often. */
  #changed(): void {
    this.#revision++;
    this.#callOff ??= this.#tools.after(announceEvery, () => {
      this.#callOff = null;
      this.#events.changed(this);
    });
  }

  /** Tells at once. */
  #announce(): void {
    this.#revision++;
    this.#callOff?.();
    this.#callOff = null;
    this.#events.changed(this);
  }
}
