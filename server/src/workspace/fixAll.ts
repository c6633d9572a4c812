import { composeEdits } from '../edits/composeEdits.ts';
import { applyEdits, type TextEdit } from '../edits/textEdit.ts';
import type { Finding, FixChange } from '../findings/finding.ts';
import type { KeepEdit } from './keep.ts';
import { findingEdit, safeEdit } from './safeFix.ts';
import type { Workspace } from './workspace.ts';

/** Each round of fixes may show other findings; so many rounds are plenty. */
const MAX_ROUNDS = 1000;

/** How far it is: fixes made, and findings that are still to be looked at. */
export type FixProgress = (done: number, left: number) => void;

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
 * Makes the edits of many fixes in rounds: as many at once as touch different places, each from the texts as the rounds before left them, then
 * one look at what came of it; the findings that are wanted, as long as one is left whose fix helps. Where a round does not help as a whole,
 * it is made in smaller parts, down to single fixes. The texts of the workspace are the same afterwards as before.
 *
 * @param onlySafe of each finding the first safe fix, where it changes nothing for other hosts; else the first
 */
export function fixAll(
  workspace: Workspace,
  wanted: (finding: Finding) => boolean,
  onlySafe: boolean,
  progress: FixProgress = () => {},
): FixAllResult {
  const scratch = new Scratch(workspace);
  const tried = new Set<string>();
  const hosts = new Set<string>();
  const done: { finding: Finding; title: string }[] = [];
  const refused: { finding: Finding; problem: string }[] = [];
  let most = Infinity;
  try {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const findings = workspace.analysis().findings.filter(wanted);
      const open = findings.filter((finding) => !tried.has(keyOf(finding)) && finding.fixes.some(({ safe }) => safe || !onlySafe));
      if (open.length === 0) break;
      const { planned, problems } = plan(workspace, open, onlySafe, most);
      for (const { finding } of problems) tried.add(keyOf(finding));
      refused.push(...problems);
      if (planned.length === 0) continue;
      const kept = keptPaths(workspace);
      scratch.apply(planned);
      if (helped(workspace, findings, planned, wanted) && keeps(workspace, kept, planned)) {
        for (const { finding, made } of planned) {
          tried.add(keyOf(finding));
          done.push({ finding, title: made.title });
          for (const host of made.hosts) hosts.add(host);
        }
        most *= 2;
      } else {
        scratch.takeBack();
        const [first, ...more] = planned;
        most = Math.max(1, Math.floor(planned.length / 2));
        if (first && more.length === 0) {
          tried.add(keyOf(first.finding));
          refused.push({ finding: first.finding, problem: 'the fix does not help here.' });
        }
      }
      progress(done.length, open.filter((finding) => !tried.has(keyOf(finding))).length);
    }
    return { files: scratch.files(), hosts: [...hosts], done, refused };
  } finally {
    scratch.restore();
  }
}

interface Planned {
  readonly finding: Finding;
  readonly made: KeepEdit;
}

/** The fixes that can be made at once, at most so many: of one sort (see {@link letsGo}), and none where another one changes something. */
function plan(
  workspace: Workspace,
  open: readonly Finding[],
  onlySafe: boolean,
  most: number,
): { readonly planned: readonly Planned[]; readonly problems: FixAllResult['refused'] } {
  const planned: Planned[] = [];
  const problems: { finding: Finding; problem: string }[] = [];
  for (const finding of open) {
    const [before] = planned;
    if (planned.length >= most) break;
    if (before && letsGo(before.finding) !== letsGo(finding)) continue;
    const [first] = finding.fixes;
    const made = onlySafe || !first ? safeEdit(workspace, finding) : findingEdit(workspace, finding, first);
    if ('problem' in made) problems.push({ finding, problem: made.problem });
    else if (!planned.some((other) => touches(other.made, made))) planned.push({ finding, made });
  }
  return { planned, problems };
}

/** Two edits change the same place of a file, or insert at it: the second is to be made from what the first leaves. */
function touches(one: KeepEdit, other: KeepEdit): boolean {
  return one.files.some(({ file, edits }) =>
    other.files.some((each) => each.file === file && each.edits.some((a) => edits.some((b) => a.start <= b.end && b.start <= a.end))),
  );
}

/**
 * Each finding is gone, or is left for fewer hosts, every text parses, and nothing has come instead.
 */
function helped(
  workspace: Workspace,
  before: readonly Finding[],
  planned: readonly Planned[],
  wanted: (finding: Finding) => boolean,
): boolean {
  if (workspace.hasBrokenText()) return false;
  const after = workspace.analysis().findings.filter(wanted);
  let gone = 0;
  for (const { finding: fixed } of planned) {
    const left = after.find(
      ({ code, subject, hosts }) => code === fixed.code && subject === fixed.subject && hosts.some((host) => fixed.hosts.includes(host)),
    );
    if (left && left.hosts.length >= fixed.hosts.length) return false;
    if (!left) gone++;
  }
  // One fix may show one other finding in place of its own; many may not, or one could hide behind the others.
  return after.length <= before.length - (planned.length > 1 ? gone : 0);
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

function letsGo({ fixes }: Finding): boolean {
  return fixes.some(({ change }) => LETS_GO.has(change.kind));
}

/** What was kept is kept still, unless it was to go. */
function keeps(workspace: Workspace, before: ReadonlySet<string>, planned: readonly Planned[]): boolean {
  if (planned.some(({ finding }) => letsGo(finding))) return true;
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

  /** Makes edits at once: none touches what another one does. */
  apply(planned: readonly Planned[]): void {
    const files = new Map<string, TextEdit[]>();
    for (const { file, edits } of planned.flatMap(({ made }) => made.files)) files.set(file, [...(files.get(file) ?? []), ...edits]);
    this.#last = [...files].map(([file, edits]) => ({ file, edits: edits.toSorted((a, b) => a.start - b.start) }));
    for (const { file, edits } of this.#last) {
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
