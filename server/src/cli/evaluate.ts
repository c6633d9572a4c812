import { posix } from 'node:path';
import type { Finding } from '../findings/finding.ts';
import type { HostModel } from '../host/hostModel.ts';
import { nixEval } from '../remote/nixEval.ts';
import { nodeBackend } from '../remote/nodeTools.ts';
import { printable } from '../workspace/printable.ts';
import { differences, REAL_VALUES, realEntries, withRealEntries } from '../workspace/realValues.ts';
import type { CommandIo } from './io.ts';

/** How long one machine may take: a large one takes half a minute, its inputs may have to be fetched first. */
const MOST_MILLISECONDS = 10 * 60_000;

/** Hosts with what the real Nix says of them, and where the two disagree. */
export interface EvaluatedHosts {
  readonly hosts: readonly HostModel[];
  readonly differences: readonly Finding[];
}

/** Asks the real Nix for what hosts keep (`--evaluate`), one after the other. Null when it fails for one, which is said. Ctrl-C ends it. */
export async function evaluateHosts(hosts: readonly HostModel[], io: CommandIo): Promise<EvaluatedHosts | null> {
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once('SIGINT', stop);
  try {
    const made: HostModel[] = [];
    const found: Finding[] = [];
    for (const [index, host] of hosts.entries()) {
      io.note(printable(`keepsake: asking Nix for ${host.name} (${index + 1} of ${hosts.length})`));
      const signal = AbortSignal.any([interrupted.signal, AbortSignal.timeout(MOST_MILLISECONDS)]);
      const request = { directory: posix.dirname(host.location.file), host: host.name, apply: REAL_VALUES };
      const evaluated = await nixEval(nodeBackend.spawn, request, signal);
      const real = 'json' in evaluated ? realEntries(evaluated.json) : null;
      if (!real) {
        const problem = 'problem' in evaluated ? evaluated.problem : 'what Nix answers could not be understood';
        io.note(printable(`keepsake: ${host.name} could not be evaluated: ${problem}.`));
        return null;
      }
      made.push(withRealEntries(host, real));
      found.push(...differences(host, real));
    }
    return { hosts: made, differences: found };
  } finally {
    process.off('SIGINT', stop);
  }
}
