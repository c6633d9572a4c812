import type { PersistDto, ProblemDto } from '../protocol.ts';

/** What went wrong and what to do now, where no other program has said anything. `message` and `nextStep` are sentences. */
export function problem(code: string, message: string, nextStep: string): ProblemDto {
  return { code, message, nextStep, detail: '' };
}

/** The answer to what would be an edit, when none can be made. */
export function noEdit(why: ProblemDto): PersistDto {
  return { files: [], description: '', hosts: [], problem: why };
}

export const ROWS_GONE = problem('rows-gone', 'The list is a new one; the chosen rows are no longer in it.', 'Choose them again.');

export const HOST_GONE = problem('host-gone', 'There is no such host in the configuration any more.', 'Choose another one.');
