import { composeEdits } from '../edits/composeEdits.ts';
import { applyEdits, type TextEdit } from '../edits/textEdit.ts';
import type { Finding, FixChange } from '../findings/finding.ts';
import type { KeepEdit } from './keep.ts';
import { findingEdit, safeEdit } from './safeFix.ts';
import type { Workspace } from './workspace.ts';

/** Each fix may show another finding; so many are plenty. */
const MAX_FIXES = 1000;

export interface FixAllResult {
  /** Of the texts as they are, with the text that each comes to. */
  readonly files: readonly {
    readonly file: string;
    readonly edits: readonly TextEdit[];
    readonly before: string;
    readonly after: string;
  }[];
  /** All hosts that something changes for. */
  readonly hosts: readonly string[];
  readonly done: readonly { readonly finding: Finding; readonly title: string }[];
  /** What was not mended, and why: one sentence. */
  readonly refused: readonly { readonly finding: Finding; readonly problem: string }[];
}

/**
 * Makes the edits of many fixes, one after the other, each from the texts as the ones before left them; the findings that are wanted, as
 * long as one is left whose fix helps. The texts of the workspace are the same afterwards as before.
 *
 * @param onlySafe of each finding the first safe fix, where it changes nothing for other hosts; else the first
 */
export function fixAll(workspace: Workspace, wanted: (finding: Finding) => boolean, onlySafe: boolean): FixAllResult {
  const scratch = new Scratch(workspace);
  const tried = new Set<string>();
  const hosts = new Set<string>();
  const done: { finding: Finding; title: string }[] = [];
  const refused: { finding: Finding; problem: string }[] = [];
  try {
    for (let round = 0; round < MAX_FIXES; round++) {
      const findings = workspace.analysis().findings.filter(wanted);
      const next = findings.find((finding) => !tried.has(keyOf(finding)) && finding.fixes.some(({ safe }) => safe || !onlySafe));
      if (!next) break;
      tried.add(keyOf(next));
      const [first] = next.fixes;
      const made = onlySafe || !first ? safeEdit(workspace, next) : findingEdit(workspace, next, first);
      if ('problem' in made) {
        refused.push({ finding: next, problem: made.problem });
        continue;
      }
      const kept = keptPaths(workspace);
      scratch.apply(made.files);
      if (helped(workspace, findings, next, wanted) && keeps(workspace, kept, next)) {
        done.push({ finding: next, title: made.title });
        for (const host of made.hosts) hosts.add(host);
      } else {
        scratch.takeBack();
        refused.push({ finding: next, problem: 'the fix does not help here.' });
      }
    }
    return { files: scratch.files(), hosts: [...hosts], done, refused };
  } finally {
    scratch.restore();
  }
}

/** The finding is gone, or is left for fewer hosts, every text parses, and nothing has come instead. */
function helped(workspace: Workspace, before: readonly Finding[], fixed: Finding, wanted: (finding: Finding) => boolean): boolean {
  if (workspace.hasBrokenText()) return false;
  const after = workspace.analysis().findings.filter(wanted);
  const left = after.find(
    ({ code, subject, hosts }) => code === fixed.code && subject === fixed.subject && hosts.some((host) => fixed.hosts.includes(host)),
  );
  return after.length <= before.length && (!left || left.hosts.length < fixed.hosts.length);
}

/** Kinds of fixes that take paths away, or give them another name. */
const LETS_GO: ReadonlySet<string> = new Set<FixChange['kind']>([
  'remove',
  'replace-entry',
  'merge-into-parent',
  'rewrite-path',
  'rewrite-key',
  'remove-option',
  'replace-option',
]);

/** What was kept is kept still, unless it was to go. */
function keeps(workspace: Workspace, before: ReadonlySet<string>, { fixes }: Finding): boolean {
  if (fixes.some(({ change }) => LETS_GO.has(change.kind))) return true;
  const after = keptPaths(workspace);
  return [...before].every((path) => after.has(path));
}

function keptPaths(workspace: Workspace): ReadonlySet<string> {
  return new Set(workspace.analysis().hosts.flatMap(({ name, entries }) => entries.map(({ path }) => `${name} ${path}`)));
}

function keyOf({ code, subject, hosts, location }: Finding): string {
  return JSON.stringify([code, subject, hosts, location.file]);
}

interface Changed {
  readonly before: string;
  /** The version of the editor's text; null when the file was not open. */
  readonly version: number | null;
  readonly steps: (readonly TextEdit[])[];
  text: string;
}

/** Texts of a workspace that are changed for a while, as if an editor had them open. */
class Scratch {
  readonly #workspace: Workspace;
  readonly #changed = new Map<string, Changed>();
  #last: KeepEdit['files'] = [];

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  apply(files: KeepEdit['files']): void {
    this.#last = files;
    for (const { file, edits } of files) {
      const known = this.#changed.get(file) ?? this.#begin(file);
      known.steps.push(edits);
      known.text = applyEdits(known.text, edits);
      this.#workspace.openText(file, known.text, known.version ?? 0);
    }
  }

  takeBack(): void {
    for (const { file } of this.#last) {
      const known = this.#changed.get(file);
      if (!known) continue;
      known.steps.pop();
      known.text = known.steps.reduce<string>(applyEdits, known.before);
      this.#workspace.openText(file, known.text, known.version ?? 0);
    }
  }

  files(): FixAllResult['files'] {
    return [...this.#changed]
      .map(([file, { before, steps, text }]) => ({ file, edits: composeEdits(before.length, steps), before, after: text }))
      .filter(({ edits }) => edits.length > 0);
  }

  restore(): void {
    for (const [file, { before, version }] of this.#changed) {
      if (version === null) this.#workspace.closeText(file);
      else this.#workspace.openText(file, before, version);
    }
  }

  #begin(file: string): Changed {
    const source = this.#workspace.currentSource(file);
    const before = typeof source === 'string' ? '' : source.text;
    const begun: Changed = { before, version: this.#workspace.openDocument(file)?.version ?? null, steps: [], text: before };
    this.#changed.set(file, begun);
    return begun;
  }
}
