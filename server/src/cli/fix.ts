import { applyEdits } from '../edits/textEdit.ts';
import type { Finding } from '../findings/finding.ts';
import { safeEdit } from '../workspace/safeFix.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { printable } from '../workspace/printable.ts';
import { EXIT, type CommandIo, type Places } from './io.ts';
import { replaceFiles, type FileChange } from './replaceFiles.ts';

/** Each fix may show another finding; so many are plenty. */
const MAX_FIXES = 1000;

/**
 * `keepsake check --fix`: makes the edits of the fixes that are marked safe, one after the other, each from the texts as the one before
 * left them, until none is left or none helps; then writes the files, all or none. In: `wanted` says which findings count. Out: null when
 * done, else the exit status of a failure.
 */
export function runFix(workspace: Workspace, places: Places, io: CommandIo, wanted: (finding: Finding) => boolean): number | null {
  const before = new Map<string, string>();
  const tried = new Set<string>();
  const done: string[] = [];
  for (let round = 1; round <= MAX_FIXES; round++) {
    const findings = workspace.analysis().findings.filter(wanted);
    const next = findings.find((finding) => !tried.has(keyOf(finding)) && finding.fixes.some(({ safe }) => safe));
    if (!next) break;
    tried.add(keyOf(next));
    const line = `${places.text(next.location)}: fixed: `;
    const made = safeEdit(workspace, next);
    if ('problem' in made) {
      io.note(`${places.text(next.location)}: not fixed: ${printable(made.problem)} [${next.code}]`);
      continue;
    }
    const texts = made.files.map(({ file, edits }) => ({ file, text: textOf(workspace, file), edits }));
    for (const { file, text, edits } of texts) {
      if (!before.has(file)) before.set(file, text);
      workspace.openText(file, applyEdits(text, edits), round);
    }
    if (helped(workspace, findings, next, wanted)) done.push(`${line}${printable(made.title)} [${next.code}]`);
    else {
      for (const { file, text } of texts) workspace.openText(file, text, round);
      io.note(`${places.text(next.location)}: not fixed: the fix does not help here [${next.code}]`);
    }
  }
  const changes: FileChange[] = [];
  for (const [file, text] of before) {
    const now = textOf(workspace, file);
    if (now !== text) changes.push({ file, before: text, after: now });
  }
  const problem = replaceFiles(changes);
  if (problem !== null) {
    io.note(`keepsake: ${printable(problem)}`);
    return EXIT.failure;
  }
  for (const line of done) io.note(line);
  return null;
}

/** The finding is gone, or is left for fewer hosts, and nothing worse has come instead. */
function helped(workspace: Workspace, before: readonly Finding[], fixed: Finding, wanted: (finding: Finding) => boolean): boolean {
  if (workspace.hasBrokenText()) return false;
  const after = workspace.analysis().findings.filter(wanted);
  const left = after.find(
    (finding) =>
      finding.code === fixed.code && finding.subject === fixed.subject && finding.hosts.some((host) => fixed.hosts.includes(host)),
  );
  return after.length <= before.length && (!left || left.hosts.length < fixed.hosts.length);
}

function keyOf({ code, subject, hosts, location }: Finding): string {
  return JSON.stringify([code, subject, hosts, location.file]);
}

function textOf(workspace: Workspace, file: string): string {
  const source = workspace.currentSource(file);
  return typeof source === 'string' ? '' : source.text;
}
