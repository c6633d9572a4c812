import type { ProblemDto } from '../protocol.ts';
import type { Link } from './link.ts';
import { connectionProblem, interruptedProblem, requestProblem } from './problems.ts';
import { runOnHost } from './remoteRun.ts';

/** How small things are read on a host. */
export interface HostAccess {
  readonly link: Link;
  /** As root through `sudo -n`. */
  readonly sudo: boolean;
  readonly newMark: () => string;
}

/** What a script on a host printed. */
export interface HostAnswer {
  readonly bytes: Buffer;
  /** It printed more than was asked for, and was ended. */
  readonly cut: boolean;
}

/** Such a read is a few small commands; a host that takes longer is as good as gone. */
const readSeconds = 60;

/**
 * Runs a POSIX sh script, one of ours, on a host and hands back what it printed, at most `mostBytes`. `parameters` are words: whatever
 * they hold, they are no part of the script. The script must only read.
 */
export async function readHost(
  { link, sudo, newMark }: HostAccess,
  script: string,
  parameters: readonly string[],
  mostBytes: number,
  signal: AbortSignal,
): Promise<HostAnswer | { readonly problem: ProblemDto }> {
  const mark = newMark();
  const running = runOnHost(link, ['sh', '-c', script, 'sh', ...parameters], { mark, seconds: readSeconds, sudo }, signal);
  const pieces: Buffer[] = [];
  let length = 0;
  for (;;) {
    const next = await running.next();
    if (next.done !== true) {
      if (next.value.kind !== 'bytes') continue;
      pieces.push(Buffer.from(next.value.bytes));
      length += next.value.bytes.length;
      if (length <= mostBytes) continue;
      await running.return(null);
      return { bytes: Buffer.concat(pieces).subarray(0, mostBytes), cut: true };
    }
    const end = next.value;
    if (end === null) return { problem: requestProblem('A name holds a NUL character.') };
    const asked = { ...link, dataset: '', snapshot: '', runTimeoutSeconds: readSeconds, user: end.user };
    if (!end.begun) return { problem: connectionProblem(end.exit, end.greeting, asked, link.program) };
    if (end.status === null) return { problem: interruptedProblem({ ...end.exit, stderr: end.stderr }, asked) };
    return { bytes: Buffer.concat(pieces), cut: false };
  }
}
