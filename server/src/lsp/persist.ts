import type { HostModel } from '../host/hostModel.ts';
import type { PersistDto, PersistParams, ProblemDto } from '../protocol.ts';
import { keepPaths, nameOf } from '../workspace/keep.ts';
import { entriesFor, losingChildren } from './chosenRows.ts';
import type { EntryRequest } from '../host/persistPlan.ts';
import type { RealFile } from '../host/entryAttributes.ts';
import { realFiles } from '../remote/realFiles.ts';
import type { BackendTools } from '../remote/zfsBackend.ts';
import type { LspContext } from './context.ts';
import { rangeOf } from './convert.ts';
import { isProblem, panelHost, type PanelHost } from './panelHost.ts';
import { HOST_GONE, noEdit, problem, ROWS_GONE } from './problems.ts';
import { rememberTarget } from './targets.ts';
import type { Sessions } from './sessions.ts';

/** The edit that keeps rows of a host's listing; nothing is written here. */
export async function persist(
  context: LspContext,
  sessions: Sessions,
  hosts: () => ReadonlyMap<string, HostModel>,
  params: PersistParams,
  tools: Pick<BackendTools, 'newMark'>,
): Promise<PersistDto> {
  const rows = sessions.rows(params);
  if (rows === null) return noEdit(ROWS_GONE);
  const entries = entriesFor(rows, (row) => losingChildren(sessions, params, row));
  if (entries === null) return noEdit(problem('too-many', 'That would be more entries than anybody reads.', 'Choose fewer rows.'));
  if (entries.length === 0) return noEdit(problem('nothing-lost', 'Nothing below it would be lost.', ''));
  const unreadable = entries.find(({ path }) => path.includes('\u{fffd}'));
  if (unreadable !== undefined) {
    const message = `${unreadable.path} has a name that is no text, so no Nix string can say it.`;
    return noEdit(problem('name-not-text', message, 'Keep its directory instead.'));
  }
  const real = await realOf(panelHost(sessions, params.host, tools), entries);
  // The configuration may be another one by now.
  const host = hosts().get(params.host);
  if (host === undefined) return noEdit(HOST_GONE);
  const target = params.target === undefined ? null : context.uris.pathOf(params.target);
  const made = keepPaths(
    context.workspace,
    host,
    entries.map((entry) => withReal(entry, real.get(entry.path) ?? null)),
    target,
  );
  if (target !== null) rememberTarget(context, host.name, target);
  if ('problem' in made) return noEdit(problem('no-edit', made.problem, ''));
  const files = made.files.flatMap(({ file, edits }) => {
    const text = context.texts.of(file);
    if (text === null) return [];
    const ranged = edits.map(({ start, end, newText }) => ({ range: rangeOf(text.lines, { start, end }), newText }));
    return [{ uri: context.uris.uriOf(file), version: text.version, edits: ranged }];
  });
  const answer: PersistDto = { files, description: made.title, hosts: made.hosts, problem: null };
  if (made.choices === undefined || target !== null) return answer;
  return { ...answer, choices: made.choices.map((file) => ({ uri: context.uris.uriOf(file), name: nameOf(context.workspace, file) })) };
}

/** How long the host is given to say what its files are; without it entries are written as the listing knows them. */
const REAL_MILLISECONDS = 30_000;

async function realOf(on: PanelHost | ProblemDto, entries: readonly EntryRequest[]): Promise<ReadonlyMap<string, RealFile | null>> {
  if (isProblem(on)) return new Map();
  const paths = entries.map(({ path }) => path);
  const found = await realFiles(on.access, paths, AbortSignal.timeout(REAL_MILLISECONDS));
  return 'problem' in found ? new Map<string, RealFile>() : found;
}

function withReal(entry: EntryRequest, real: RealFile | null): EntryRequest {
  return real === null ? entry : { ...entry, real };
}
