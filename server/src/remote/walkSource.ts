import type { BaselineName } from '../protocol/live.ts';
import type { ChangeRecord } from './changeRecord.ts';
import type { Link } from './link.ts';
import { connectionProblem, interruptedProblem, requestProblem } from './problems.ts';
import type { Asked } from './problems.ts';
import { runOnHost } from './remoteRun.ts';
import type { RunEnd } from './remoteRun.ts';
import type { ChangeSource, SourceEnd, SourceEvent } from './source.ts';
import { mostBaseline, WalkComparison } from './walkCompare.ts';
import type { Identity } from './walkCompare.ts';
import { WalkParser } from './walkParser.ts';
import type { WalkEntry } from './walkParser.ts';
import { baselineTooLarge, lacksProblem, walkProblem } from './walkProblems.ts';
import type { Marks } from './zfsBackend.ts';
import { walkCommand } from './walkScript.ts';
import type { WalkAgainst } from './walkScript.ts';

/** One file system to be walked. */
export interface WalkTarget {
  /** Where it is mounted. */
  readonly mountPoint: string;
  readonly against: WalkAgainst;
  readonly identity: Identity;
  /** Only what was changed since then (seconds since the epoch), without a baseline; null: everything. */
  readonly changedSince: number | null;
  /** For sentences, where it is not the root. */
  readonly named?: { readonly dataset: string; readonly snapshot: string };
}

export interface WalkRequest {
  readonly link: Link;
  readonly targets: readonly WalkTarget[];
  readonly baseline: BaselineName;
  /** For sentences: the root's dataset and its blank snapshot. */
  readonly dataset: string;
  readonly snapshot: string;
  readonly sudo: boolean;
  /** The account can make a mount namespace of its own. */
  readonly namespace: boolean;
  /** find can be told to print in larger pieces. */
  readonly largePieces: boolean;
  /** `timeout` is known to be there. */
  readonly timeout: boolean;
  readonly runTimeoutSeconds: number;
  /** Of btrfs and its like: what is mounted there. Other directories on another device are subvolumes in the one that is walked. */
  readonly mountPoints?: ReadonlySet<string>;
  /** Where a path of the walked file system is seen, or null when it is not to be told; the path itself when not given. */
  readonly place?: (path: Buffer) => Buffer | null;
}

/** Subvolumes in one subvolume that are looked into; container engines make hundreds. */
const mostNested = 1000;

/** The changes of file systems, by walking them: every name of every file, in one pass of find over each. */
export function walkSource(request: WalkRequest, tools: Marks): ChangeSource {
  return {
    label: request.link.label,
    dataset: request.dataset,
    wholeLastLine: false,
    read: (signal) => readAll(request, tools, signal),
  };
}

async function* readAll(request: WalkRequest, tools: Marks, signal: AbortSignal): AsyncGenerator<SourceEvent, SourceEnd> {
  let worst: SourceEnd = { complete: true, problem: null };
  let begun = false;
  const targets = [...request.targets];
  for (let target = targets.shift(); target !== undefined; target = targets.shift()) {
    const nested: string[] = [];
    const end = yield* readOne(request, target, tools, signal, { first: !begun, nested });
    begun = true;
    if (!end.complete && end.lasting !== true) return end;
    if (end.problem !== null) worst = end;
    // A subvolume in a subvolume is another file system to find, and goes with it.
    for (const mountPoint of nested)
      targets.push({ mountPoint, against: { kind: 'nothing' }, identity: 'content', changedSince: target.changedSince });
  }
  return worst;
}

async function* readOne(
  request: WalkRequest,
  target: WalkTarget,
  tools: Marks,
  signal: AbortSignal,
  { first, nested }: { readonly first: boolean; readonly nested: string[] },
): AsyncGenerator<SourceEvent, SourceEnd> {
  const { link, sudo, namespace, largePieces, runTimeoutSeconds } = request;
  const mark = tools.newMark();
  const contentTimes = target.identity === 'content' && target.against.kind !== 'nothing';
  const command = walkCommand(mark, target.mountPoint, target.against, { sudo, namespace, largePieces, contentTimes });
  const options = { mark, seconds: runTimeoutSeconds, sudo, alone: true, timeout: request.timeout } as const;
  const running = runOnHost(link, command, options, signal);
  const walk = new Walk(request, target, nested);
  let end: RunEnd | null;
  let mountinfo: Buffer | null = null;
  try {
    for (;;) {
      const next = await running.next();
      if (next.done === true) {
        end = next.value;
        break;
      }
      if (next.value.kind === 'mounts') {
        ({ mountinfo } = next.value);
      } else if (next.value.kind === 'begin') {
        const { name, value } = next.value;
        if (name !== 'state') walk.section(name, value);
        else if (first) yield { kind: 'begin', mountinfo, ...stateOf(value) };
      } else {
        const records = walk.bytes(next.value.bytes);
        if (records.length > 0) yield { kind: 'records', records };
      }
      if (walk.tooLarge) return { complete: false, problem: baselineTooLarge() };
    }
  } finally {
    await running.return(null);
  }
  if (end === null) return { complete: false, problem: requestProblem('A name holds a NUL character.') };
  if (signal.aborted) return { complete: false, problem: null };
  const asked: Asked = { ...request, ...link, ...target.named, user: end.user };
  if (!end.begun) return { complete: false, problem: connectionProblem(end.exit, end.greeting, asked, link.program) };
  // What another file system lacks leaves what was listed as good as it will ever be.
  if (walk.lacks !== null) return { complete: false, problem: lacksProblem(walk.lacks, asked), ...(first ? {} : { lasting: true }) };
  const whole = end.status === 0 && walk.ended;
  const rest = walk.finish(whole);
  if (rest.length > 0) yield { kind: 'records', records: rest };
  if (end.status === null) return { complete: false, problem: interruptedProblem({ ...end.exit, stderr: end.stderr }, asked) };
  const problem = walkProblem(end.status, walk.ended, walk.malformed, end.stderr, asked, target.mountPoint);
  return { complete: problem === null, problem, ...(whole ? { lasting: true } : {}) };
}

