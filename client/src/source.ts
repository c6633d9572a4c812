import type { HostDto, StartDiffParams } from '../../server/src/protocol.ts';
import type { HostSettings, Settings } from './settings.ts';

/** What has to be asked before a host can be listed. */
export type Missing = 'destination' | 'snapshot';

export type Source = { readonly source: StartDiffParams['source'] } | { readonly missing: Missing };

/**
 * Where a host's changes come from, by its settings and by what its own configuration says; or what is still missing.
 * The destination is never guessed: a host is connected to only when its user has said where it is.
 *
 * @param captureUri turns the setting's path (absolute, or relative to the host's folder) into a URI
 */
export function sourceOf(host: HostDto, settings: Settings, captureUri: (path: string) => string): Source {
  const own: HostSettings = settings.hosts[host.name] ?? {};
  if (own.capture !== undefined) return { source: { kind: 'capture', uri: captureUri(own.capture) } };
  if (own.destination === undefined) return { missing: 'destination' };
  const dataset = own.dataset ?? host.rollback?.dataset;
  const snapshot = own.snapshot ?? host.rollback?.snapshot;
  if (dataset === undefined || snapshot === undefined) return { missing: 'snapshot' };
  return {
    source: {
      kind: 'ssh',
      destination: own.destination,
      dataset,
      snapshot,
      sudo: own.sudo === true,
      sshPath: settings.sshPath,
      sshArguments: settings.sshArguments,
      connectTimeoutSeconds: settings.connectTimeoutSeconds,
      runTimeoutSeconds: settings.diffTimeoutSeconds,
    },
  };
}

/** Whether a listing can work: the root is on ZFS for all that is known, or the user has named a dataset. */
export function isLiveReadable(host: HostDto, settings: Settings): boolean {
  const { rootFilesystem, rollback } = host;
  return rootFilesystem === null || rootFilesystem === 'zfs' || rollback !== null || settings.hosts[host.name]?.dataset !== undefined;
}

/** Why a text is no ssh destination, or null. The server checks again; this is for the input box. */
export function destinationProblem(text: string): string | null {
  if (text.trim() === '') return 'Name the host as ssh knows it, for example web or root@192.0.2.7.';
  if (text.trim().startsWith('-')) return 'A destination does not start with a dash.';
  if (/[\s\u0000-\u001f\u007f]/.test(text.trim())) return 'A destination has no spaces.';
  return null;
}

/** `dataset@snapshot` in its two parts, or why it is none. */
export function parseSnapshot(text: string): { readonly dataset: string; readonly snapshot: string } | { readonly problem: string } {
  const parts = text.trim().split('@');
  const [dataset, snapshot] = parts;
  if (parts.length !== 2 || dataset === undefined || snapshot === undefined || dataset === '' || snapshot === '') {
    return { problem: 'Write it as dataset@snapshot, for example rpool/local/root@blank.' };
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9_.:/ -]*$/.test(dataset) || !/^[A-Za-z0-9_.:][A-Za-z0-9_.: -]*$/.test(snapshot)) {
    return { problem: 'ZFS names have letters, digits and _ - . : only, and / between datasets.' };
  }
  return { dataset, snapshot };
}
