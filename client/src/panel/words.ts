import type { SessionDto } from '../../../server/src/protocol/live.ts';
import type { ChangeKind, CountsDto, LossSeverity, RowDto, Verdict, VerdictGroup } from '../../../server/src/protocol/rows.ts';
import { printable } from '../../../server/src/text/printable.ts';
import { bytes, counted } from '../text.ts';

/** All changed paths that would be lost. */
export function lostCount(counts: CountsDto): number {
  const { critical, data, convenience, unknown } = counts.lost;
  return critical + data + convenience + unknown;
}

/** All changed paths, whatever becomes of them. */
export function totalCount(counts: CountsDto): number {
  return lostCount(counts) + counts.kept + counts.declared + counts.mounted + counts.noise;
}

/** What persisting would save: lost at the next boot, or after the next switch. */
export function savableCount(counts: CountsDto): number {
  return lostCount(counts) + counts.mounted;
}

/** What becomes of a path, in words; never by colour alone. */
export function verdictWords(verdict: Verdict, severity: LossSeverity | null): string {
  switch (verdict) {
    case 'lost':
      return severity === null || severity === 'unknown' ? 'would be lost' : `would be lost: ${severity}`;
    case 'kept':
      return 'kept';
    case 'declared':
      return 'declared, not active yet';
    case 'mounted':
      return 'kept now, not declared';
    case 'noise':
      return 'noise';
  }
}

/** What becomes of the paths of a group, in words. */
export function groupWords(group: VerdictGroup): string {
  const isVerdict = group === 'kept' || group === 'declared' || group === 'mounted' || group === 'noise';
  return isVerdict ? verdictWords(group, null) : verdictWords('lost', group);
}

/** What happened to a path, in words. */
export function changeWords(change: ChangeKind): string {
  switch (change) {
    case '+':
      return 'added';
    case '-':
      return 'removed';
    case 'M':
      return 'modified';
    case 'R':
      return 'renamed';
  }
}

/** `3 would be lost · 2 declared`, without what the filter hides; "nothing would be lost" when that is so. */
export function countWords(counts: CountsDto): string {
  const lost = lostCount(counts);
  const parts = [lost === 0 ? 'nothing would be lost' : `${lost.toLocaleString('en-US')} would be lost`];
  if (counts.lost.critical > 0) parts.push(`${counts.lost.critical.toLocaleString('en-US')} critical`);
  if (counts.mounted > 0) parts.push(`${counts.mounted.toLocaleString('en-US')} not declared`);
  if (counts.declared > 0) parts.push(`${counts.declared.toLocaleString('en-US')} not active yet`);
  return parts.join(' · ');
}

/** How many of what is shown are new since it was last looked at; empty when none are. */
export function sinceWords({ since }: SessionDto): string {
  if (since === null) return '';
  const parts: string[] = [];
  if (since.added > 0) parts.push(`${since.added.toLocaleString('en-US')} new`);
  if (since.grown > 0) parts.push(`${since.grown.toLocaleString('en-US')} grown`);
  if (since.gone > 0) parts.push(`${since.gone.toLocaleString('en-US')} gone`);
  return parts.join(', ');
}

/** The grey text behind a host's name. */
export function sessionWords(session: SessionDto | null): string {
  if (session === null) return 'not connected';
  const since = sinceWords(session);
  const words = since === '' ? stateWords(session) : `${stateWords(session)} · ${since}`;
  return session.stale === null ? words : `stale since ${new Date(session.stale.since).toLocaleTimeString()} · ${words}`;
}

function stateWords(session: SessionDto): string {
  switch (session.state) {
    case 'idle':
      return 'not connected';
    case 'connecting':
      return `connecting: ${printable(session.source)}`;
    case 'running':
      return `listing… · ${countWords(session.counts)}`;
    case 'done':
      return session.partial ? `partial · ${countWords(session.counts)}` : countWords(session.counts);
    case 'cancelled':
      return `stopped, partial · ${countWords(session.counts)}`;
    case 'failed':
      return totalCount(session.counts) > 0 ? `failed, partial · ${countWords(session.counts)}` : 'failed';
  }
}

/** How many changed paths there are of a group. */
export function groupCount(counts: CountsDto, group: VerdictGroup): number {
  const { lost, ...others } = counts;
  const all: Readonly<Record<VerdictGroup, number>> = { ...lost, ...others };
  return all[group];
}

/**
 * The grey text behind a path: letter of the change, what becomes of it, what it is; for directories the number of paths of the group
 * below them. Sizes where the listing tells them.
 */
