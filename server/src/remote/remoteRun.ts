import type { ExitReport } from './childOutput.ts';
import type { Link } from './link.ts';
import { wrapCommand } from './remoteScript.ts';
import type { WrapOptions } from './remoteScript.ts';
import { SectionSplitter } from './sections.ts';
import type { SectionEvent } from './sections.ts';

/** How a command on a host ended. */
export interface RunEnd {
  /** False: the host never began, and `exit` and `greeting` say why. */
  readonly begun: boolean;
  /** The account there, once it has told us. */
  readonly user: string | null;
  /** `timeout` is there, so that it need not be looked for again. */
  readonly timeout: boolean;
  /** The command's own exit status; null when its end never came. */
  readonly status: number | null;
  /** What the command itself wrote to stderr, at most 64 kB; what login shells and ssh say is left out. */
  readonly stderr: Buffer;
  /** The beginning of what came before the host began. */
  readonly greeting: Buffer;
  /** How ssh, or the local shell, ended. */
  readonly exit: ExitReport;
}

const mostGreeting = 4096;
/** Longer than the table of mounts of any machine; more is no table of mounts. */
const mostMounts = 16 << 20;

/** The table of mounts (null when the host has none to show), then what the command prints, in sections if it makes some. */
export type RunEvent = { readonly kind: 'mounts'; readonly mountinfo: Buffer | null } | SectionEvent;

const noExit: ExitReport = { status: null, signal: null, stderr: Buffer.alloc(0), stderrTruncated: false, startError: null };

/**
 * Runs a command on a host, as {@link wrapCommand} wraps it, and yields what it prints. Null instead of an end: a word of it can't be
 * said to any shell. Leaving the loop early ends the command, here and there.
 */
export async function* runOnHost(
  link: Link,
  command: readonly string[],
  options: WrapOptions,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, RunEnd | null> {
  const line = wrapCommand(command, options);
  if (line === null) return null;
  const output = link.run(line, signal);
  const splitter = new SectionSplitter(options.mark);
  let part: 'greeting' | 'mounts' | 'output' | 'end' = 'greeting';
  let user: string | null = null;
  let timeout = false;
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
          if (part === 'greeting') keepSome(greeting, event.bytes, mostGreeting);
          else if (part === 'mounts') keepSome(mounts, event.bytes, mostMounts);
          else if (part === 'output') yield event;
        } else if (event.name === 'mounts') {
          part = 'mounts';
          user = event.value === '' ? null : event.value;
        } else if (event.name === 'listing') {
          part = 'output';
          timeout = event.value === 'timeout';
          yield { kind: 'mounts', mountinfo: mounts.length === 0 ? null : Buffer.concat(mounts) };
        } else if (event.name === 'end') {
          part = 'end';
          const said = Number.parseInt(event.value, 10);
          status = Number.isNaN(said) ? null : said;
        } else if (part === 'output') yield event;
      }
    }
  } finally {
    await output.return(noExit);
  }
  const rest = splitter.finish();
  if (part === 'output' && rest.length > 0) yield { kind: 'bytes', bytes: rest };
  return {
    begun: part !== 'greeting',
    user,
    timeout,
    status,
    stderr: complaints(exit.stderr, options.mark),
    greeting: Buffer.concat(greeting),
    exit,
  };
}

function keepSome(pieces: Buffer[], bytes: Buffer, most: number): void {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length < most) pieces.push(Buffer.from(bytes.subarray(0, most - length)));
}

/** What the command itself wrote to stderr: between the marks; all of it when the first one was cut away. */
function complaints(stderr: Buffer, mark: string): Buffer {
  const begin = stderr.indexOf(`${mark}:begin\n`);
  const from = begin === -1 ? 0 : begin + mark.length + ':begin\n'.length;
  const end = stderr.indexOf(`${mark}:end\n`, from);
  return stderr.subarray(from, end === -1 ? stderr.length : end);
}
