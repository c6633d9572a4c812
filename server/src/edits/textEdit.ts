/** One replacement in a text, in UTF-16 offsets of that text. `start === end` inserts. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** Why no edit could be made; one sentence for the user. */
export interface EditProblem {
  readonly problem: string;
}

/** The text with all edits made. Input: edits of this text, ascending and non-overlapping, as every function of this room returns them. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let out = '';
  let from = 0;
  for (const edit of edits) {
    out += text.slice(from, edit.start) + edit.newText;
    from = edit.end;
  }
  return out + text.slice(from);
}

/**
 * Edits made independently of each other, as one ascending list: insertions at one offset become one edit, in the order given, and
 * edits that change nothing are left out. Null when two of them want to replace the same characters.
 */
export function joinEdits(edits: readonly TextEdit[]): readonly TextEdit[] | null {
  const sorted = edits
    .filter((edit) => edit.end > edit.start || edit.newText !== '')
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
  const joined: TextEdit[] = [];
  for (const edit of sorted) {
    const last = joined.at(-1);
    if (!last || edit.start > last.end || (edit.start === last.end && last.start < last.end)) joined.push(edit);
    else if (last.start === last.end && edit.start === last.start) {
      joined[joined.length - 1] = { start: edit.start, end: edit.end, newText: last.newText + edit.newText };
    } else return null;
  }
  return joined;
}
