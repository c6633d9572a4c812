import type { ChangeKind } from '../protocol/rows.ts';

/** One row of a listing of changes. Names are bytes: a file system has no encoding. */
export interface ChangeRecord {
  readonly kind: ChangeKind;
  /** Class character of `zfs diff -F` (`F` file, `/` directory, `@` link …); null when the listing has none. */
  readonly fileType: string | null;
  /** Absolute, without a trailing slash except for `/` itself; empty for a file that is open but has no name any more. */
  readonly path: Buffer;
  /** Where a renamed thing is now; null unless `kind` is `R`. */
  readonly newPath: Buffer | null;
  /** Change of the number of names a file has; 0 when the listing does not speak of it. */
  readonly links: number;
  /** Seconds since the epoch of the last change of the inode, as the listing has them ("1795223055.848000688"), or null. */
  readonly time: string | null;
  /** Bytes of the thing itself; null or not given when the listing does not tell. */
  readonly size?: number | null;
  /** Names that the thing has on its file system; not given when the listing does not tell. */
  readonly names?: number;
  /** A file that some process holds open after its name was removed. */
  readonly unlinked: boolean;
}

/** What a parser could not read: counted, with the first few samples. */
export interface ParseProblems {
  readonly malformed: number;
  /** Rows whose names are not escaped, as `zfs diff -h` prints them: a tab or newline in such a name is lost. */
  readonly unescaped: number;
  readonly samples: readonly { readonly line: number; readonly text: string }[];
}

/** Whole seconds of a time as listings have it; 0 for what is before the epoch or no number. Digit by digit: it is done for every row. */
export function secondsOf(time: string): number {
  let seconds = 0;
  for (let i = 0; i < time.length; i++) {
    const digit = time.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) break;
    seconds = seconds * 10 + digit;
  }
  return Math.min(0xffff_ffff, seconds);
}
