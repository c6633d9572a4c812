/** A piece of a section's text, or the beginning of a section (`value` is what its mark line says after the name). */
export type SectionEvent =
  { readonly kind: 'begin'; readonly name: string; readonly value: string } | { readonly kind: 'bytes'; readonly bytes: Buffer };

/** A mark without the end of its line is held back up to here; a listing can't make us hold more. */
const longestMarkLine = 4096;

/**
 * Splits a stream at marks `MARK:name[:value]` and the newline after. A mark may stand in the middle of a line, so that a section which
 * was cut off there does not look whole; nothing else can hold it, because nobody can guess it. Bytes are held back only while they
 * could be the beginning of a mark: never a whole line.
 */
export class SectionSplitter {
  readonly #mark: Buffer;
  #held: Buffer = Buffer.alloc(0);

  constructor(mark: string) {
    this.#mark = Buffer.from(`${mark}:`);
  }

  push(chunk: Buffer): SectionEvent[] {
    const events: SectionEvent[] = [];
    let rest = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (;;) {
      const at = rest.indexOf(this.#mark);
      const newline = at === -1 ? -1 : rest.indexOf(0x0a, at + 1);
      if (newline === -1) {
        const hold = at === -1 || rest.length - at > longestMarkLine ? this.#possibleMark(rest) : at;
        if (hold > 0) events.push({ kind: 'bytes', bytes: rest.subarray(0, hold) });
        // Copied: the stream may use its memory again.
        this.#held = Buffer.from(rest.subarray(hold));
        return events;
      }
      if (at > 0) events.push({ kind: 'bytes', bytes: rest.subarray(0, at) });
      const [name = '', ...value] = rest.toString('utf8', at + this.#mark.length, newline).split(':');
      events.push({ kind: 'begin', name, value: value.join(':') });
      rest = rest.subarray(newline + 1);
    }
  }

  /** What was held back, once nothing more comes. */
  finish(): Buffer {
    const rest = this.#held;
    this.#held = Buffer.alloc(0);
    return rest;
  }

  /** Where the last bytes begin that a mark could begin with. */
  #possibleMark(bytes: Buffer): number {
    const from = Math.max(0, bytes.length - this.#mark.length + 1);
    const first = this.#mark[0] as number;
    for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
      if (this.#mark.compare(bytes, at, bytes.length, 0, bytes.length - at) === 0) return at;
    }
    return bytes.length;
  }
}
