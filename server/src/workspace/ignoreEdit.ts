import { lineStart, indentAt } from '../edits/lines.ts';
import { detectStyle } from '../edits/style.ts';
import { unreadable } from '../edits/target.ts';
import type { EditProblem, TextEdit } from '../edits/textEdit.ts';
import { ignoreComment } from '../findings/ignoreComments.ts';
import { children, type Expr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { SourceRange } from '../syntax/source.ts';

/** A comment above what a finding stands at, and where in the new text its reason is, for the user to write over. */
export interface IgnoreEdit extends TextEdit {
  readonly reason: SourceRange;
}

const REASON = 'reason';

/** The edit that writes `# keepsake: ignore CODE reason` on a line of its own above the line of `at`, in its indentation. */
export function ignoreEdit(source: NixSource, code: string, at: number): IgnoreEdit | EditProblem {
  const broken = unreadable(source);
  if (broken) return broken;
  const start = lineStart(source.text, outsideStrings(source, at));
  const indent = indentAt(source.text, lineEndOfBlanks(source.text, start));
  const written = indent + ignoreComment(code, REASON);
  const newText = written + detectStyle(source).eol;
  return { start, end: start, newText, reason: { start: written.length - REASON.length, end: written.length } };
}

function lineEndOfBlanks(text: string, start: number): number {
  return start + (/^[ \t]*/.exec(text.slice(start))?.[0].length ?? 0);
}

/** A comment begins nowhere within a string: the place where the outermost string begins on whose later lines `at` is. */
function outsideStrings(source: NixSource, at: number): number {
  let place = at;
  for (let node: Expr | undefined = source.root; node;) {
    if (node.kind === 'string' && node.start < lineStart(source.text, place)) place = node.start;
    node = children(node).find(({ start, end }) => start <= place && place < end);
  }
  return place;
}
