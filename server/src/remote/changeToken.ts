import type { ProblemDto } from '../protocol.ts';
import { requestProblem } from './problems.ts';
import { tokenCommand, wrapCommand } from './remoteScript.ts';
import { SectionSplitter } from './sections.ts';
import type { Marks, ZfsRequest } from './zfsBackend.ts';
import { requestFault } from './zfsBackend.ts';

/** Whether a line is a change token: numbers, the first of them of a snapshot that is there. */
export function isToken(line: string): boolean {
  return /^\d+(?: -?\d+)*$/.test(line);
}

/** A connection may be kept for this long; then it is made anew. */
const longestWatch = 24 * 3600;

/**
 * Tells a token whenever it is another than before: how many bytes were written since the snapshot (`written@`), with the dataset's
 * counters beside, asked every `seconds` over one connection. Cheap, and needs no permission; lags by some seconds and also moves when
 * nothing that is listed changed. The first token comes at once. Ends with the abort (null), or when the connection or the property is gone.
 */
export async function* watchToken(
  request: Pick<ZfsRequest, 'link' | 'dataset' | 'snapshot'>,
  seconds: number,
  tools: Marks,
  signal: AbortSignal,
): AsyncGenerator<string, ProblemDto | null> {
  const fault = requestFault(request);
  if (fault !== null) return requestProblem(fault);
  const mark = tools.newMark();
  const command = tokenCommand(request.dataset, request.snapshot, seconds);
  const line = wrapCommand(command, { mark, seconds: longestWatch, sudo: false });
  if (line === null) return requestProblem('A name holds a NUL character.');
  const splitter = new SectionSplitter(mark);
  let listing = false;
  let text = '';
  let last: string | null = null;
  const output = request.link.run(line, signal);
  for await (const chunk of output) {
    for (const event of splitter.push(chunk)) {
      if (event.kind === 'begin') listing = event.name === 'listing';
      else if (listing) text += event.bytes.toString('latin1');
    }
    const lines = text.split('\n');
    text = (lines.pop() ?? '').slice(-256);
    const token = lines.at(-1);
    // "-" is what zfs says of a snapshot that is not there.
    if (token === undefined || !isToken(token) || token === last) continue;
    last = token;
    yield token;
  }
  if (signal.aborted) return null;
  return {
    code: 'watch-ended',
    message: `${request.link.destination} no longer tells whether something changed.`,
    nextStep: 'Refresh by hand when the host is reachable.',
    detail: '',
  };
}