export function rowWords(row: RowDto, group: VerdictGroup): string {
  const parts: string[] = [];
  if (row.change !== null && row.verdict !== null) parts.push(`${row.change} ${verdictWords(row.verdict, row.severity)}`);
  else parts.push(groupWords(group));
  if (row.since != null) parts.push(row.since);
  if (row.state !== null) parts.push(printable(row.state.title));
  if (row.hasChildren) parts.push(counted(groupCount(row.counts, group), 'path', 'paths'));
  if (row.size != null && row.size > 0) parts.push(bytes(row.size));
  return parts.join(' · ');
}

/** `3 places · 312 paths · 4.0 MB`: how much there is of something. */
export function amountWords(amount: { readonly places: number; readonly paths: number; readonly size: number | null }): string {
  const parts = amount.places === amount.paths || amount.places === 0 ? [] : [counted(amount.places, 'place', 'places')];
  parts.push(counted(amount.paths, 'path', 'paths'));
  if (amount.size !== null && amount.size > 0) parts.push(bytes(amount.size));
  return parts.join(' · ');
}

/** What a screen reader says of a path. */
export function rowSpeech(row: RowDto): string {
  const kind = row.isDirectory ? 'directory' : 'file';
  const parts = [`${row.change === null ? '' : `${changeWords(row.change)} `}${kind} ${printable(row.path)}`];
  if (row.newPath !== null) parts.push(`now ${printable(row.newPath)}`);
  if (row.verdict !== null)
    parts.push(verdictWords(row.verdict, row.severity) + (row.keptBy === null ? '' : ` (${printable(row.keptBy)})`));
  if (row.since != null) parts.push(`${row.since} since the last look`);
  if (row.state !== null) parts.push(printable(row.state.title));
  if (row.size != null && row.size > 0) parts.push(bytes(row.size));
  if (row.hasChildren) parts.push(`below it: ${countWords(row.counts)}`);
  return parts.join(', ');
}

/** Plain text, several lines. */
export function rowTooltip(row: RowDto): string {
  const lines = [printable(row.path)];
  if (row.newPath !== null) lines.push(`now ${printable(row.newPath)}`);
  if (row.change !== null && row.verdict !== null) {
    lines.push(`${capitalised(changeWords(row.change))} since the blank snapshot: ${verdictWords(row.verdict, row.severity)}.`);
  }
  if (row.keptBy !== null) lines.push(`Kept by ${printable(row.keptBy)}.`);
  if (row.verdict === 'declared')
    lines.push('The configuration keeps it, the running system does not yet: switch to the new configuration, and move the data.');
  if (row.verdict === 'mounted')
    lines.push('The running system keeps it, the configuration no longer does: it is lost after the next switch.');
  if (row.state !== null) lines.push(`${printable(row.state.title)}: ${printable(row.state.loss)}`);
  if (row.size != null && row.size > 0) lines.push(`Size: ${bytes(row.size)}.`);
  if (row.time != null) lines.push(`Last change: ${new Date(row.time).toLocaleString()}.`);
  if (row.hasChildren) lines.push(`Below it: ${allCountWords(row.counts)}.`);
  return lines.join('\n');
}

/** Every count that is not zero. */
export function allCountWords(counts: CountsDto): string {
  const { lost } = counts;
  const parts: string[] = [];
  const add = (count: number, words: string): void => {
    if (count > 0) parts.push(`${count.toLocaleString('en-US')} ${words}`);
  };
  add(lost.critical, 'critical would be lost');
  add(lost.data, 'data would be lost');
  add(lost.convenience, 'convenience would be lost');
  add(lost.unknown, 'of unknown worth would be lost');
  add(counts.mounted, 'kept now, not declared');
  add(counts.declared, 'declared, not active yet');
  add(counts.kept, 'kept');
  add(counts.noise, 'noise');
  return parts.length === 0 ? 'no changes' : parts.join(', ');
}

/** `40 kept, 300 noise`. */
export function hiddenWords(kept: number, noise: number): string {
  const parts: string[] = [];
  if (kept > 0) parts.push(`${kept.toLocaleString('en-US')} kept`);
  if (noise > 0) parts.push(`${noise.toLocaleString('en-US')} noise`);
  return parts.join(', ');
}

/** Of the view's badge: what it counts. */
export function badgeTooltip(lostByHost: readonly (readonly [host: string, lost: number])[]): string {
  const all = lostByHost.reduce((sum, [, lost]) => sum + lost, 0);
  const parts = lostByHost.filter(([, lost]) => lost > 0).map(([host, lost]) => `${printable(host)}: ${lost.toLocaleString('en-US')}`);
  return `${counted(all, 'path', 'paths')} would be lost at the next boot (${parts.join(', ')})`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
