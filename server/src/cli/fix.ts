import type { Finding } from '../findings/finding.ts';
import { fixAll } from '../workspace/fixAll.ts';
import { printable } from '../text/printable.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { EXIT, type CommandIo, type Places } from './io.ts';
import { replaceFiles } from './replaceFiles.ts';

/**
 * `keepsake check --fix`: makes the fixes that are marked safe and change nothing for other hosts, and writes the files, all or none. In:
 * `wanted` says which findings count. Out: null when done, else the exit status of a failure. How far it is and what was done is told on standard error.
 */
export function runFix(workspace: Workspace, places: Places, io: CommandIo, wanted: (finding: Finding) => boolean): number | null {
  const { files, done, refused } = fixAll(workspace, wanted, true, (made, left) => {
    if (left > 0) io.note(`keepsake: ${made} ${made === 1 ? 'fix' : 'fixes'} made, ${left} to look at`);
  });
  // Told by the places that they have in the texts as they were read.
  const lines = [
    ...done.map(({ finding, title }) => `${places.text(finding.location)}: fixed: ${printable(title)} [${finding.code}]`),
    ...refused.map(({ finding, problem }) => `${places.text(finding.location)}: not fixed: ${printable(problem)} [${finding.code}]`),
  ];
  const problem = replaceFiles(files);
  if (problem !== null) {
    io.note(`keepsake: ${printable(problem)}`);
    return EXIT.failure;
  }
  workspace.filesChanged(files.map(({ file }) => file));
  for (const line of lines) io.note(line);
  return null;
}
