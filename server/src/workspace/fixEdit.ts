import type { FixChange } from '../findings/finding.ts';
import type { HostModel } from '../host/hostModel.ts';
import { keepPaths, type KeepEdit } from './keep.ts';
import type { Workspace } from './workspace.ts';

/** The edit of a fix for a host, made from the texts as they are now; or one sentence saying why there is none. */
export function fixEdit(workspace: Workspace, host: HostModel, change: FixChange): KeepEdit | { readonly problem: string } {
  if (change.kind === 'insert') return keepPaths(workspace, host, change.entries);
  return { problem: `it has to be done by hand.` };
}
