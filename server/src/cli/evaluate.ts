import type { HostModel } from '../host/hostModel.ts';
import { nixEval } from '../remote/nixEval.ts';
import { nodeBackend } from '../remote/nodeTools.ts';
import { evaluateHost } from '../workspace/evaluateHost.ts';
import { printable } from '../text/printable.ts';
import { withRealEntries } from '../workspace/realValues.ts';
import type { CommandIo } from './io.ts';

/**
 * Asks the real Nix for what hosts keep (`--evaluate`), one after the other, each of which may take so many seconds. Null when it fails
 * for one, which is said. Ctrl-C or SIGTERM ends it.
 */
export async function evaluateHosts(hosts: readonly HostModel[], seconds: number, io: CommandIo): Promise<readonly HostModel[] | null> {
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const made: HostModel[] = [];
    for (const [index, host] of hosts.entries()) {
      io.note(printable(`keepsake: asking Nix for ${host.name} (${index + 1} of ${hosts.length})`));
      const real = await evaluateHost((request, signal) => nixEval(nodeBackend.spawn, request, signal), host, interrupted.signal, seconds);
      if ('problem' in real) {
        io.note(printable(`keepsake: ${host.name} could not be evaluated: ${real.problem}.`));
        return null;
      }
      made.push(withRealEntries(host, real.entries));
    }
    return made;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
