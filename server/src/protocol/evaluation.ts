import type { HostParams, ProblemDto } from '../protocol.ts';

/** What concerns the check against the real Nix. Requests, client to server. */
export const EvaluationRequests = {
  /**
   * {@link EvaluateParams} -> {@link EvaluationDto}: evaluates what a host keeps with the real Nix, and uses it from now on. Shown as progress,
   * which can be cancelled, unless the editor shows it; the request can be cancelled in any case.
   */
  evaluate: 'keepsake/evaluation/start',
  /** `null` -> {@link EvaluatedHostDto}[]: the hosts that Nix was asked of. */
  evaluated: 'keepsake/evaluation/hosts',
  /** {@link HostParams} -> {@link EvaluatedHostDto}[]: what Nix said of the host is no longer used; the others. */
  forget: 'keepsake/evaluation/forget',
} as const;

/** Parameters and result of each. */
export interface EvaluationRequestTypes {
  readonly 'keepsake/evaluation/start': { readonly params: EvaluateParams; readonly result: EvaluationDto };
  readonly 'keepsake/evaluation/hosts': { readonly params: null; readonly result: readonly EvaluatedHostDto[] };
  readonly 'keepsake/evaluation/forget': { readonly params: HostParams; readonly result: readonly EvaluatedHostDto[] };
}

export interface EvaluateParams extends HostParams {
  /** How long Nix may take. Not given: ten minutes. */
  readonly timeoutSeconds?: number;
  /** The editor itself shows that it takes a while, with a way to cancel. */
  readonly shown?: boolean;
}

export interface EvaluationDto {
  /** Null when Nix has answered. A `cancelled` one was asked for. */
  readonly problem: ProblemDto | null;
  /** Entries that Nix keeps. */
  readonly entries: number;
  /** Findings `differs-from-nix` of the host, silenced ones among them. */
  readonly differences: number;
}

export interface EvaluatedHostDto {
  readonly host: string;
  /** False: what the host keeps was changed since, and what Nix said is set aside until it is as it was. */
  readonly used: boolean;
}
