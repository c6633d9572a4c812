import { spawn } from 'node:child_process';

/** What a finished program left behind. `status` is null when a signal ended it. */
export interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  /** `stdout` as it came, for output that is not UTF-8. */
  readonly bytes: Buffer;
  readonly status: number | null;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Kills the program after this long; its status is null then. */
  readonly seconds?: number;
}

/** Runs a program to its end. Rejects only when it cannot be started. */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const child = spawn(program, args, { env: options.env ?? process.env, stdio: ['pipe', 'pipe', 'pipe'] });
  const timer = options.seconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.seconds * 1000);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  // A program that ends without reading its input is no failure of ours.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  try {
    const status = await new Promise<number | null>((ended, failed) => {
      child.once('error', failed);
      child.once('close', ended);
    });
    const bytes = Buffer.concat(out);
    return { stdout: bytes.toString(), stderr: Buffer.concat(err).toString(), bytes, status };
  } finally {
    clearTimeout(timer);
  }
}
