import type { HostDto } from '../../server/src/protocol.ts';
import type { StartDiffParams } from '../../server/src/protocol/live.ts';
import { snapshotProblem } from '../../server/src/text/destination.ts';
import type { HostSettings, Settings } from './settings.ts';

export type Source = { readonly source: StartDiffParams['source'] } | { readonly missing: 'destination' };

/**
 * Where a host's changes come from, by its settings, or what its team says in `keepsake.json`; or what is still missing. What is listed,
 * and how, the host itself knows best: the dataset and the snapshot are named only where the user, the team or the configuration names
 * them. The destination is never guessed: a host is connected to only when somebody has said where it is.
 *
 * @param captureUri turns the setting's path (absolute, or relative to the host's folder) into a URI
 */
export function sourceOf(host: HostDto, settings: Settings, captureUri: (path: string) => string): Source {
  const own: HostSettings = settings.hosts[host.name] ?? {};
  if (own.capture !== undefined) return { source: { kind: 'capture', uri: captureUri(own.capture) } };
  const listing = {
    dataset: own.dataset ?? host.shared.dataset ?? host.rollback?.dataset ?? null,
    snapshot: own.snapshot ?? host.shared.snapshot ?? host.rollback?.snapshot ?? null,
    sudo: own.sudo === true,
    runTimeoutSeconds: settings.diffTimeoutSeconds,
    backend: own.backend ?? null,
    baseline: own.baseline ?? null,
  };
  if (own.local === true) return { source: { kind: 'local', ...listing } };
  const destination = own.destination ?? host.shared.ssh;
  if (destination === null) return { missing: 'destination' };
  const { sshPath, sshArguments, connectTimeoutSeconds } = settings;
  return { source: { kind: 'ssh', destination, sshPath, sshArguments, connectTimeoutSeconds, ...listing } };
}

/** `dataset@snapshot` in its two parts, or why it is none. */
export function parseSnapshot(text: string): { readonly dataset: string; readonly snapshot: string } | { readonly problem: string } {
  const parts = text.trim().split('@');
  const [dataset, snapshot] = parts;
  if (parts.length !== 2 || dataset === undefined || snapshot === undefined || dataset === '' || snapshot === '') {
    return { problem: 'Write it as dataset@snapshot, for example rpool/local/root@blank.' };
  }
  const problem = snapshotProblem(dataset, snapshot);
  return problem === null ? { dataset, snapshot } : { problem };
}
