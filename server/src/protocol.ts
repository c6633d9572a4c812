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
  /** {@link HostParams} -> {@link ProbeDto}, or null before the first connection: what the host said of itself when it was last connected. */
  probe: 'keepsake/host/probe',
  /** {@link LiveParams} -> {@link SessionDto}: follow the host from now on, or no longer. What is listed stays. */
  setLive: 'keepsake/diff/live',
  /** {@link HostParams} -> {@link SessionDto}: what is listed now has been looked at; marks (`since`) count from here. */
  looked: 'keepsake/diff/looked',
  /** {@link HostParams} -> {@link CrossCheckDto}: lists once more with `zfs diff` and says what the two listings have apart, and why. */
  crossCheck: 'keepsake/diff/crossCheck',
  /** {@link HostParams} -> {@link SessionDto}: ends the run, stops following, closes the connection. What is listed stays. */
  disconnect: 'keepsake/host/disconnect',
} as const;

/** Parameters and result of each request. */
export interface RequestTypes {
  readonly 'keepsake/hosts': { readonly params: null; readonly result: readonly HostDto[] };
  readonly 'keepsake/diff/start': { readonly params: StartDiffParams; readonly result: SessionDto };
  readonly 'keepsake/diff/cancel': { readonly params: HostParams; readonly result: SessionDto };
  readonly 'keepsake/diff/children': { readonly params: ChildrenParams; readonly result: ChildrenDto };
  readonly 'keepsake/persist': { readonly params: PersistParams; readonly result: PersistDto };
  readonly 'keepsake/host/probe': { readonly params: HostParams; readonly result: ProbeDto | null };
  readonly 'keepsake/diff/live': { readonly params: LiveParams; readonly result: SessionDto };
  readonly 'keepsake/diff/looked': { readonly params: HostParams; readonly result: SessionDto };
  readonly 'keepsake/diff/crossCheck': { readonly params: HostParams; readonly result: CrossCheckDto };
  readonly 'keepsake/host/disconnect': { readonly params: HostParams; readonly result: SessionDto };
}

/** Requests, server to client. */
export const ClientRequests = {
  /**
   * {@link PromptParams} -> {@link PromptResultDto}: ssh asks its user something. Cancelled by LSP's own cancellation when ssh no longer
   * waits. The answer is handed to ssh and kept nowhere; a client must not log it. Sent only to a client that said `prompts`.
   */
  prompt: 'keepsake/prompt',
} as const;

