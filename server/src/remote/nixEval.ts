import { childOutput, type Spawn } from './childOutput.ts';

/** What an evaluation gives: a JSON text, or one clause saying why there is none. */
export type Evaluated = { readonly json: string } | EvaluationProblem;

export interface EvaluationProblem {
  readonly kind: 'no-nix' | 'cancelled' | 'too-long' | 'failed';
  readonly problem: string;
}

/** Values that are larger are no option of a configuration. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Characters that mean nothing to Nix in a flake reference or in a quoted attribute. */
const PLAIN = /^[\w./+@=, -]+$/;

/**
 * Evaluates a machine of a flake with the real Nix (nix(1), `nix eval`): `apply` is a function in Nix that is given
 * `nixosConfigurations.<host>`. Writes nothing into the flake; Nix may fetch inputs that are not in its store yet. Ended by `signal`.
 */
export async function nixEval(
  spawn: Spawn,
  { directory, host, apply }: { readonly directory: string; readonly host: string; readonly apply: string },
  signal: AbortSignal,
): Promise<Evaluated> {
  if (!PLAIN.test(directory)) return { kind: 'failed', problem: `Nix has no way to name the directory ${directory}` };
  if (!PLAIN.test(host)) return { kind: 'failed', problem: `Nix has no way to name the host ${host} on its command line` };
  const features = ['--extra-experimental-features', 'nix-command flakes'];
  const reference = `${directory}#nixosConfigurations."${host}"`;
  const args = [...features, 'eval', '--json', '--no-write-lock-file', '--apply', apply, '--', reference];
  const output = childOutput(endedWithUs(spawn), 'nix', args, signal);
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await output.next();
    if (done) {
      if (signal.aborted)
        return signal.reason instanceof Error && signal.reason.name === 'TimeoutError'
          ? { kind: 'too-long', problem: 'Nix took too long' }
          : { kind: 'cancelled', problem: 'it was cancelled' };
      if (value.startError === 'ENOENT') return { kind: 'no-nix', problem: 'nix is not installed here, or not on the PATH' };
      if (value.startError !== null) return { kind: 'no-nix', problem: `nix could not be started (${value.startError})` };
      if (value.status !== 0) return { kind: 'failed', problem: complaint(value.stderr.toString('utf8')) };
      return { json: Buffer.concat(chunks).toString('utf8') };
    }
    length += value.length;
    if (length > MOST_BYTES) {
      await output.return({ status: null, signal: null, stderr: Buffer.alloc(0), stderrTruncated: false, startError: null });
      return { kind: 'failed', problem: 'Nix says more than any configuration has to say' };
    }
    chunks.push(value);
  }
}

/** Programs that do not outlive this process: unlike ssh, Nix does not look at its input, and would evaluate on for nobody. */
function endedWithUs(spawn: Spawn): Spawn {
  return (...words) => {
    const child = spawn(...words);
    const end = (): void => void child.kill('SIGKILL');
    process.once('exit', end);
    for (const event of ['exit', 'error']) child.once(event, () => process.off('exit', end));
    return child;
  };
}

/** The first error that Nix names, on one line; all it said may be hundreds of lines of trace. */
function complaint(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const error = lines.findLast((line) => /^error:\s*\S/.test(line)) ?? lines.find((line) => line !== '' && !line.startsWith('warning:'));
  return error ? `Nix says: ${error.replace(/^error:\s*/, '')}` : 'Nix failed without saying why';
}
