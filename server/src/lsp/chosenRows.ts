import type { EntryRequest } from '../host/persistPlan.ts';
import type { PersistParams } from '../protocol.ts';
import type { RowDto } from '../protocol/rows.ts';
import { isSharedDirectory } from '../remote/sharedDirectory.ts';
import type { Sessions } from './sessions.ts';

/** More entries than a person would look through before they are written. */
const MOST_ENTRIES = 100;
const MOST_ROWS = 1000;

/** What to declare for chosen rows, or null when it is too much at once. A directory keeps what is below it, so rows below need no entry. */
export function entriesFor(rows: readonly RowDto[], childrenOf: (row: RowDto) => readonly RowDto[]): readonly EntryRequest[] | null {
  const wanted: RowDto[] = [];
  const queue = [...rows];
  for (let row = queue.shift(); row; row = queue.shift()) {
    if (row.isDirectory && isSharedDirectory(placeOf(row))) queue.push(...childrenOf(row));
    else wanted.push(row);
    if (wanted.length + queue.length > MOST_ROWS) return null;
  }
  const directories = wanted.filter(({ isDirectory }) => isDirectory).map(placeOf);
  const entries = wanted
    .filter((row) => !directories.some((directory) => placeOf(row).startsWith(`${directory}/`)))
    .map((row): EntryRequest => ({ kind: row.isDirectory ? 'directory' : 'file', path: placeOf(row) }));
  return entries.length > MOST_ENTRIES ? null : entries;
}

/** Rows below a row that would be lost, now or after the next switch. */
export function losingChildren(sessions: Sessions, { host, run }: PersistParams, row: RowDto): readonly RowDto[] {
  return sessions.children({ host, run, parent: row.id, offset: 0, limit: MOST_ROWS, verdicts: ['lost', 'mounted'] }).rows;
}

/** Where the thing is now. */
export function placeOf(row: RowDto): string {
  return row.newPath ?? row.path;
}
