import type { HostParams, ProblemDto } from '../protocol.ts';
import type { ChildrenDto, ChildrenParams, CountsDto } from './rows.ts';

/** What concerns a host that is listed and followed. Requests, client to server. */
export const LiveRequests = {
  /** {@link StartDiffParams} -> {@link SessionDto}: connects and starts listing changes; replaces a run of the same host. */
  startDiff: 'keepsake/diff/start',
  /** {@link HostParams} -> {@link SessionDto}: ends the run, here and on the host; what was listed stays, marked partial. */
  cancelDiff: 'keepsake/diff/cancel',
  /** {@link ChildrenParams} -> {@link ChildrenDto}: a page of rows below a row (or at the top) of a host's change tree. */
  children: 'keepsake/diff/children',
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

/** Parameters and result of each. */
export interface LiveRequestTypes {
  readonly 'keepsake/diff/start': { readonly params: StartDiffParams; readonly result: SessionDto };
  readonly 'keepsake/diff/cancel': { readonly params: HostParams; readonly result: SessionDto };
  readonly 'keepsake/diff/children': { readonly params: ChildrenParams; readonly result: ChildrenDto };
  readonly 'keepsake/host/probe': { readonly params: HostParams; readonly result: ProbeDto | null };
  readonly 'keepsake/diff/live': { readonly params: LiveParams; readonly result: SessionDto };
  readonly 'keepsake/diff/looked': { readonly params: HostParams; readonly result: SessionDto };
  readonly 'keepsake/diff/crossCheck': { readonly params: HostParams; readonly result: CrossCheckDto };
  readonly 'keepsake/host/disconnect': { readonly params: HostParams; readonly result: SessionDto };
}

/** Notifications, server to client. */
export const LiveNotifications = {
  /** {@link SessionDto}: a session's state, counts or rows changed. At most a few a second while rows stream in. */
  sessionChanged: 'keepsake/sessionChanged',
} as const;

/** Parameters of each. */
export interface LiveNotificationTypes {
  readonly 'keepsake/sessionChanged': SessionDto;
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
 * started, for a root that nothing erases.
 */
export type BaselineName = 'blank' | 'empty' | 'old-root' | 'boot';

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
