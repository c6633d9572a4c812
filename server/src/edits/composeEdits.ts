import type { TextEdit } from './textEdit.ts';

/** A piece of a text: what stood at `start` to `end` of the first one, or new text. */
type Piece = { readonly start: number; readonly end: number } | string;

/**
 * Edits made one after the other, as edits of the first text. In: the length of that text, and for each step the edits of the text as
 * the steps before left it; ascending and non-overlapping, as is what comes out.
 */
export function composeEdits(length: number, steps: readonly (readonly TextEdit[])[]): readonly TextEdit[] {
  let pieces: readonly Piece[] = [{ start: 0, end: length }];
  for (const step of steps) pieces = applied(pieces, step);
  const edits: TextEdit[] = [];
  let from = 0;
  let newText = '';
  for (const piece of [...pieces, { start: length, end: length }]) {
    if (typeof piece === 'string') {
      newText += piece;
      continue;
    }
    if (piece.start > from || newText !== '') edits.push({ start: from, end: piece.start, newText });
    newText = '';
    from = piece.end;
  }
  return edits;
}

function applied(pieces: readonly Piece[], edits: readonly TextEdit[]): readonly Piece[] {
  const out: Piece[] = [];
  let at = 0;
  for (const edit of edits) {
    out.push(...between(pieces, at, edit.start), ...(edit.newText === '' ? [] : [edit.newText]));
    at = edit.end;
  }
  out.push(...between(pieces, at, Infinity));
  return out;
}

/** The pieces from `start` to `end` of the text that they make up. */
function between(pieces: readonly Piece[], start: number, end: number): readonly Piece[] {
  const out: Piece[] = [];
  let at = 0;
  for (const piece of pieces) {
    const length = typeof piece === 'string' ? piece.length : piece.end - piece.start;
    const from = Math.max(start - at, 0);
    const to = Math.min(end - at, length);
    if (from < to) out.push(typeof piece === 'string' ? piece.slice(from, to) : { start: piece.start + from, end: piece.start + to });
    at += length;
  }
  return out;
}
