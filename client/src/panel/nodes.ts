import type { HostDto, ProblemDto, RowDto, SessionDto } from '../../../server/src/protocol.ts';

/** A host of the workspace, at the top of the tree. */
export interface HostNode {
  readonly kind: 'host';
  readonly name: string;
}

/** A path of a host's change tree. */
export interface RowNode {
  readonly kind: 'row';
  readonly host: string;
  readonly run: number;
  readonly row: RowDto;
}

/** Says how it stands with a host, and does the next step when clicked. */
export interface StateNode {
  readonly kind: 'state';
  readonly host: string;
  readonly state: 'unconnected' | 'connecting' | 'listing' | 'stopped' | 'partial' | 'failed' | 'nextStep' | 'empty' | 'unavailable';
  readonly problem: ProblemDto | null;
  readonly source: string;
  readonly count: number;
}

/** The rest of a long directory. */
export interface MoreNode {
  readonly kind: 'more';
  readonly host: string;
  /** Path of the directory, null for the top of the host. */
  readonly parent: string | null;
  readonly shown: number;
  readonly total: number;
}

/** What the filter leaves out, as a count that opens it. */
export interface HiddenNode {
  readonly kind: 'hidden';
  readonly host: string;
  readonly kept: number;
  readonly noise: number;
}

export type PanelNode = HostNode | RowNode | StateNode | MoreNode | HiddenNode;

/** What is known about one host, for its row. */
export interface HostView {
  readonly host: HostDto;
  readonly session: SessionDto | null;
}
