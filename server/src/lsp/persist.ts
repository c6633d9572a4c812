import type { HostModel } from '../host/hostModel.ts';
import type { PersistDto, PersistParams, ProblemDto } from '../protocol.ts';
import { keepPaths } from '../workspace/keep.ts';
import { entriesFor, losingChildren } from './chosenRows.ts';
import type { LspContext } from './context.ts';
import { rangeOf } from './convert.ts';
import type { Sessions } from './sessions.ts';

/** The edit that keeps rows of a host's listing; nothing is written here. */
export function persist(context: LspContext, sessions: Sessions, hosts: ReadonlyMap<string, HostModel>, params: PersistParams): PersistDto {
  const rows = sessions.rows(params);
  if (rows === null) return refused('rows-gone', 'The list is a new one; the chosen rows are no longer in it.', 'Choose them again.');
  const host = hosts.get(params.host);
  if (host === undefined) return refused('host-gone', `There is no host ${params.host} in the configuration any more.`, '');
  const entries = entriesFor(rows, (row) => losingChildren(sessions, params, row));
  if (entries === null) return refused('too-many', 'That would be more entries than anybody reads.', 'Choose fewer rows.');
  if (entries.length === 0) return refused('nothing-lost', 'Nothing below it would be lost.', '');
  const unreadable = entries.find(({ path }) => path.includes('\u{fffd}'));
  if (unreadable !== undefined) {
    return refused(
      'name-not-text',
      `${unreadable.path} has a name that is no text, so no Nix string can say it.`,
      'Keep its directory instead.',
    );
  }
  const made = keepPaths(context.workspace, host, entries);
  if ('problem' in made) return refused('no-edit', made.problem, '');
  const files = made.files.flatMap(({ file, edits }) => {
    const text = context.texts.of(file);
    if (text === null) return [];
    const ranged = edits.map(({ start, end, newText }) => ({ range: rangeOf(text.lines, { start, end }), newText }));
    return [{ uri: context.uris.uriOf(file), version: text.version, edits: ranged }];
  });
  return { files, description: made.title, hosts: made.hosts.map((name) => (name === host.name ? params.host : name)), problem: null };
}

function refused(code: string, message: string, nextStep: string): PersistDto {
  const problem: ProblemDto = { code, message, nextStep, detail: '' };
  return { files: [], description: '', hosts: [], problem };
}
