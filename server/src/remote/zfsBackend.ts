import type { Spawn } from './childOutput.ts';
import { snapshotProblem } from '../text/destination.ts';
import type { Link } from './link.ts';
import { connectionProblem, interruptedProblem, listingProblem, requestProblem } from './problems.ts';
import type { Asked } from './problems.ts';
import { runOnHost } from './remoteRun.ts';
import type { RunEnd } from './remoteRun.ts';
import { diffCommand } from './remoteScript.ts';
import type { ChangeSource, SourceEnd, SourceEvent } from './source.ts';

export interface ZfsRequest {
  readonly link: Link;
  readonly dataset: string;
  readonly snapshot: string;
  /** Where the snapshot can be looked into: being there keeps it mounted, which makes `zfs diff` three times faster. */
  readonly hold?: string;
  /** The far side ends the listing after this long. */
  readonly runTimeoutSeconds: number;
  /** List as root through `sudo -n`; without it the user needs `zfs allow USER diff DATASET`. */
  readonly sudo: boolean;
}

/** Makes words nobody can guess, of letters and digits, for parting what a host says from what others say. */
export interface Marks {
  readonly newMark: () => string;
}

/** What reaches the world. */
export interface BackendTools extends Marks {
  readonly spawn: Spawn;
}

/**
 * The changes of a dataset since a snapshot, as `zfs diff -H -F -t DATASET@SNAPSHOT` lists them over ssh, with the host's mounts
 * before. The host is only read; zfs makes a temporary snapshot for as long as it lists.
 */
export function zfsDiffSource(request: ZfsRequest, tools: Marks): ChangeSource {
  const { link } = request;
  return {
    label: link.label,
    dataset: request.dataset,
    wholeLastLine: false,
    read: (signal) => read(request, tools, signal),
  };
}

/** What can be said against a request before anything is run; null when nothing. */
export function requestFault(request: Pick<ZfsRequest, 'link' | 'dataset' | 'snapshot'>): string | null {
  return request.link.fault ?? snapshotProblem(request.dataset, request.snapshot);
}

async function* read(request: ZfsRequest, tools: Marks, signal: AbortSignal): AsyncGenerator<SourceEvent, SourceEnd> {
  const fault = requestFault(request);
  if (fault !== null) return { complete: false, problem: requestProblem(fault) };
  const { link } = request;
  const command = diffCommand(request.dataset, request.snapshot);
  const options = { mark: tools.newMark(), seconds: request.runTimeoutSeconds, sudo: request.sudo, directory: request.hold ?? '' };
  const running = runOnHost(link, command, options, signal);
  let end: RunEnd | null;
  try {
    for (;;) {
      const next = await running.next();
      if (next.done === true) {
        end = next.value;
        break;
      }
      if (next.value.kind === 'mounts') yield { kind: 'begin', mountinfo: next.value.mountinfo };
      else if (next.value.kind === 'bytes') yield next.value;
    }
  } finally {
    await running.return(null);
  }
  if (end === null) return { complete: false, problem: requestProblem('A name holds a NUL character.') };
  if (signal.aborted) return { complete: false, problem: null };
  const asked: Asked = { ...request, ...link, user: end.user };
  if (!end.begun) return { complete: false, problem: connectionProblem(end.exit, end.greeting, asked, link.program) };
  if (end.status === null) return { complete: false, problem: interruptedProblem({ ...end.exit, stderr: end.stderr }, asked) };
  const problem = listingProblem(end.status, end.stderr, asked);
  return { complete: problem === null, problem };
}
