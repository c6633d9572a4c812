import type { EditProblem } from '../edits/textEdit.ts';
import type { Finding, Fix } from '../findings/finding.ts';
import { fixEdit } from './fixEdit.ts';
import type { KeepEdit } from './keep.ts';
import type { Workspace } from './workspace.ts';

/** The edit of a finding's fix for the first of its hosts that is still there. */
export function findingEdit(workspace: Workspace, finding: Finding, fix: Fix, target: string | null = null): KeepEdit | EditProblem {
  // Two folders may each have a host of this name: the finding's is the one that reads its file.
  const host = workspace.analysis().hosts.find(({ name, files }) => name === finding.hosts[0] && files.includes(finding.location.file));
  if (host === undefined) return { problem: `there is no host ${finding.hosts[0] ?? ''} any more.` };
  return fixEdit(workspace, host, fix, target);
}

/** The edit of the first safe fix of a finding that changes no other hosts than the finding's own; else why there is none. */
export function safeEdit(workspace: Workspace, finding: Finding): KeepEdit | EditProblem {
  let problem = 'it has no safe fix.';
  for (const fix of finding.fixes) {
    if (!fix.safe) continue;
    const made = findingEdit(workspace, finding, fix);
    if ('problem' in made) problem = made.problem;
    else {
      const others = made.hosts.filter((host) => !finding.hosts.includes(host));
      if (others.length === 0) return made;
      problem = `the edit would change ${others.join(', ')} too; look at it first.`;
    }
  }
  return { problem };
}
