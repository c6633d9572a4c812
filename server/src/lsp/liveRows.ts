import type { LiveBelow } from '../assist/suggestPaths.ts';
import type { RowDto } from '../protocol/rows.ts';
import type { Sessions } from './sessions.ts';

/** Most rows of a directory that are looked at: a list longer than this is no help. */
const MOST_ROWS = 1000;

/** What a host has below a directory that would be lost, by its last listing. Nothing is asked of the host. */
export function liveRows(sessions: Sessions): LiveBelow {
  return (host, directory) => {
    const session = sessions.of(host);
    if (session === null) return [];
    const below = directory.endsWith('/') ? directory : `${directory}/`;
    const rowsOf = (parent: number | null): readonly RowDto[] => session.children(session.run, parent, 0, MOST_ROWS, ['lost']).rows;
    let rows = rowsOf(null);
    for (;;) {
      // A row may stand for a chain of directories, so that it is above, at or below the one that is asked for.
      const above = rows.find(({ path, isDirectory }) => isDirectory && below.startsWith(`${path}/`));
      if (above === undefined) break;
      rows = rowsOf(above.id);
    }
    return rows.filter(({ path }) => path.startsWith(below)).map(({ path, isDirectory }) => ({ path, isDirectory }));
  };
}
