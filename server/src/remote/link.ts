import { destinationProblem } from '../text/destination.ts';
import { childOutput } from './childOutput.ts';
import type { ExitReport, Spawn } from './childOutput.ts';
import { runSsh } from './ssh.ts';
import type { SshTarget } from './ssh.ts';

/** A way to run command lines where a host's files are. */
export interface Link {
  /** For people: `ssh web`, `this machine`. */
  readonly label: string;
  /** The host in a sentence. */
  readonly destination: string;
  /** The program that makes the connection, for the sentence that says it is missing. */
  readonly program: string;
  readonly connectTimeoutSeconds: number;
  /** What is wrong with the destination, as a sentence: then nothing may be run. */
  readonly fault: string | null;
  /** Runs a line that the login shell there reads; see {@link childOutput} for what comes out and how it ends. */
  run(line: string, signal: AbortSignal): AsyncGenerator<Buffer, ExitReport>;
}

/** A connection of its own for each run. */
export function sshLink(spawn: Spawn, target: SshTarget): Link {
  const { destination, sshPath, connectTimeoutSeconds } = target;
  return {
    label: `ssh ${destination}`,
    destination,
    program: sshPath,
    connectTimeoutSeconds,
    fault: destinationProblem(destination),
    run: (line, signal) => runSsh(spawn, target, line, signal),
  };
}

/** The machine this runs on, without ssh. */
export function localLink(spawn: Spawn): Link {
  return {
    label: 'this machine',
    destination: 'this machine',
    program: 'sh',
    connectTimeoutSeconds: 1,
    fault: null,
    run: (line, signal) => childOutput(spawn, 'sh', ['-c', line], signal),
  };
}
