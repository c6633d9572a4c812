import { childOutput } from './childOutput.ts';
import type { ExitReport, Spawn } from './childOutput.ts';

/** How to reach a host: with the system's ssh, so that the user's configuration, agent, jump hosts and hardware keys are used. */
export interface SshTarget {
  /** `host`, `user@host` or an alias of the user's ssh configuration; checked with `destinationProblem` before. */
  readonly destination: string;
  /** The program: `ssh`, or the path of another one. */
  readonly sshPath: string;
  /** More options, each an argument of its own. */
  readonly sshArguments: readonly string[];
  readonly connectTimeoutSeconds: number;
}

/**
 * The arguments of ssh that run `command` (one string, read by the shell over there) on the target.
 *
 * @param sharing options of the shared connection, which come before the user's own: for ssh the first one counts
 * @param batch ssh asks nobody anything
 */
export function sshArguments(target: SshTarget, command: string, sharing: readonly string[] = [], batch = true): string[] {
  const options = [
    `BatchMode=${batch ? 'yes' : 'no'}`,
    `ConnectTimeout=${Math.max(1, Math.round(target.connectTimeoutSeconds))}`,
    // Together: a dead connection is noticed within three quarters of a minute.
    'ServerAliveInterval=15',
    'ServerAliveCountMax=3',
    // No banners among the complaints.
    'LogLevel=ERROR',
    'ClearAllForwardings=yes',
    'ForwardAgent=no',
    'ForwardX11=no',
    // The user's configuration may have one for interactive use.
    'RemoteCommand=none',
  ];
  return ['-T', ...sharing, ...options.flatMap((option) => ['-o', option]), ...target.sshArguments, '--', target.destination, command];
}

/** Runs a command on a host; see {@link childOutput} for what comes out and how it ends. */
export function runSsh(spawn: Spawn, target: SshTarget, command: string, signal: AbortSignal): AsyncGenerator<Buffer, ExitReport> {
  return childOutput(spawn, target.sshPath, sshArguments(target, command), signal);
}