/** What the far side says of itself before it walks: seconds since its start, and the rest of `HostFacts.state`. */
function stateOf(value: string): { readonly state: string; readonly upSeconds: number | null } {
  const [up = '', ...state] = value.split(' ');
  return { state: state.join(' '), upSeconds: /^\d{1,12}$/.test(up) ? Number(up) : null };
}

/** One file system as its walk comes in. */
class Walk {
  readonly #request: WalkRequest;
  readonly #target: WalkTarget;
  readonly #comparison: WalkComparison;
  #part: 'baseline' | 'live' | null = null;
  #parser: WalkParser | null = null;
  /** Takes directories where another file system begins that nobody has mounted. */
  readonly #nested: string[];
  #device: number | null = null;
  #statuses = 0;
  #malformed = 0;
  /** What the far side does without. */
  lacks: string | null = null;
  /** The live tree has been walked to its end. */
  ended = false;

  constructor(request: WalkRequest, target: WalkTarget, nested: string[]) {
    this.#request = request;
    this.#nested = nested;
    this.#target = target;
    this.#comparison = new WalkComparison(target.identity);
  }

  get tooLarge(): boolean {
    return this.#comparison.baselineSize > mostBaseline;
  }

  get malformed(): number {
    return this.#malformed + (this.#parser?.malformed ?? 0);
  }

  section(name: string, value: string): void {
    this.#endPart();
    if (name === 'baseline' || name === 'live') {
      this.#part = name;
      this.#parser = new WalkParser(value, this.#target.mountPoint);
    } else if (name === 'lacks') this.lacks = value;
    else if (name === 'found') {
      this.#statuses++;
      this.ended = this.#statuses === (this.#target.against.kind === 'nothing' ? 1 : 2);
    }
  }

  bytes(bytes: Buffer): ChangeRecord[] {
    if (this.#parser === null) return [];
    const entries = this.#parser.push(bytes);
    if (this.#part === 'live') return this.#told(entries.map((entry) => this.#live(entry)));
    for (const entry of entries) this.#comparison.baseline(entry);
    return [];
  }

  finish(whole: boolean): ChangeRecord[] {
    this.#endPart();
    return this.#told(this.#comparison.finish(whole));
  }

  #live(entry: WalkEntry): ChangeRecord | null {
    const { changedSince, against } = this.#target;
    this.#device ??= entry.device;
    if (entry.device !== this.#device && entry.fileType === '/') this.#noteNested(entry.path);
    if (changedSince !== null && Number(entry.changed) < changedSince) return null;
    const record = this.#comparison.live(entry);
    // The top is there before anything is written; that it is new says nothing. What is mounted on the root is told as the root has it.
    const { mountPoint } = this.#target;
    if (record !== null && (against.kind === 'nothing' || mountPoint !== '/') && entry.path.length <= mountPoint.length) return null;
    return record !== null && changedSince !== null ? { ...record, kind: 'M' } : record;
  }

  #noteNested(path: Buffer): void {
    const { mountPoints } = this.#request;
    const text = path.toString('utf8');
    // What is no text can't be walked to; what is mounted is no part of this file system.
    if (mountPoints === undefined || mountPoints.has(text) || !path.equals(Buffer.from(text)) || this.#nested.length >= mostNested) return;
    this.#nested.push(text);
  }

  #told(records: readonly (ChangeRecord | null)[]): ChangeRecord[] {
    const { place } = this.#request;
    const told: ChangeRecord[] = [];
    for (const record of records) {
      if (record === null) continue;
      const path = place === undefined ? record.path : place(record.path);
      if (path !== null) told.push(path === record.path ? record : { ...record, path });
    }
    return told;
  }

  #endPart(): void {
    this.#parser?.finish();
    this.#malformed += this.#parser?.malformed ?? 0;
    this.#parser = null;
    this.#part = null;
  }
}
