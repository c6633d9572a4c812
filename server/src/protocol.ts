/**
 * What the editor and the server say to each other besides plain LSP: method names and the shapes that travel.
 * What a host that is listed says is in `protocol/live.ts`, its rows in `protocol/rows.ts`, what else the panel asks in `protocol/panel.ts`.
 * Imports nothing, so that each side makes its request types from its own copy of the LSP library (the two packages carry
 * different copies of the protocol, whose types do not mix).
 */

/** Requests, client to server. */
export const Requests = {
  /** `null` -> {@link HostDto}[]: the hosts of the workspace, in the order they are written. */
  hosts: 'keepsake/hosts',
  /** {@link PersistParams} -> {@link PersistDto}: the edit that keeps these rows. Nothing is written by the server. */
  persist: 'keepsake/persist',
} as const;

/** Parameters and result of each request. */
export interface RequestTypes {
  readonly 'keepsake/hosts': { readonly params: null; readonly result: readonly HostDto[] };
  readonly 'keepsake/persist': { readonly params: PersistParams; readonly result: PersistDto };
}

/** Requests, server to client. */
export const ClientRequests = {
  /**
   * {@link PromptParams} -> {@link PromptResultDto}: ssh asks its user something. Cancelled by LSP's own cancellation when ssh no longer
   * waits. The answer is handed to ssh and kept nowhere; a client must not log it. Sent only to a client that said `prompts`.
   */
  prompt: 'keepsake/prompt',
} as const;

/** Notifications, server to client. */
export const Notifications = {
  /** {@link HostDto}[]: hosts or their facts changed. */
  hostsChanged: 'keepsake/hostsChanged',
} as const;

/** Parameters of each notification to the client. */
export interface NotificationTypes {
  readonly 'keepsake/hostsChanged': readonly HostDto[];
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
  /** The editor judges an open `keepsake.json` by its schema itself, so that the server need not say the same again. */
  readonly validatesJson?: boolean;
  /** What `keepsake/targets/changed` told last (protocol/targets.ts): URIs by host. */
  readonly targets?: Readonly<Record<string, string>>;
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
  /** What the team shares in `keepsake.json` about reaching it. Like all of a workspace, used only when the workspace is trusted. */
  readonly shared: SharedHostDto;
}

/** `hosts.<name>` of `keepsake.json`. Null: it does not say. */
export interface SharedHostDto {
  /** Where ssh connects to. */
  readonly ssh: string | null;
  readonly dataset: string | null;
  readonly snapshot: string | null;
}

export interface HostParams {
  readonly host: string;
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

/** What went wrong and what to do now; both are sentences for the user. */
export interface ProblemDto {
  readonly code: string;
  readonly message: string;
  readonly nextStep: string;
  /** The other side's own words (stderr), cut to a few lines. */
  readonly detail: string;
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
