import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';

/**
 * Starts a program with an argument array and three pipes; `child_process.spawn` without a shell, or a test's own. `environment` comes on
 * top of our own.
 */
export type Spawn = (
  command: string,
  args: readonly string[],
  environment?: Readonly<Record<string, string>>,
) => ChildProcessWithoutNullStreams;

/** How a program ended. */
export interface ExitReport {
  /** Null when a signal ended it or it could not be started. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The beginning of what it complained, at most 64 kB. */
  readonly stderr: Buffer;
  readonly stderrTruncated: boolean;
  /** Why it could not be started: `ENOENT` and the like. */
  readonly startError: string | null;
}

const mostStderr = 64 * 1024;
/** Between asking a program to end and making it, in two steps. */
const patience = 2000;
/** A program that lives on in the background (ssh's ControlPersist) keeps stderr open for ever. */
const stderrGrace = 250;

/**
 * Runs a program and yields its output as it comes; not reading holds the program back. Its input stays open and empty until the
 * end: closing it is how the far side of ssh learns that nobody listens any more. Abort closes the input and drops what still comes,
 * so that a program which has begun to talk can end by itself, and the far side with it; after two seconds (at once when it has said
 * nothing yet, or when the loop is left early) SIGTERM ends it, two seconds later SIGKILL. Returns how it ended; never throws for what
 * the program does.
 */
export async function* childOutput(
  spawn: Spawn,
  command: string,
  args: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Buffer, ExitReport> {
  const stderr: Buffer[] = [];
  let stderrLength = 0;
  let truncated = false;
  const report = (status: number | null, by: NodeJS.Signals | null, startError: string | null): ExitReport => ({
    status,
    signal: by,
    stderr: Buffer.concat(stderr),
    stderrTruncated: truncated,
    startError,
  });
  if (signal.aborted) return report(null, null, null);
  let child: ChildProcessWithoutNullStreams;
  try {
    child = spawn(command, args);
  } catch (error) {
    return report(null, null, codeOf(error));
  }
  let startError: string | null = null;
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    const done = (): void => {
      ended = true;
      resolve();
    };
    child.once('exit', done);
    child.once('error', (error) => {
      if (child.pid === undefined) {
        startError = codeOf(error);
        done();
      }
    });
  });
  // Writing to, or reading from, a program that has gone is no failure of its own: the exit says what happened.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);
  child.stderr.on('data', (chunk: Buffer) => {
    const kept = chunk.subarray(0, mostStderr - stderrLength);
    truncated ||= kept.length < chunk.length;
    stderrLength += kept.length;
    if (kept.length > 0) stderr.push(Buffer.from(kept));
  });
  let talking = false;
  let killer: NodeJS.Timeout | undefined;
  const kill = (): void => {
    clearTimeout(killer);
    if (ended || child.pid === undefined) return;
    child.kill('SIGTERM');
    killer = setTimeout(() => child.kill('SIGKILL'), patience);
  };
  const end = (): void => {
    child.stdin.end();
    if (talking) killer ??= setTimeout(kill, patience);
    else kill();
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    try {
      for await (const chunk of child.stdout) {
        talking = true;
        if (!signal.aborted) yield chunk as Buffer;
      }
    } catch (error) {
      // Only a broken pipe comes here; what the consumer throws does not.
      if (!(error instanceof Error)) throw error;
    }
    await exited;
    await stderrEnd(child, () => stderrLength);
    return report(child.exitCode, child.signalCode, startError);
  } finally {
    signal.removeEventListener('abort', end);
    if (!ended) {
      child.stdin.end();
      kill();
      await exited;
    }
    clearTimeout(killer);
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

async function stderrEnd(child: ChildProcessWithoutNullStreams, heard: () => number): Promise<void> {
  if (child.stderr.readableEnded || child.stderr.destroyed || child.pid === undefined) return;
  const giveUp = AbortSignal.timeout(stderrGrace);
  await once(child.stderr, 'end', { signal: giveUp }).catch(() => undefined);
  // Where we were held up ourselves, the time is over before what was said is read.
  for (let before = -1; before !== heard();) {
    before = heard();
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

function codeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code ?? String(error);
}
