import type { ProblemDto } from '../protocol.ts';
import type { BackendName, BaselineName } from '../protocol/live.ts';
import { choosePlan } from './choose.ts';
import type { Plan, Wanted } from './choose.ts';
import { SshConnection } from './connection.ts';
import { factsOf, mountPointOf, snapshotDirectory } from './hostFacts.ts';
import type { HostFacts } from './hostFacts.ts';
import type { Link } from './link.ts';
import { nests } from './mountinfo.ts';
import { overlayPlaces } from './overlay.ts';
import { connectionProblem, interruptedProblem, requestProblem } from './problems.ts';
import { probeCommand } from './probeScript.ts';
import { runOnHost } from './remoteRun.ts';
import type { RunEnd } from './remoteRun.ts';
import type { Slots } from './slots.ts';
import type { ChangeSource, SourceEnd, SourceEvent } from './source.ts';
import { walkSource } from './walkSource.ts';
import { zfsDiffSource } from './zfsBackend.ts';
import type { Marks } from './zfsBackend.ts';

/** How a host is to be listed. */
export interface HostRequest extends Wanted {
  /** As root through `sudo -n`. */
  readonly sudo: boolean;
  readonly runTimeoutSeconds: number;
}

/** A probe is a few small commands; a host that takes longer is as good as gone. */
const probeSeconds = 60;
/** Of one section; the list of snapshots of a long-lived machine is the longest. */
const mostSection = 4 << 20;
/** Seconds that a host is taken to be what it said it is, as long as nothing of it shows otherwise: snapshots come and go unseen. */
const longestTrust = 600;

/** One host: connects to it, asks it what it is, and lists what changed on it. */
export class HostReader {
  readonly link: Link;
  readonly #tools: Marks;
  #facts: HostFacts | null = null;
  #plan: Plan | null = null;
  /** What the plan was made for; null: the host is asked before it is listed again. */
  #planned: HostRequest | null = null;
  /** By its own clock, in seconds: when it was asked what it is. */
  #askedAt: number | null = null;
  #timeout = false;
  /** The change token as the host said it last, before the listing that is shown was begun. */
  token: string | null = null;
  readonly #slots: Slots;

  /** Told when a shared connection is gone that nobody closed. */
  lost: (() => void) | null = null;

  /** `slots`: how many hosts may be connected to at a time. */
  constructor(link: Link, tools: Marks, slots: Slots) {
    this.link = link;
    this.#slots = slots;
    if (link instanceof SshConnection) link.lost = () => this.lost?.();
    this.#tools = tools;
  }

  /** What it said when it was last asked. */
  get facts(): HostFacts | null {
    return this.#facts;
  }

  /** How it was last listed. */
  get plan(): Plan | null {
    return this.#plan;
  }

  /** Connects where that is needed, and asks the host what it is. Null: done; also when given up. */
  async reach(
    { sudo, dataset, snapshot }: Pick<HostRequest, 'sudo' | 'dataset' | 'snapshot'>,
    signal: AbortSignal,
    mayAsk = true,
  ): Promise<ProblemDto | null> {
    const { link } = this;
    if (link.fault !== null) return requestProblem(link.fault);
    if (link instanceof SshConnection && !link.isOpen) {
      const problem = await this.#slots.during(signal, () => link.open(signal, mayAsk));
      if (problem !== null || signal.aborted) return problem;
    }
    return this.#probe(sudo, dataset, snapshot, signal);
  }

  /**
   * The changes of the host; how they are listed is decided when it is read, by what the host says then.
   *
   * @param mayAsk ssh may ask the user
   */
  source(request: HostRequest, mayAsk = true): ChangeSource {
    return { label: this.link.label, dataset: null, wholeLastLine: false, read: (signal) => this.#read(request, mayAsk, signal) };
  }

  async close(): Promise<void> {
    if (this.link instanceof SshConnection) await this.link.close();
  }

  async *#read(request: HostRequest, mayAsk: boolean, signal: AbortSignal): AsyncGenerator<SourceEvent, SourceEnd> {
    const again = this.#again(request);
    if (again !== null) {
      const end = yield* this.#list(again.plan, again.facts, request, true, signal);
      if (end !== null) return end;
      if (signal.aborted) return { complete: false, problem: null };
    }
    this.#planned = null;
    const problem = await this.reach(request, signal, mayAsk);
    if (problem !== null || signal.aborted) return { complete: false, problem };
    const facts = this.#facts;
    if (facts === null) return { complete: false, problem: null };
    const plan = choosePlan(facts, request);
    if ('message' in plan) return { complete: false, problem: plan };
    this.#plan = plan;
    const end = yield* this.#list(plan, facts, request, false, signal);
    return end ?? { complete: false, problem: null };
  }

  /** The plan of the last listing, when the same can be done again without asking the host what it is. */
  #again(request: HostRequest): { readonly plan: Plan; readonly facts: HostFacts } | null {
    const { link } = this;
    const [plan, facts, planned] = [this.#plan, this.#facts, this.#planned];
    if (plan === null || facts === null || planned === null || (link instanceof SshConnection && !link.isOpen)) return null;
    const keys = ['dataset', 'snapshot', 'backend', 'baseline', 'sudo'] as const;
    const beside = ({ others, renewed }: HostRequest): string => JSON.stringify([others, renewed]);
    const same = keys.every((key) => planned[key] === request[key]) && beside(planned) === beside(request);
    return same ? { plan, facts } : null;
  }

