export type Verdict = 'lost' | 'kept' | 'declared' | 'mounted' | 'noise';

export type LossSeverity = 'critical' | 'data' | 'convenience' | 'unknown';

export type ChangeKind = '+' | '-' | 'M' | 'R';

/** Number of changed paths by verdict; `lost` by the severity of the loss. */
export interface CountsDto {
  readonly lost: { readonly critical: number; readonly data: number; readonly convenience: number; readonly unknown: number };
  readonly kept: number;
  readonly declared: number;
  readonly mounted: number;
  readonly noise: number;
}

export interface ChildrenParams {
  readonly host: string;
  /** The run that `parent` is of; rows of an older run are gone, and the answer is empty. */
  readonly run: number;
  /** `id` of the row, or null for the top. */
  readonly parent: number | null;
  readonly offset: number;
  readonly limit: number;
  /** Verdicts to show; a directory is shown when anything below it is. */
  readonly verdicts: readonly Verdict[];
  /** Of what would be lost, only these; all when not given. */
  readonly severities?: readonly LossSeverity[];
  /** How the top is arranged; `tree` when not given. Below a row it is always the tree. */
  readonly arrangement?: Arrangement;
  /** Only what the catalogue says belongs to the service of this title; null: to none that it knows. For arrangements other than `tree`. */
  readonly service?: string | null;
  /** Only paths that hold this text, whatever its case. */
  readonly filter?: string;
}

/** `tree`: by directory. The others list the things worth keeping (`/var/lib/headscale`, not its files), by path, size or last change. */
export type Arrangement = 'tree' | 'list' | 'size' | 'time';

/** What rows are grouped by: the verdict, and how bad a loss is. */
export type VerdictGroup = LossSeverity | 'mounted' | 'declared' | 'kept' | 'noise';

export interface RowDto {
  /** Stable within one run of one host. */
  readonly id: number;
  /** The last component; not UTF-8: with replacement characters. A chain of lone directories is one row (`var/lib`). */
  readonly name: string;
  readonly path: string;
  readonly isDirectory: boolean;
  /** Null for a directory that did not change itself and is there for what is below it. */
  readonly change: ChangeKind | null;
  /** Class letter of `zfs diff -F`: `F` file, `/` directory, `@` link …; null like `change`. */
  readonly fileType: string | null;
  readonly newPath: string | null;
  readonly verdict: Verdict | null;
  readonly severity: LossSeverity | null;
  /** The entry that keeps it, as a person would say it; null when nothing does. */
  readonly keptBy: string | null;
  /** What the catalogue knows about it; null when nothing. */
  readonly state: { readonly title: string; readonly loss: string } | null;
  /** Of the row and everything below it. */
  readonly counts: CountsDto;
  readonly hasChildren: boolean;
  /** Bytes of what was asked for, at the row and below it; null when the listing does not tell sizes. */
  readonly size?: number | null;
  /** Milliseconds since the epoch: the last change at the row or below it; null when the listing does not tell. */
  readonly time?: number | null;
  /** Since it was last looked at. Of a directory: whether anything below is new, else whether anything has grown. */
  readonly since?: 'new' | 'grown' | null;
}

export interface ChildrenDto {
  readonly rows: readonly RowDto[];
  readonly total: number;
  readonly revision: number;
}
