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

/**
 * A row as it is read. What it says is only good until the next one is read: millions come, and nothing is made for any of them that
 * nobody asks for.
 */
export interface ChangeRow {
  /** The kind's character, one of {@link kindBytes}. */
  readonly kind: number;
  /** The class character of `zfs diff -F`; 0 for none. */
  readonly type: number;
  /** Where the thing is now: from `start` up to `end` of `bytes`. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Where a renamed thing was; null unless the kind is `R`. */
  readonly oldPath: Uint8Array | null;
  /** Whole seconds since the epoch of the last change of the inode; -1 when the listing does not tell. */
  readonly seconds: number;
  /** Bytes of the thing itself; -1 when the listing does not tell. */
  readonly size: number;
  readonly unlinked: boolean;
  /** The row as something to keep, but for its names, which may share memory with the listing. */
  record(): ChangeRecord;
}

/** Characters of kinds, as every listing has them. */
export const kindBytes = { added: 0x2b, removed: 0x2d, modified: 0x4d, renamed: 0x52 } as const;

const kinds: ReadonlyMap<number, ChangeKind> = new Map([
  [kindBytes.added, '+'],
  [kindBytes.removed, '-'],
  [kindBytes.modified, 'M'],
  [kindBytes.renamed, 'R'],
]);

/** The kind of its character; what is none counts as modified. */
export function kindOf(byte: number): ChangeKind {
  return kinds.get(byte) ?? 'M';
}

/** The class of its character; null for 0. */
export function typeOf(byte: number): string | null {
  return byte === 0 ? null : String.fromCharCode(byte);
}

/** A record as a row. */
export function rowOf(record: ChangeRecord): ChangeRow {
  const { kind, fileType, path, newPath, time, size, unlinked } = record;
  const bytes = newPath ?? path;
  return {
    kind: kind.charCodeAt(0),
    type: fileType?.charCodeAt(0) ?? 0,
    bytes,
    start: 0,
    end: bytes.length,
    oldPath: kind === 'R' ? path : null,
    seconds: time === null ? -1 : secondsOf(time),
    size: size == null || !Number.isFinite(size) ? -1 : Math.max(0, size),
    unlinked,
    record: () => record,
  };
}

/** Whole seconds of a time as listings have it; 0 for what is before the epoch or no number. */
function secondsOf(time: string): number {
  return clampSeconds(Number.parseInt(time, 10));
}

/** What a row can hold of a time: 0 for what is before the epoch or no number. */
export function clampSeconds(seconds: number): number {
  return seconds > 0 ? Math.min(0xffff_ffff, seconds) : 0;
}
