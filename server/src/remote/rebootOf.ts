import type { SessionDto } from '../protocol/live.ts';
import type { VerdictGroup } from '../protocol/rows.ts';
import type { RebootDto } from '../protocol/panel.ts';
import { rebootReport, type LostPlace } from './rebootReport.ts';
import type { TreeView } from './treeView.ts';
import { codes } from './verdictCode.ts';

/** Paths of one verdict that a report looks at; it tells fewer. */
const MOST_PLACES = 1000;

/** What the configuration says that bears on it; nothing of a host that it has not. */
export interface ConfiguredFacts {
  /** Storages that are surely not mounted by the initrd. */
  readonly lateStorages: readonly string[];
  /** Places that could not be read. */
  readonly unread: number;
}

/**
 * Whether a host can be rebooted, by its last listing (null: it was not listed) and its configuration. `view`: the rows of the listing,
 * null when they are not shown any more.
 */
export function rebootOf(host: string, configured: ConfiguredFacts, described: SessionDto | null, view: TreeView | null): RebootDto {
  const places = (group: VerdictGroup): readonly LostPlace[] => placesOf(view, group);
  const paths = (group: VerdictGroup): readonly string[] => places(group).map(({ path }) => path);
  const listed = described !== null && view !== null;
  return rebootReport({
    host,
    counts: listed ? described.counts : null,
    partial: described?.partial ?? false,
    problem: described?.stale?.problem ?? (described?.state === 'failed' ? described.problem : null),
    lost: { critical: places('critical'), data: places('data'), unknown: places('unknown') },
    declared: paths('declared'),
    mounted: paths('mounted'),
    notes: described?.notes ?? [],
    ...configured,
  });
}

function placesOf(view: TreeView | null, group: VerdictGroup): readonly LostPlace[] {
  const mask = 1 << codes[group];
  const page = view?.page({ parent: null, offset: 0, limit: MOST_PLACES, mask, arrangement: 'list', filter: '' });
  return (page?.rows ?? []).map((row) => ({ path: row.newPath ?? row.path, loss: row.state?.loss ?? null }));
}
