import { relative } from 'node:path';
import { insertEntries } from '../edits/insertEntry.ts';
import type { TextEdit } from '../edits/textEdit.ts';
import type { Knowledge } from '../findings/context.ts';
import type { HostModel } from '../host/hostModel.ts';
import { planPersist, type EntryRequest, type PlannedEntry } from '../host/persistPlan.ts';
import { userNames } from '../host/userNames.ts';
import { preservationNeeds } from './preservationNeeds.ts';
import type { Workspace } from './workspace.ts';

/** An edit of the workspace that keeps something. */
export interface KeepEdit {
  /** One sentence: what is written where. */
  readonly title: string;
  /** All hosts whose configuration the edit changes. */
  readonly hosts: readonly string[];
  readonly files: readonly { readonly file: string; readonly edits: readonly TextEdit[] }[];
  /** Files where it would stand as well, the edited one first: which is the user's choice. Empty where there is none. */
  readonly choices?: readonly string[];
}

/**
 * The edit that keeps paths of a host, made from the texts as they are now; or one sentence saying why there is none. `target`: the file
 * that the user chose, of several that would do as well; else the one chosen for the host before.
 */
export function keepPaths(
  workspace: Workspace,
  host: HostModel,
  requests: readonly EntryRequest[],
  target: string | null = null,
): KeepEdit | { readonly problem: string } {
  const { hosts } = workspace.analysis();
  const remembered = workspace.targets.of(host.name);
  const plan = planPersist(hosts, host, requests, target ?? remembered);
  if (!plan) {
    return {
      problem: `${host.name} declares no storage yet: write environment.persistence."/persist" = { … } into its configuration first.`,
    };
  }
  const { file } = plan.declaration.binding;
  if (plan.clash) {
    const { host: other, path } = plan.clash;
    return {
      problem: `${nameOf(workspace, file)} is shared with ${other}, which keeps ${path} already: there it would be twice, an error.`,
    };
  }
  const source = workspace.currentSource(file);
  if (typeof source === 'string') return { problem: `${file} can't be edited: ${source}.` };
  const isPreservation = plan.declaration.mechanism === 'preservation';
  const entries = isPreservation ? withNeeds(plan.entries, workspace.checks.knowledgeOf(host)) : plan.entries;
  const edits = insertEntries(source, plan.declaration.binding, entries, userNames(host, file));
  if ('problem' in edits) return edits;
  if (edits.length === 0)
    return { problem: `the entry is written in ${nameOf(workspace, file)} already, where something else decides whether it holds.` };
  const paths = requests.map(({ path }) => path).join(', ');
  const storage = plan.declaration.storage ?? 'the storage';
  return {
    title: `Keep ${paths} in ${storage} (${nameOf(workspace, file)})`,
    hosts: plan.hosts,
    files: [{ file, edits }],
    ...(plan.files.length > 1 && remembered !== file ? { choices: plan.files } : {}),
  };
}

/** Entries with what preservation has to be told of them, as far as they do not say it. */
export function withNeeds(entries: readonly PlannedEntry[], { state }: Pick<Knowledge, 'state'>): readonly PlannedEntry[] {
  const needsOf = preservationNeeds(state);
  return entries.map((entry) => {
    const needs = needsOf(entry.kind, entry.path, entry.user);
    return needs ? { ...entry, attributes: { ...needs, ...entry.attributes } } : entry;
  });
}

/** A file as people name it: from its folder of the workspace. */
export function nameOf(workspace: Workspace, file: string): string {
  const root = workspace.roots.find((each) => file.startsWith(`${each}/`));
  return root ? relative(root, file) : file;
}
