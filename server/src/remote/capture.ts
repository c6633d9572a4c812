import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { captureProblem } from './problems.ts';
import type { ChangeSource, SourceEnd, SourceEvent } from './source.ts';

export interface Capture {
  /** For people: the path, or "standard input". */
  readonly label: string;
  /** The captured listing; asked anew for every reading. */
  readonly open: () => AsyncIterable<Buffer>;
  /** The text of /proc/self/mountinfo of the host, captured beside; null when there is none. */
  readonly mountinfo: () => Promise<Buffer | null>;
}

/**
 * A captured `zfs diff` as a source of changes, made with any of its options but `-h`. Without the host's mounts, an entry's own path
 * counts as kept: it may be the mount point of it.
 */
export function captureSource(capture: Capture): ChangeSource {
  return { label: capture.label, dataset: null, wholeLastLine: true, read: (signal) => read(capture, signal) };
}

/** A capture in a file; `NAME.mountinfo` beside `NAME.zfsdiff` (or whatever its ending) is taken for the host's mounts. */
export function captureFile(path: string, label = path): ChangeSource {
  return captureSource({
    label,
    open: () => createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>,
    mountinfo: () => readFile(path.replace(/(?<=[^/])\.[^./]+$/, '') + '.mountinfo').catch(() => null),
  });
}

/** A capture that was pasted as text. */
export function captureText(text: string, label: string): ChangeSource {
  return captureSource({ label, open: () => inPieces(Buffer.from(text)), mountinfo: () => Promise.resolve(null) });
}

const pieceLength = 256 * 1024;

// eslint-disable-next-line @typescript-eslint/require-await -- read like a file, which does wait
async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceLength) yield bytes.subarray(at, at + pieceLength);
}

async function* read(capture: Capture, signal: AbortSignal): AsyncGenerator<SourceEvent, SourceEnd> {
  const cancelled: SourceEnd = { complete: false, problem: null };
  let pieces: AsyncIterator<Buffer> | null = null;
  try {
    yield { kind: 'begin', mountinfo: await capture.mountinfo() };
    pieces = capture.open()[Symbol.asyncIterator]();
    for (;;) {
      const next = await unlessAborted(pieces.next(), signal);
      if (next === null) return cancelled;
      if (next.done === true) return { complete: true, problem: null };
      yield { kind: 'bytes', bytes: next.value };
    }
  } catch (error) {
    return signal.aborted ? cancelled : { complete: false, problem: captureProblem(capture.label, error) };
  } finally {
    // Not awaited: standard input may not come to an end before it has something to say.
    pieces?.return?.().catch(() => undefined);
  }
}

/** What `work` comes to, or null as soon as it is given up. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return null;
  let giveUp: (() => void) | undefined;
  const aborted = new Promise<null>((resolve) => {
    giveUp = () => resolve(null);
    signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (giveUp !== undefined) signal.removeEventListener('abort', giveUp);
    work.catch(() => undefined);
  }
}
