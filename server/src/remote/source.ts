import type { ProblemDto } from '../protocol.ts';
import type { BackendName, BaselineName } from '../protocol/live.ts';
import type { ChangeRecord } from './changeRecord.ts';

/** What a source hands over while it is read: first, at most once, the host's mounts, then the listing in pieces. */
export type SourceEvent =
  | {
      /** The listing is about to begin. `mountinfo` is the text of /proc/self/mountinfo; null when it is not known. */
      readonly kind: 'begin';
      readonly mountinfo: Buffer | null;
      /** What the host said of itself, where the listing asks it: see `HostFacts.state`, and the seconds since its start. */
      readonly state?: string;
      readonly upSeconds?: number | null;
      /** What is listed, where only the reading finds out. */
      readonly dataset?: string;
      /** Mount points of all that is listed and gone at the next boot. */
      readonly erased?: readonly string[];
      readonly listedBy?: { readonly backend: BackendName; readonly baseline: BaselineName };
      /** Paths that activation makes anew at each boot, as the host itself says. */
      readonly copied?: readonly string[];
    }
  /** Text of `zfs diff`. */
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** Changes that the source itself has made out. */
  | { readonly kind: 'records'; readonly records: readonly ChangeRecord[] };

/** How reading ended. */
export interface SourceEnd {
  /** Whether all of the listing has come. */
  readonly complete: boolean;
  /** What the source has to say: always when it is not complete (other than by our own cancelling), and also when it is in doubt. */
  readonly problem: ProblemDto | null;
  /** Although not complete, it is all that this source will ever tell; an older listing would not be nearer to the truth. */
  readonly lasting?: true;
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
