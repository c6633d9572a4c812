import type { ProblemDto } from '../protocol.ts';

/** How one listing ended, as far as following it goes on from there. */
export interface Listed {
  /** Null: what is shown is what the host says now. */
  readonly problem: ProblemDto | null;
  /** Paths that are listed: a run after which this is the same as before was for nothing. */
  readonly fingerprint: string;
}

export interface FollowTools {
  readonly now: () => number;
  readonly after: (milliseconds: number, callback: () => void) => () => void;
  /** Lists again; never called while a listing is running. */
  readonly list: (signal: AbortSignal) => Promise<Listed>;
  /** Yields whenever the host's change token moved; null where a host has none. Ends when the host can't be asked any more. */
  readonly watch: ((seconds: number, signal: AbortSignal) => AsyncGenerator<string, ProblemDto | null>) | null;
  /** The token when the listing that is shown was begun; null when it was not asked. */
  readonly token: () => string | null;
  /** Following stands still because of this, and goes on at `retryAt` (null: not by itself). `problem` null: it goes on now. */
  readonly stale: (problem: ProblemDto | null, retryAt: number | null) => void;
}

/** A host without a token is walked this many times less often. */
export const walkFactor = 10;
/** Most seconds between two attempts to reach a host again. */
const longestBackOff = 60;
/** A host that only changes its token, not its paths, is listed ever less often, at most this many times less. */
const laziest = 16;

/** Problems that go away by themselves: the machine is rebooting, the network is away. Others wait for the user. */
const passing: ReadonlySet<string> = new Set(
  'connection-lost connection-timeout connection-refused connection-failed network-unreachable host-unknown watch-ended listing-killed'.split(
    ' ',
  ),
);

export function passesByItself(problem: ProblemDto): boolean {
  return passing.has(problem.code);
}

/**
 * Keeps a listing up to date until the signal: whenever the token moves, and not more often than listing takes time. When the host is
 * gone it is tried again after 1, 2, 4 … 60 seconds. Listings never overlap: this waits for each.
 *
 * @param first what the last listing ended with; one that failed is made good first
 */
export async function follow(first: Listed, seconds: number, tools: FollowTools, signal: AbortSignal): Promise<void> {
  let last = first;
  let failures = 0;
  let idle = 1;
  let watch: Watch | null = null;
  try {
    while (!signal.aborted) {
      if (last.problem !== null) {
        await watch?.end();
        watch = null;
        if (!passesByItself(last.problem)) {
          tools.stale(last.problem, null);
          return;
        }
        const wait = Math.min(longestBackOff, 2 ** failures++) * 1000;
        tools.stale(last.problem, tools.now() + wait);
        await pause(wait, tools, signal);
      } else if (tools.watch === null) await pause(seconds * walkFactor * idle * 1000, tools, signal);
      else {
        watch ??= new Watch(tools.watch(seconds, signal), tools.token());
        const ended = await watch.moved();
        if (ended !== null) {
          last = { ...last, problem: ended };
          continue;
        }
        await pause(seconds * (idle - 1) * 1000, tools, signal);
      }
      if (signal.aborted) return;
      const before = last;
      const from = tools.now();
      last = await tools.list(signal);
      if (signal.aborted) return;
      if (last.problem !== null) continue;
      failures = 0;
      if (before.problem !== null) tools.stale(null, null);
      idle = before.problem === null && last.fingerprint === before.fingerprint ? Math.min(laziest, idle * 2) : 1;
      // A host that takes long to list gets as long a rest.
      await pause(Math.max(0, tools.now() - from), tools, signal);
    }
  } finally {
    await watch?.end();
  }
}

/** The change token of a host while it can be asked. What it says while a listing runs waits. */
class Watch {
  readonly #tokens: AsyncGenerator<string, ProblemDto | null>;
  #known: string | null;

  /** `known`: the token when the listing that is shown was begun. */
  constructor(tokens: AsyncGenerator<string, ProblemDto | null>, known: string | null) {
    this.#tokens = tokens;
    this.#known = known;
  }

  /** Resolves with null when the token is another than before, or with why that can't be told any more. */
  async moved(): Promise<ProblemDto | null> {
    for (;;) {
      const next = await this.#tokens.next();
      if (next.done === true) return next.value;
      const before = this.#known;
      this.#known = next.value;
      if (next.value !== before) return null;
    }
  }

  async end(): Promise<void> {
    await this.#tokens.return(null);
  }
}

function pause(milliseconds: number, tools: FollowTools, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || milliseconds <= 0) return resolve();
    const stop = tools.after(milliseconds, () => {
      signal.removeEventListener('abort', end);
      resolve();
    });
    const end = (): void => {
      stop();
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
  });
}
