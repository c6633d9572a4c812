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
 * A captured `zfs diff` as a source of changes, made with any of its options but `-h`. Without the host's mounts, what is declared
 * counts as kept: whether it was active when the capture was made can't be known.
 */
export function captureSource(capture: Capture): ChangeSource {
  return { label: capture.label, dataset: null, wholeLastLine: true, read: (signal) => read(capture, signal) };
}

/** A capture in a file; `PATH.mountinfo` beside it is taken for the host's mounts. */
export function captureFile(path: string, label = path): ChangeSource {
  return captureSource({
    label,
    open: () => createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>,
    mountinfo: () => readFile(`${path}.mountinfo`).catch(() => null),
  });
}

async function* read(capture: Capture, signal: AbortSignal): AsyncGenerator<SourceEvent, SourceEnd> {
  try {
    yield { kind: 'begin', mountinfo: await capture.mountinfo() };
    for await (const bytes of capture.open()) {
      if (signal.aborted) return { complete: false, problem: null };
      yield { kind: 'bytes', bytes };
    }
    return { complete: true, problem: null };
  } catch (error) {
    return { complete: false, problem: captureProblem(capture.label, error) };
  }
}
