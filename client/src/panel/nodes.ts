import type { HostDto, ProblemDto } from '../../../server/src/protocol.ts';
import type { SessionDto } from '../../../server/src/protocol/live.ts';
import type { RowDto, VerdictGroup } from '../../../server/src/protocol/rows.ts';

/** A host of the workspace, at the top of the tree. */
export interface HostNode {
  readonly kind: 'host';
  readonly name: string;
}

/** The rows of one verdict of a host. */
export interface GroupNode {
  readonly kind: 'group';
  readonly host: string;
  readonly run: number;
  readonly group: VerdictGroup;
  readonly places: number;
  readonly paths: number;
  readonly size: number | null;
}

/** Within a group, what belongs to one service. */
export interface ServiceNode {
  readonly kind: 'service';
  readonly host: string;
  readonly run: number;
  readonly group: VerdictGroup;
  /** Null: to none that the catalogue knows. */
  readonly title: string | null;
  readonly loss: string;
  readonly places: number;
  readonly paths: number;
  readonly size: number | null;
}

/** A path of a host's change tree. */
export interface RowNode {
  readonly kind: 'row';
  readonly host: string;
  readonly run: number;
  readonly group: VerdictGroup;
  readonly row: RowDto;
}

/** Says how it stands with a host, and does the next step when clicked. */
export interface StateNode {
  readonly kind: 'state';
  readonly host: string;
  readonly state:
    'unconnected' | 'connecting' | 'listing' | 'stopped' | 'partial' | 'failed' | 'nextStep' | 'empty' | 'unavailable' | 'stale' | 'note';
  readonly problem: ProblemDto | null;
  readonly source: string;
  readonly count: number;
}

/** The rest of a long directory. */
export interface MoreNode {
  readonly kind: 'more';
  readonly host: string;
  /** What it is the rest of; see {@link PanelModel.loadMore}. */
  readonly list: string;
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

/** The text that the rows are filtered by; a click changes it. */
export interface FilterNode {
  readonly kind: 'filter';
  readonly host: string;
  readonly text: string;
  readonly found: boolean;
}

export type PanelNode = HostNode | GroupNode | ServiceNode | RowNode | StateNode | MoreNode | HiddenNode | FilterNode;

/** What is known about one host, for its row. */
export interface HostView {
  readonly host: HostDto;
  readonly session: SessionDto | null;
}