  /** Lists by a plan. Null, before anything has come: `checked`, and the host is no longer what the plan was made for. */
  async *#list(
    plan: Plan,
    facts: HostFacts,
    request: HostRequest,
    checked: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<SourceEvent, SourceEnd | null> {
    const reading = this.#sourceOf(plan, facts, request).read(signal);
    const erased = plan.targets.map(({ mountPoint }) => mountPoint);
    const overlays = overlayPlaces(facts.mounts).mountPoints;
    this.#planned = null;
    try {
      for (;;) {
        const next = await reading.next();
        if (next.done === true) {
          // Only what went well is done again in the same way; where there may be something better to compare with, that is looked for.
          const good = next.value.complete || next.value.lasting === true;
          if (good && plan.backend === 'walk' && (plan.baseline !== 'boot' || request.baseline !== null)) this.#planned = request;
          return next.value;
        }
        if (next.value.kind !== 'begin') {
          yield next.value;
          continue;
        }
        if (checked) {
          const now = sameHost(facts, next.value);
          if (now === null || this.#askedAt === null || now - this.#askedAt > longestTrust) return null;
          this.#facts = { ...facts, now };
        }
        yield { ...next.value, dataset: plan.dataset, erased: [...erased, ...overlays], listedBy: listedBy(plan), copied: facts.copiedEtc };
      }
    } finally {
      await reading.return({ complete: false, problem: null });
    }
  }

  #sourceOf(plan: Plan, facts: HostFacts, request: HostRequest): ChangeSource {
    const { link } = this;
    const { sudo, runTimeoutSeconds } = request;
    const { dataset, snapshot } = plan;
    if (plan.backend === 'walk') {
      const place = overlayPlaces(facts.mounts).place;
      const { targets, baseline } = plan;
      const within = facts.root !== null && nests(facts.root);
      const mountPoints = within ? { mountPoints: new Set(facts.mounts.keys()) } : {};
      const { namespace, largePieces } = facts;
      const how = { sudo, namespace, largePieces, timeout: this.#timeout, runTimeoutSeconds };
      return walkSource({ link, targets, baseline, dataset, snapshot, ...how, place, ...mountPoints }, this.#tools);
    }
    const mountPoint = mountPointOf(facts.mounts, dataset);
    const hold = mountPoint === null ? '' : snapshotDirectory(mountPoint, snapshot);
    return zfsDiffSource({ link, dataset, snapshot, sudo, runTimeoutSeconds, hold }, this.#tools);
  }

  async #probe(sudo: boolean, dataset: string | null, snapshot: string | null, signal: AbortSignal): Promise<ProblemDto | null> {
    const mark = this.#tools.newMark();
    const running = runOnHost(
      this.link,
      probeCommand(mark, sudo, dataset, snapshot),
      { mark, seconds: probeSeconds, sudo, alone: true },
      signal,
    );
    const sections = new Map<string, Buffer[]>();
    let section: Buffer[] | null = null;
    let length = 0;
    let mountinfo: Buffer | null = null;
    let end: RunEnd | null;
    for (;;) {
      const next = await running.next();
      if (next.done === true) {
        end = next.value;
        break;
      }
      const event = next.value;
      if (event.kind === 'mounts') mountinfo = event.mountinfo;
      else if (event.kind === 'begin') {
        section = [];
        length = 0;
        sections.set(event.name, section);
      } else if (section !== null && length < mostSection) {
        section.push(Buffer.from(event.bytes));
        length += event.bytes.length;
      }
    }
    if (end === null || signal.aborted) return null;
    const { link } = this;
    const asked = { ...link, dataset: '', snapshot: '', runTimeoutSeconds: probeSeconds, user: end.user };
    if (!end.begun) return connectionProblem(end.exit, end.greeting, asked, link.program);
    if (end.status === null) return interruptedProblem({ ...end.exit, stderr: end.stderr }, asked);
    const text = new Map([...sections].map(([name, pieces]) => [name, Buffer.concat(pieces).toString('utf8')]));
    this.#facts = factsOf(text, mountinfo);
    this.#timeout = end.timeout;
    this.token = this.#facts.token;
    this.#askedAt = this.#facts.now;
    return null;
  }
}

/** The host's clock, in seconds, when it still is what it said it is; else null. */
function sameHost(facts: HostFacts, said: Extract<SourceEvent, { kind: 'begin' }>): number | null {
  const { bootedAt, mountinfo, state } = facts;
  const { upSeconds = null } = said;
  if (bootedAt === null || upSeconds === null || mountinfo === null || said.mountinfo === null) return null;
  if (said.state !== state || lastingMounts(said.mountinfo) !== lastingMounts(mountinfo)) return null;
  return bootedAt + upSeconds;
}

/** The table of mounts without those that come and go with whoever looks into a snapshot of ZFS. */
function lastingMounts(mountinfo: Buffer): string {
  const lines = mountinfo.toString('latin1').split('\n');
  return lines.filter((line) => !/ - zfs \S*@/.test(line)).join('\n');
}

function listedBy({ backend, baseline }: Plan): { readonly backend: BackendName; readonly baseline: BaselineName } {
  return { backend, baseline };
}
