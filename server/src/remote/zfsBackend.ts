import type { ExitReport, Spawn } from './childOutput.ts';
import { destinationProblem, snapshotProblem } from './destination.ts';
import { connectionProblem, interruptedProblem, listingProblem, requestProblem } from './problems.ts';
import type { Asked } from './problems.ts';
import { diffCommand, wrapCommand } from './remoteScript.ts';
import { SectionSplitter } from './sections.ts';
import type { ChangeSource, SourceEnd, SourceEvent } from './source.ts';
import { runSsh } from './ssh.ts';
import type { SshTarget } from './ssh.ts';

export interface ZfsRequest {
  readonly target: SshTarget;
  readonly dataset: string;
  readonly snapshot: string;
  /** The far side ends the listing after this long. */
  readonly runTimeoutSeconds: number;
  /** List as root through `sudo -n`; without it the user needs `zfs allow USER diff DATASET`. */
  readonly sudo: boolean;
}

/** What a backend is given to reach the world. */
export interface BackendTools {
  readonly spawn: Spawn;
  /** A word nobody can guess, of letters and digits. */
  readonly newMark: () => string;
}

const mostGreeting = 4096;

/**
 * The changes of a dataset since a snapshot, as `zfs diff -H -F -t DATASET@SNAPSHOT` lists them over ssh, with the host's mounts
 * before. The host is only read; zfs makes a temporary snapshot for as long as it lists.
 */
export function zfsDiffSource(request: ZfsRequest, tools: BackendTools): ChangeSource {
  return {
    label: `ssh ${request.target.destination}`,
    dataset: request.dataset,
    wholeLastLine: false,
    read: (signal) => read(request, tools, signal),
  };
}

/** What can be said against a request before anything is run; null when nothing. */
export function requestFault(request: Pick<ZfsRequest, 'target' | 'dataset' | 'snapshot'>): string | null {
  return destinationProblem(request.target.destination) ?? snapshotProblem(request.dataset, request.snapshot);
}

async function* read(request: ZfsRequest, tools: BackendTools, signal: AbortSignal): AsyncGenerator<SourceEvent, SourceEnd> {
  const fault = requestFault(request);
  if (fault !== null) return { complete: false, problem: requestProblem(fault) };
  const mark = tools.newMark();
  const command = diffCommand(request.dataset, request.snapshot);
  const line = wrapCommand(command, { mark, seconds: request.runTimeoutSeconds, sudo: request.sudo });
  if (line === null) return { complete: false, problem: requestProblem('A name holds a NUL character.') };

  const output = runSsh(tools.spawn, request.target, line, signal);
  const splitter = new SectionSplitter(mark);
  let section = '';
  let user: string | null = null;
  let status: number | null = null;
  const greeting: Buffer[] = [];
  const mounts: Buffer[] = [];
  let exit: ExitReport;
  try {
    for (;;) {
      const next = await output.next();
      if (next.done === true) {
        exit = next.value;
        break;
      }
      for (const event of splitter.push(next.value)) {
        if (event.kind === 'bytes') {
          if (section === '') keepSome(greeting, event.bytes, mostGreeting);
          else if (section === 'mounts') keepSome(mounts, event.bytes, 16 << 20);
          else if (section === 'listing') yield event;
          continue;
        }
        section = event.name;
        if (section === 'mounts') user = event.value === '' ? null : event.value;
        else if (section === 'listing') yield { kind: 'begin', mountinfo: mounts.length === 0 ? null : Buffer.concat(mounts) };
        else if (section === 'end') status = Number.parseInt(event.value, 10);
      }
    }
  } finally {
    await output.return({ status: null, signal: null, stderr: Buffer.alloc(0), stderrTruncated: false, startError: null });
  }
  const rest = splitter.finish();
  if (section === 'listing' && rest.length > 0) yield { kind: 'bytes', bytes: rest };
  if (signal.aborted) return { complete: false, problem: null };

  const asked: Asked = {
    destination: request.target.destination,
    dataset: request.dataset,
    snapshot: request.snapshot,
    connectTimeoutSeconds: request.target.connectTimeoutSeconds,
    runTimeoutSeconds: request.runTimeoutSeconds,
    user,
  };
  if (section === '') return { complete: false, problem: connectionProblem(exit, Buffer.concat(greeting), asked, request.target.sshPath) };
  const stderr = complaints(exit.stderr, mark);
  if (status === null || Number.isNaN(status)) return { complete: false, problem: interruptedProblem({ ...exit, stderr }, asked) };
  const problem = listingProblem(status, stderr, asked);
  return { complete: problem === null, problem };
}

function keepSome(pieces: Buffer[], bytes: Buffer, most: number): void {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length < most) pieces.push(Buffer.from(bytes.subarray(0, most - length)));
}

/** What the listing itself wrote to stderr: between the marks; all of it when the first one was cut away. */
function complaints(stderr: Buffer, mark: string): Buffer {
  const begin = stderr.indexOf(`${mark}:begin\n`);
  const from = begin === -1 ? 0 : begin + mark.length + ':begin\n'.length;
  const end = stderr.indexOf(`${mark}:end\n`, from);
  return stderr.subarray(from, end === -1 ? stderr.length : end);
}
