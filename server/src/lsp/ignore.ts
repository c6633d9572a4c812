import { posix } from 'node:path';
import { ignoreEdits, ignorePattern } from '../edits/ignoreList.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { PersistDto } from '../protocol.ts';
import type { IgnoreParams } from '../protocol/panel.ts';
import { KEEPSAKE_JSON } from '../workspace/keepsakeJson.ts';
import { placeOf } from './chosenRows.ts';
import { rangeOf } from './convert.ts';
import type { LspContext } from './context.ts';
import { noEdit, problem, ROWS_GONE } from './problems.ts';
import type { Sessions } from './sessions.ts';

/** The edit of `keepsake.json` that leaves rows out from now on; nothing is written here. The file may not be there yet. */
export function ignore(context: LspContext, sessions: Sessions, host: HostModel | null, params: IgnoreParams): PersistDto {
  const rows = sessions.rows(params);
  if (rows === null) return noEdit(ROWS_GONE);
  const { checks, roots } = context.workspace;
  const root = host === null ? roots[0] : checks.rootOf(host);
  if (root === undefined || roots.length === 0)
    return noEdit(problem('no-folder', 'No folder is open that could hold keepsake.json.', 'Open the folder of your flake.'));
  const patterns: string[] = [];
  for (const row of rows) {
    const pattern = ignorePattern(placeOf(row), row.isDirectory);
    if (pattern === null)
      return noEdit(problem('no-pattern', `${placeOf(row)} has a name that no pattern can say.`, 'Ignore its directory instead.'));
    patterns.push(pattern);
  }
  const file = posix.join(root, KEEPSAKE_JSON);
  // Read anew: nothing else of the workspace depends on it being followed.
  context.workspace.filesChanged([file]);
  const text = context.texts.of(file);
  const edits = ignoreEdits(text?.source.text ?? '', patterns, params.scope === 'host' ? params.host : null);
  if ('problem' in edits) return noEdit(problem('no-edit', edits.problem, ''));
  if (edits.length === 0) return noEdit(problem('ignored-already', `${KEEPSAKE_JSON} has that already.`, 'Save it, if it is not saved.'));
  const ranged = edits.map(({ start, end, newText }) => ({
    range: text === null ? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } : rangeOf(text.lines, { start, end }),
    newText,
  }));
  return {
    files: [{ uri: context.uris.uriOf(file), version: text?.version ?? null, edits: ranged }],
    description: `Ignore ${patterns.join(', ')}${params.scope === 'host' ? ` on ${params.host}` : ''} (${KEEPSAKE_JSON})`,
    hosts: params.scope === 'host' ? [params.host] : context.workspace.analysis().hosts.map(({ name }) => name),
    problem: null,
  };
}
