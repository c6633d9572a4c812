import { Coverage } from '../host/coverage.ts';
import type { HostModel } from '../host/hostModel.ts';
import { declaredInStorages, storedAt } from '../host/stored.ts';
import type { ProblemDto } from '../protocol.ts';
import type { RowDto } from '../protocol/rows.ts';
import type { CopyPlanDto, CopyPlanParams, LookDto, LookParams, OrphansDto } from '../protocol/panel.ts';
import { copyPlan, type CopyItem } from '../remote/copyPlan.ts';
import { blankPlace, lookAt, mayBeSecret } from '../remote/look.ts';
import { findOrphans } from '../remote/storedPaths.ts';
import { maskOf } from '../remote/verdictCode.ts';
import { placeOf } from './chosenRows.ts';
import { isProblem, type PanelHost } from './panelHost.ts';
import { problem, ROWS_GONE } from './problems.ts';
import type { Sessions } from './sessions.ts';

/** Most things of one copy plan: more is no text that a person reads. */
const MOST_ITEMS = 200;

/** The commands that move what is there into storage, for chosen rows, or for all that is declared and not active yet. */
export function copyPlanFor(sessions: Sessions, host: HostModel, params: CopyPlanParams): CopyPlanDto {
  const rows = params.rows.length > 0 ? sessions.rows(params) : declaredBelow(sessions, params, null);
  if (rows === null) return noPlan(ROWS_GONE);
  const coverage = new Coverage(host);
  const items = new Map<string, CopyItem>();
  let undeclared = 0;
  const pending = [...rows];
  for (let row = pending.shift(); row !== undefined && items.size <= MOST_ITEMS; row = pending.shift()) {
    const entry = coverage.of(placeOf(row));
    const [to] = entry === null ? [] : storedAt(entry);
    if (entry !== null && entry.path !== null && to !== undefined && to !== entry.path)
      items.set(entry.path, { from: entry.path, to, kind: entry.kind, moveAside: entry.mechanism === 'impermanence' });
    else {
      // Of a directory that is not declared itself, something in it may be.
      const below = row.counts.declared > 0 ? declaredBelow(sessions, params, row.id) : null;
      if (below === null || below.length === 0) undeclared++;
      else pending.push(...below);
    }
  }
  if (items.size === 0) {
    if (undeclared === 0) return noPlan(problem('nothing-to-copy', 'Everything that is declared is active.', ''));
    return noPlan(problem('not-declared', 'Nothing of this is declared with a storage that can be told.', 'Persist it first.'));
  }
  if (items.size > MOST_ITEMS) return noPlan(problem('too-many', 'That would be more commands than anybody reads.', 'Choose fewer rows.'));
  return { text: copyPlan(host.name, outermost([...items.values()]), `nixos-rebuild switch --flake .#${host.name}`), problem: null };
}

/** Rows of a directory, or at the top, that are declared and not active yet, or hold such; null when the run is shown no more. */
function declaredBelow(sessions: Sessions, { host, run }: CopyPlanParams, parent: number | null): readonly RowDto[] | null {
  const query = { parent, offset: 0, limit: MOST_ITEMS * 5, mask: maskOf(['declared']), arrangement: 'tree', filter: '' } as const;
  return sessions.view(host, run)?.page(query).rows ?? null;
}

/** What lies in another thing that is copied comes along with it. */
function outermost(items: readonly CopyItem[]): readonly CopyItem[] {
  const sorted = items.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  return sorted.filter(({ from }) => !sorted.some((other) => from.startsWith(`${other.from}/`)));
}

/** The content of a row's file, now or in the blank snapshot. */
export async function look(sessions: Sessions, on: PanelHost | ProblemDto, params: LookParams, signal: AbortSignal): Promise<LookDto> {
  const nothing: LookDto = { text: null, size: null, cut: false, secret: false, problem: null };
  const row = sessions.rows({ host: params.host, run: params.run, rows: [params.row] })?.[0];
  if (row === undefined) return { ...nothing, problem: ROWS_GONE };
  if (isProblem(on)) return { ...nothing, problem: on };
  const now = placeOf(row);
  if (now.includes('\u{fffd}'))
    return { ...nothing, problem: problem('name-not-text', 'Its name is no text, so it can’t be asked for.', '') };
  if (mayBeSecret(now) && !params.secrets) return { ...nothing, secret: true };
  if (params.from === 'now') return lookAt(on.access, now, signal);
  // Of a renamed file the snapshot has the old name.
  const before = blankPlace(on.blanks, row.path);
  if (before !== null) return lookAt(on.access, before, signal);
  return {
    ...nothing,
    problem: problem('no-snapshot', 'There is no blank snapshot to look into.', 'Only what is there now can be shown.'),
  };
}

/** What lies in the storages of a host and is declared no longer. */
export async function orphans(on: PanelHost | ProblemDto, host: HostModel, signal: AbortSignal): Promise<OrphansDto> {
  if (isProblem(on)) return noOrphans(on);
  const declarations = [...declaredInStorages(host)].map(([storage, paths]) => ({ storage, paths }));
  if (declarations.length === 0) return noOrphans(problem('no-storage', `${host.name} declares no storage that can be told.`, ''));
  const found = await findOrphans(on.access, declarations, signal);
  if ('problem' in found) return noOrphans(found.problem);
  return {
    orphans: found.orphans.map((orphan) => ({ ...orphan, original: orphan.path.slice(orphan.storage.length) })),
    cut: found.cut,
    problem: null,
  };
}

function noPlan(why: ProblemDto): CopyPlanDto {
  return { text: '', problem: why };
}

function noOrphans(why: ProblemDto): OrphansDto {
  return { orphans: [], cut: false, problem: why };
}
