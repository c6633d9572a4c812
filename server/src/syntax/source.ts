/** Half-open range of UTF-16 offsets in one text. */
export interface SourceRange {
  readonly start: number;
  readonly end: number;
}

/** A range in a file; `file` is an absolute path. */
export interface Location extends SourceRange {
  readonly file: string;
}

/** Zero-based line and UTF-16 column, as in LSP. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Offsets of line starts of one text; answers positions in O(log lines). Lines end with LF, CR LF or CR, as in LSP. */
export class LineIndex {
  readonly #starts: readonly number[];
  readonly #length: number;

  constructor(text: string) {
    const starts = [0];
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
    }
    this.#starts = starts;
    this.#length = text.length;
  }

  /** Position of an offset; offsets outside the text are clamped. */
  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.#length));
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if ((this.#starts[mid] ?? 0) <= at) low = mid;
      else high = mid - 1;
    }
    return { line: low, character: at - (this.#starts[low] ?? 0) };
  }

  /** Offset of a position; clamped to the text. */
  offset(position: Position): number {
    const start = this.#starts[position.line];
    if (start === undefined) return position.line < 0 ? 0 : this.#length;
    return Math.min(start + Math.max(0, position.character), this.#starts[position.line + 1] ?? this.#length);
  }
}
