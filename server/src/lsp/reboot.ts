import type { HostModel } from '../host/hostModel.ts';
import { isNeededForBoot, mountOf } from '../host/mountFacts.ts';
import type { VerdictGroup } from '../protocol/rows.ts';
import type { RebootDto } from '../protocol/panel.ts';
import { rebootReport, type LostPlace } from '../remote/rebootReport.ts';
import type { TreeView } from '../remote/treeView.ts';
import { codes } from '../remote/verdictCode.ts';
import type { Sessions } from './sessions.ts';

/** Paths of one verdict that a report looks at; it tells fewer. */
const MOST_PLACES = 1000;

/** Whether a host can be rebooted, by its last listing and its configuration. */
export function reboot(sessions: Sessions, name: string, host: HostModel | null): RebootDto {
  const session = sessions.of(name);
  const described = session?.describe() ?? null;
  const view = session === null ? null : sessions.view(name, session.run);
  const places = (group: VerdictGroup): readonly LostPlace[] => placesOf(view, group);
  const paths = (group: VerdictGroup): readonly string[] => places(group).map(({ path }) => path);
  const listed = described !== null && view !== null;
  return rebootReport({
    host: name,
    counts: listed ? described.counts : null,
    partial: described?.partial ?? false,
    problem: described?.stale?.problem ?? (described?.state === 'failed' ? described.problem : null),
    lost: { critical: places('critical'), data: places('data'), unknown: places('unknown') },
    declared: paths('declared'),
    mounted: paths('mounted'),
    notes: described?.notes ?? [],
    lateStorages: host === null ? [] : lateStorages(host),
    unread: host?.unresolved.length ?? 0,
  });
}

/** Storages whose file system is surely not mounted by the initrd. */
function lateStorages(host: HostModel): readonly string[] {
  const storages = new Set(host.storages.flatMap(({ storage, conditions }) => (storage === null || conditions.length > 0 ? [] : storage)));
  return [...storages].filter((storage) => {
    const mount = mountOf(host, storage);
    return mount !== null && isNeededForBoot(host, mount) === false;
  });
}

function placesOf(view: TreeView | null, group: VerdictGroup): readonly LostPlace[] {
  const mask = 1 << codes[group];
  const page = view?.page({ parent: null, offset: 0, limit: MOST_PLACES, mask, arrangement: 'list', filter: '' });
  return (page?.rows ?? []).map((row) => ({ path: row.newPath ?? row.path, loss: row.state?.loss ?? null }));
}
