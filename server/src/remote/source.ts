import type { ProblemDto } from '../protocol.ts';

/** What a source hands over while it is read: first, at most once, the host's mounts, then the listing in pieces. */
export type SourceEvent =
  /** The listing is about to begin. `mountinfo` is the text of /proc/self/mountinfo; null when it is not known. */
  { readonly kind: 'begin'; readonly mountinfo: Buffer | null } | { readonly kind: 'bytes'; readonly bytes: Buffer };

/** How reading ended. */
export interface SourceEnd {
  /** Whether all of the listing has come. */
  readonly complete: boolean;
  /** What the source has to say: always when it is not complete (other than by our own cancelling), and also when it is in doubt. */
  readonly problem: ProblemDto | null;
}

/** Where a listing comes from: a host over ssh, or a capture. */
export interface ChangeSource {
  /** For people: `ssh web`, or the name of a file. */
  readonly label: string;
  /** What is listed; null when it is not known. */
  readonly dataset: string | null;
  /** Whether a last line without a newline is whole: in a file it is, from a host it was cut off. */
  readonly wholeLastLine: boolean;
  /** Reads until the end or the abort; never throws for what the other side does. Each call reads anew. */
  read(signal: AbortSignal): AsyncGenerator<SourceEvent, SourceEnd>;
}
