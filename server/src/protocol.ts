/**
 * What the editor and the server say to each other besides plain LSP: method names and the shapes that travel.
 * Imports nothing, so that each side makes its request types from its own copy of the LSP library (the two packages carry
 * different copies of the protocol, whose types do not mix).
 */

/** Requests, client to server. */
export const Requests = {
  /** `null` -> {@link HostDto}[]: the hosts of the workspace, in the order they are written. */
  hosts: 'keepsake/hosts',
  /** {@link StartDiffParams} -> {@link SessionDto}: connects and starts listing changes; replaces a run of the same host. */
  startDiff: 'keepsake/diff/start',
  /** {@link HostParams} -> {@link SessionDto}: ends the run, here and on the host; what was listed stays, marked partial. */
  cancelDiff: 'keepsake/diff/cancel',
  /** {@link ChildrenParams} -> {@link ChildrenDto}: a page of rows below a row (or at the top) of a host's change tree. */
  children: 'keepsake/diff/children',
  /** {@link PersistParams} -> {@link PersistDto}: the edit that keeps these rows. Nothing is written by the server. */
  persist: 'keepsake/persist',
} as const;

/** Parameters and result of each request. */
export interface RequestTypes {
  readonly 'keepsake/hosts': { readonly params: null; readonly result: readonly HostDto[] };
  readonly 'keepsake/diff/start': { readonly params: StartDiffParams; readonly result: SessionDto };
  readonly 'keepsake/diff/cancel': { readonly params: HostParams; readonly result: SessionDto };
  readonly 'keepsake/diff/children': { readonly params: ChildrenParams; readonly result: ChildrenDto };
  readonly 'keepsake/persist': { readonly params: PersistParams; readonly result: PersistDto };
}

/** Notifications, server to client. */
export const Notifications = {
  /** {@link HostDto}[]: hosts or their facts changed. */
  hostsChanged: 'keepsake/hostsChanged',
  /** {@link SessionDto}: a session's state, counts or rows changed. At most a few a second while rows stream in. */
  sessionChanged: 'keepsake/sessionChanged',
} as const;

/** Parameters of each notification to the client. */
export interface NotificationTypes {
  readonly 'keepsake/hostsChanged': readonly HostDto[];
  readonly 'keepsake/sessionChanged': SessionDto;
}

/** Notifications, client to server. */
export const ClientNotifications = {
  /** {@link TrustParams}: the workspace became trusted. There is no way back within a session, as in VS Code. */
  trust: 'keepsake/trust',
} as const;

/** `initializationOptions` of the server. */
export interface InitializationOptions {
  readonly trusted: boolean;
}

export interface TrustParams {
  readonly trusted: boolean;
}

/** Zero-based, UTF-16, as in LSP. */
export interface PositionDto {
  readonly line: number;
  readonly character: number;
}

export interface RangeDto {
  readonly start: PositionDto;
  readonly end: PositionDto;
}

export interface LocationDto {
  readonly uri: string;
  readonly range: RangeDto;
}

export interface SnapshotDto {
  readonly dataset: string;
  readonly snapshot: string;
}

/** A place on the host whose content survives, and where the configuration says so. */
export interface StorageDto {
  /** Null when it can't be decided. */
  readonly path: string | null;
  readonly location: LocationDto;
}

export interface HostDto {
  /** Unique in the workspace; the key of everything asked about the host. */
  readonly name: string;
  /** Where the host is declared (`nixosConfigurations.<name>`). */
  readonly location: LocationDto;
  readonly rootFilesystem: string | null;
  /** The blank snapshot that the host's own configuration rolls back to, when it says so. */
  readonly rollback: SnapshotDto | null;
  /** Storages declared for the host, one for each place that declares a part of one. Empty: nothing is persisted. */
  readonly storages: readonly StorageDto[];
  /** Places of the host's configuration that could not be read. */
  readonly unresolved: number;
}

export interface HostParams {
  readonly host: string;
}

export interface StartDiffParams {
  readonly host: string;
  /** Where the rows come from: a host over ssh, or a captured `zfs diff` (a file: URI). */
  readonly source:
    | {
        readonly kind: 'ssh';
        readonly destination: string;
        readonly dataset: string;
        readonly snapshot: string;
        /** List as root through `sudo -n`. */
        readonly sudo: boolean;
        readonly sshPath: string;
        readonly sshArguments: readonly string[];
        readonly connectTimeoutSeconds: number;
        /** Upper bound for one run; the far side ends it too. */
        readonly runTimeoutSeconds: number;
      }
    | { readonly kind: 'capture'; readonly uri: string };
}

export type SessionState = 'idle' | 'connecting' | 'running' | 'done' | 'cancelled' | 'failed';

/** Number of changed paths by verdict; `lost` by the severity of the loss. */
export interface CountsDto {
  readonly lost: { readonly critical: number; readonly data: number; readonly convenience: number; readonly unknown: number };
  readonly kept: number;
  readonly declared: number;
  readonly mounted: number;
  readonly noise: number;
}

/** What went wrong and what to do now; both are sentences for the user. */
export interface ProblemDto {
  readonly code: string;
  readonly message: string;
  readonly nextStep: string;
  /** The other side's own words (stderr), cut to a few lines. */
  readonly detail: string;
}

export interface SessionDto {
  readonly host: string;
  /**
   * Which run's rows are shown: ids of rows mean something only together with it. 0 before the first run. A run that fails leaves
   * the rows of an earlier one.
   */
  readonly run: number;
  readonly state: SessionState;
  readonly counts: CountsDto;
  /** The rows are not all of them: cut off, cancelled, still coming, or the host complained while listing. */
  readonly partial: boolean;
  readonly problem: ProblemDto | null;
  /** Milliseconds since the epoch; null before the first run. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Grows with every change of the rows or of the state; a client that has seen a later one can forget this one. */
  readonly revision: number;
  /** For people: `ssh web` or the capture's path. */
  readonly source: string;
}

export type Verdict = 'lost' | 'kept' | 'declared' | 'mounted' | 'noise';
export type LossSeverity = 'critical' | 'data' | 'convenience' | 'unknown';
export type ChangeKind = '+' | '-' | 'M' | 'R';

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
}

export interface ChildrenDto {
  readonly rows: readonly RowDto[];
  readonly total: number;
  readonly revision: number;
}

export interface PersistParams {
  readonly host: string;
  /** The run that `rows` are of; an older one is answered with a problem, never with a guess. */
  readonly run: number;
  readonly rows: readonly number[];
}

export interface TextEditDto {
  readonly range: RangeDto;
  readonly newText: string;
}

export interface PersistDto {
  /** Empty when `problem` says why nothing can be written. `version` is the text's version the edits were made for, null when it is not open. */
  readonly files: readonly { readonly uri: string; readonly version: number | null; readonly edits: readonly TextEditDto[] }[];
  /** One sentence: what is written where. */
  readonly description: string;
  /** All hosts that the edit touches, the asked one included. */
  readonly hosts: readonly string[];
  readonly problem: ProblemDto | null;
}

/** `Diagnostic.data` of every finding: what the code action needs to make its edit again from the text as it is then. */
export interface FindingData {
  readonly code: string;
  readonly host: string;
  readonly subject: string;
}
