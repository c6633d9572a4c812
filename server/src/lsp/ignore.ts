import { posix } from 'node:path';
import { ignoreEdits, ignorePattern } from '../edits/ignoreEdit.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { PersistDto, ProblemDto } from '../protocol.ts';
import type { IgnoreParams } from '../protocol/panel.ts';
import { placeOf } from './chosenRows.ts';
import { rangeOf } from './convert.ts';
import type { LspContext } from './context.ts';
import type { Sessions } from './sessions.ts';

/** The file at the workspace root that a team shares. */
const FILE = 'keepsake.json';

/** The edit of `keepsake.json` that leaves rows out from now on; nothing is written here. The file may not be there yet. */
export function ignore(context: LspContext, sessions: Sessions, host: HostModel | null, params: IgnoreParams): PersistDto {
  const rows = sessions.rows(params);
  if (rows === null) return refused('rows-gone', 'The list is a new one; the chosen rows are no longer in it.', 'Choose them again.');
  const root = rootOf(context, host);
  if (root === null) return refused('no-folder', 'No folder is open that could hold keepsake.json.', 'Open the folder of your flake.');
  const patterns: string[] = [];
  for (const row of rows) {
    const pattern = ignorePattern(placeOf(row), row.isDirectory);
    if (pattern === null)
      return refused('no-pattern', `${placeOf(row)} has a name that no pattern can say.`, 'Ignore its directory instead.');
    patterns.push(pattern);
  }
  const file = posix.join(root, FILE);
  // Read anew: nothing else of the workspace depends on it being followed.
  context.workspace.filesChanged([file]);
  const text = context.texts.of(file);
  const edits = ignoreEdits(text?.source.text ?? '', patterns, params.scope === 'host' ? params.host : null);
  if ('problem' in edits) return refused('no-edit', edits.problem, '');
  if (edits.length === 0) return refused('ignored-already', `${FILE} has that already.`, 'Save it, if it is not saved.');
  const ranged = edits.map(({ start, end, newText }) => ({
    range: text === null ? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } : rangeOf(text.lines, { start, end }),
    newText,
  }));
  return {
    files: [{ uri: context.uris.uriOf(file), version: text?.version ?? null, edits: ranged }],
    description: `Ignore ${patterns.join(', ')}${params.scope === 'host' ? ` on ${params.host}` : ''} (${FILE})`,
    hosts: params.scope === 'host' ? [params.host] : context.workspace.analysis().hosts.map(({ name }) => name),
    problem: null,
  };
}

/** The workspace folder that a host is declared in, else the first one. */
function rootOf(context: LspContext, host: HostModel | null): string | null {
  const { roots } = context.workspace;
  const file = host?.location.file ?? '';
  return roots.find((root) => file.startsWith(`${root}/`)) ?? roots[0] ?? null;
}

function refused(code: string, message: string, nextStep: string): PersistDto {
  const problem: ProblemDto = { code, message, nextStep, detail: '' };
  return { files: [], description: '', hosts: [], problem };
}
