import type { ChangeTree } from '../remote/changeTree.ts';
import type { CountsDto, LossSeverity, RowDto, Verdict } from '../protocol/rows.ts';
import { lostCount } from '../remote/verdictCode.ts';
import { printable } from '../text/printable.ts';

const severities: readonly LossSeverity[] = ['critical', 'data', 'convenience', 'unknown'];
const pageSize = 1000;

const headings = {
  critical: 'Lost at the next boot, critical',
  data: 'Lost at the next boot, data',
  convenience: 'Lost at the next boot, convenience',
  unknown: 'Lost at the next boot, not in the catalogue',
  declared: 'Declared, but not active yet (switch, and move the data)',
  mounted: 'Mounted now, but not declared (lost after the next switch)',
  kept: 'Kept',
  noise: 'Noise: made anew, or no data',
} as const;

export type Group = keyof typeof headings;

const colours: Partial<Record<Group, string>> = {
  critical: '31;1',
  data: '31',
  convenience: '33',
  unknown: '33',
  declared: '36',
  mounted: '36',
};

/** How many changes of a group are in a tree, or below a row. */
export function countOf(counts: CountsDto, group: Group): number {
  return group === 'critical' || group === 'data' || group === 'convenience' || group === 'unknown' ? counts.lost[group] : counts[group];
}

/** The groups to print: losses worst first, then what needs a step; kept and noise only when `all` is asked for. */
export function groupsOf(all: boolean): Group[] {
  return [...severities, 'declared', 'mounted', ...(all ? (['kept', 'noise'] as const) : [])];
}

/**
 * Lines of one group, by path. A directory that holds changes of this group alone, and is no usual parent of unrelated things, is
 * one line with their number.
 */
export function* groupLines(tree: ChangeTree, group: Group, colour: boolean): Generator<string> {
  const count = countOf(tree.counts(), group);
  if (count === 0) return;
  const heading = `${headings[group]}: ${count}`;
  yield colour ? `\u001b[${colours[group] ?? '2'}m${heading}\u001b[0m` : heading;
  const verdict: Verdict = severities.includes(group as LossSeverity) ? 'lost' : (group as Verdict);
  yield* below(tree, null, group, verdict, new Set());
}

function* below(tree: ChangeTree, parent: number | null, group: Group, verdict: Verdict, told: Set<string>): Generator<string> {
  for (let offset = 0; ; offset += pageSize) {
    const { rows, total } = tree.children(parent, offset, pageSize, [verdict]);
    for (const row of rows) {
      const count = countOf(row.counts, group);
      if (count === 0) continue;
      if (row.hasChildren && !(count > 1 && isUnit(row, count))) {
        if (row.verdict === verdict && belongs(row, group)) yield rowLine(row, told);
        yield* below(tree, row.id, group, verdict, told);
      } else if (row.hasChildren) yield `  ${row.change ?? ' '} ${printable(row.path)}/  (${count} paths)${known(row, told)}`;
      else yield rowLine(row, told);
    }
    if (offset + pageSize >= total) return;
  }
}

function belongs(row: RowDto, group: Group): boolean {
  return row.severity === null ? row.verdict === group : row.severity === group;
}

/** Whether everything listed below the row but noise is of one group, and the row is deep enough to be one thing. */
function isUnit(row: RowDto, count: number): boolean {
  const { kept, declared, mounted, noise } = row.counts;
  const all = lostCount(row.counts) + kept + declared + mounted;
  const depth = row.path.split('/').length - 1;
  const shallow = row.path.startsWith('/var/') || row.path.startsWith('/home/') ? 3 : 2;
  return (count === all || (all === 0 && count === noise)) && depth >= shallow;
}

/** What is known of the row; what its loss means is told once for each kind of state. */
function known(row: RowDto, told: Set<string>): string {
  if (row.keptBy !== null) return `  ${printable(row.keptBy)}`;
  if (row.state === null || row.verdict === 'noise') return '';
  const { title, loss } = row.state;
  if (told.has(title)) return `  ${printable(title)}`;
  told.add(title);
  return `  ${printable(title)}: ${printable(loss)}`;
}

function rowLine(row: RowDto, told: Set<string>): string {
  const to = row.newPath === null ? '' : ` -> ${printable(row.newPath)}`;
  const slash = row.isDirectory && row.path !== '/' ? '/' : '';
  return `  ${row.change ?? ' '} ${printable(row.path)}${slash}${to}${known(row, told)}`;
}
