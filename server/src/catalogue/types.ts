/** The shapes of `state.json` and `ephemeral.json`: what is known about state on NixOS. Data only; this room imports nothing. */

export type LossSeverity = 'critical' | 'data' | 'convenience' | 'cache';

/** A place where state lives. */
export interface StatePath {
  /** Absolute for scope `system`, below the home for scope `user`. */
  readonly path: string;
  readonly kind: 'directory' | 'file';
  readonly user?: string;
  readonly group?: string;
  readonly mode?: string;
  /** The path is the real one below /var/lib/private; the short one is a link that systemd makes. */
  readonly dynamicUser?: boolean;
  /** Oldest first; the last whose `atLeast` is not newer than the host's `system.stateVersion` holds. */
  readonly stateVersion?: readonly { readonly atLeast: string; readonly path: string }[];
}

/** One kind of state: which options imply it, where it lives, and what its loss means. */
export interface StateEntry {
  readonly id: string;
  readonly title: string;
  readonly options: readonly string[];
  readonly hmOptions?: readonly string[];
  readonly always?: boolean;
  /** Options that say the state is kept otherwise, or not wanted: one of them given, nothing is missing. */
  readonly unless?: readonly string[];
  /** Options that have to be given too for there to be any state. */
  readonly requires?: readonly string[];
  /** A login shell by name, whose state it is: only of users whose shell it is. */
  readonly shell?: string;
  /** A cache that takes long to fill again, so that keeping it is no mistake. */
  readonly costly?: boolean;
  /** False: the options only hint at the state, so that it is explained but never told to be missing. */
  readonly implied?: boolean;
  /** The option whose release decides between places of `stateVersion`; left out, `system.stateVersion` (users: `home.stateVersion`). */
  readonly stateVersionOption?: string;
  readonly pathOption?: string;
  readonly paths: readonly StatePath[];
  readonly severity: LossSeverity;
  readonly scope: 'system' | 'user';
  readonly loss: string;
  readonly note?: string;
  readonly source: string;
  readonly verified: boolean;
}

/** A pattern of paths that are made anew, or look so. `*` stays inside one component, `**` does not. */
export interface EphemeralPattern {
  readonly pattern: string;
  readonly reason: string;
  readonly safe: boolean | 'depends';
  readonly dependsOn?: string;
  /** It takes long to make again, so that keeping it is no mistake. */
  readonly costly?: boolean;
}