export interface ClientRequestTypes {
  readonly 'keepsake/prompt': { readonly params: PromptParams; readonly result: PromptResultDto };
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
  /** The client answers {@link ClientRequests.prompt}. Without it ssh never asks, and what needs an answer fails with a next step. */
  readonly prompts?: boolean;
  /** Commands of the editor's own that code lenses may name (`keepsake.showPlaces`: URI, position, places). */
  readonly commands?: readonly string[];
  /** Nothing else in the editor colours Nix, so that the server is asked to. */
  readonly colourNix?: boolean;
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

/** How a host is reached over ssh. */
export interface SshDto {
  readonly destination: string;
  readonly sshPath: string;
  readonly sshArguments: readonly string[];
  readonly connectTimeoutSeconds: number;
}

/** `walk` compares two walks of the file tree, and sees every name; `zfs-diff` asks ZFS, and loses some hard-linked files. */
export type BackendName = 'walk' | 'zfs-diff';

/**
 * What a walk is compared with. `blank`: the blank snapshot or subvolume. `empty`: nothing, everything on the file system is new (a tmpfs,
 * a subvolume made at boot). `old-root`: the newest root that was moved away (`old_roots`). `boot`: what has changed since the machine was
 * started, for a root that nothing erases. `saved`: the listing that was saved as a baseline on this machine.
 */
export type BaselineName = 'blank' | 'empty' | 'old-root' | 'boot' | 'saved';

/** What of a host is listed, and how. */
export interface ListingDto {
  /** Root dataset and blank snapshot (of btrfs: null and the subvolume's path); null: by what the host's configuration or the host says. */
  readonly dataset: string | null;
  readonly snapshot: string | null;
  /** List as root through `sudo -n`. */
  readonly sudo: boolean;
  /** Upper bound for one run; the far side ends it too. */
  readonly runTimeoutSeconds: number;
  /** Not given, or null: what the probe finds best. */
  readonly backend?: BackendName | null;
  readonly baseline?: BaselineName | null;
}

export interface StartDiffParams {
  readonly host: string;
  /** Where the rows come from: a host over ssh, this machine, or a captured `zfs diff` (a file: URI, or its text). */
  readonly source:
    | ({ readonly kind: 'ssh' } & SshDto & ListingDto)
    | ({ readonly kind: 'local' } & ListingDto)
    | { readonly kind: 'capture'; readonly uri: string }
    /** Pasted text. `label`: for people. */
    | { readonly kind: 'text'; readonly text: string; readonly label: string };
}

export interface LiveParams {
  readonly host: string;
  /** False: pause. Also when nobody looks: a hidden view follows nothing. */
  readonly on: boolean;
  /** Between two looks at the change token; a host without one is walked at most every ten times as long. At least 1. */
  readonly intervalSeconds: number;
}

/** One question of ssh. */
export interface PromptParams {
  readonly host: string;
  readonly destination: string;
  /** `hostKey` wants `yes`, `no` or a fingerprint; `touch` wants nothing and goes away by itself; the others want a secret. */
  readonly kind: 'passphrase' | 'password' | 'hostKey' | 'touch' | 'other';
  /** In ssh's own words, control characters taken out. */
  readonly text: string;
}

export interface PromptResultDto {
  /** Null: the user will not answer. */
  readonly answer: string | null;
}

/** A file system of the host whose content is gone at the next boot. */
export interface ErasedDto {
  readonly mountPoint: string;
  readonly type: string;
  /** Dataset, device, or what the kernel says instead. */
  readonly source: string;
  /** The snapshot's or subvolume's name it is compared with; null when nothing is there to compare with. */
  readonly blank: string | null;
}

export interface BackendDto {
  readonly backend: BackendName;
  readonly baseline: BaselineName;
  /** Null: it can be used; else why not, as a sentence. */
  readonly problem: string | null;
}

/** What a host says of itself. Null where it does not say. */
export interface ProbeDto {
  readonly user: string;
  /** How commands run there: as root, as root through sudo, through sudo for the listing alone, or as the user. */
  readonly rights: 'root' | 'sudo' | 'sudo-listing' | 'user';
  /** `uname -sr`. */
  readonly system: string;
  /** Milliseconds since the epoch, by the host's own clock. */
  readonly bootedAt: number | null;
  /** How far the host's clock is ahead of ours. */
  readonly clockSkewSeconds: number | null;
  /** Store path of the running generation, and of the one that was booted. */
  readonly generation: string | null;
  readonly bootedGeneration: string | null;
  readonly root: { readonly type: string; readonly source: string } | null;
  readonly erased: readonly ErasedDto[];
  readonly zfs: {
    readonly version: string | null;
    readonly datasets: readonly { readonly name: string; readonly mountPoint: string | null }[];
    /** Of the root dataset, `@` left out. */
    readonly snapshots: readonly string[];
  } | null;
  /** Mounts whose content outlives a boot: what is really kept. */
  readonly kept: readonly { readonly mountPoint: string; readonly source: string; readonly type: string }[];
  /** What can be used here; the first usable one is used when nothing else is asked for. */
  readonly backends: readonly BackendDto[];
}

/** One thing that one listing has and the other has not. */
export interface ApartDto {
  readonly path: string;
  /** Why, as a sentence. */
  readonly reason: string;
}

export interface CrossCheckDto {
  /** Null when both were listed whole. */
  readonly problem: ProblemDto | null;
  /** Paths that both have. */
  readonly same: number;
  /** The first thousand of each; the counts are of all. */
  readonly onlyWalk: readonly ApartDto[];
  readonly onlyWalkCount: number;
  readonly onlyZfsDiff: readonly ApartDto[];
  readonly onlyZfsDiffCount: number;
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
  /** How the rows that are shown were listed; null for a capture, and before the first. */
  readonly listedBy: { readonly backend: BackendName; readonly baseline: BaselineName } | null;
  /** What the owner should know of the machine besides its rows, worst first. */
  readonly notes: readonly NoteDto[];
  /** Null when the host is not followed. */
  readonly live: LiveDto | null;
  /** Null while what is shown is what the host said last, and it can be asked again. */
  readonly stale: StaleDto | null;
  /** Paths by what became of them since they were last looked at; null before the second listing. */
  readonly since: SinceDto | null;
}

/** Something that stands between the machine and a safe reboot, or between these rows and the truth. */
export interface NoteDto extends ProblemDto {
  readonly code:
    'no-blank-snapshot' | 'root-not-erased' | 'declared-not-mounted' | 'mounted-not-declared' | 'clock-skew' | 'other-generation';
  readonly severity: 'error' | 'warning' | 'information';
  /** What it is about, at most a hundred; `total` counts all. */
  readonly paths: readonly string[];
  readonly total: number;
}

export interface LiveDto {
  readonly intervalSeconds: number;
  /** The host's change token is watched; false: the tree is walked again from time to time. */
  readonly token: boolean;
}

export interface StaleDto {
  /** Milliseconds since the epoch: when the host was last heard of. */
  readonly since: number;
  readonly problem: ProblemDto;
  /** When it is tried again by itself; null: not before the user asks. */
  readonly retryAt: number | null;
}

export interface SinceDto {
  readonly added: number;
  readonly grown: number;
  readonly gone: number;
  /** The first few of those that are gone: they have no row any more. */
  readonly goneSample: readonly string[];
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
  /** Since it was last looked at. Of a directory: whether anything below is new, else whether anything has grown. */
  readonly since?: 'new' | 'grown' | null;
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
  /** The file that the user chose of `choices`; it is remembered for the host while the server runs. */
  readonly target?: string;
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
  /** Files where the entries would stand as well, that of the edit first: the user's choice. Left out where there is none to make. */
  readonly choices?: readonly { readonly uri: string; readonly name: string }[];
}

/** `Diagnostic.data` of every finding: what the code action needs to make its edit again from the text as it is then. */
export interface FindingData {
  readonly code: string;
  readonly host: string;
  readonly subject: string;
}
