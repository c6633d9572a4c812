/** Longest entry that is looked at; paths of the kernel are shorter, even twice in a line and with every byte escaped. */
export const longestEntry = 64 * 1024;

/** Of an entry that is too long, for samples. */
const kept = 200;

/** Takes one entry, which stands in `bytes` from `start` up to `end`; they are only good until it returns. */
export type TakeEntry = (bytes: Buffer, start: number, end: number) => void;

export interface DelimitedReader {
  readonly entry: TakeEntry;
  /** An entry longer than {@link longestEntry}: its beginning. */
  readonly tooLong: (beginning: Buffer) => void;
}

/** Entries that end in one byte (a newline, NUL), put together from pieces of any size. One for each listing. */
export class Delimited {
  readonly #mark: number;
  readonly #reader: DelimitedReader;
  /** The beginning of an entry whose end has not come yet. */
  #rest: Buffer = Buffer.alloc(0);
  /** Inside an entry that is too long to be looked at. */
  #skipping = false;

  constructor(mark: number, reader: DelimitedReader) {
    this.#mark = mark;
    this.#reader = reader;
  }

  /** Hands over the entries that end in this piece. */
  push(chunk: Buffer): void {
    let start = 0;
    if (this.#rest.length > 0 || this.#skipping) {
      const end = chunk.indexOf(this.#mark);
      this.#carry(chunk.subarray(0, end === -1 ? chunk.length : end));
      if (end === -1) return;
      this.#endCarried();
      start = end + 1;
    }
    for (let end = chunk.indexOf(this.#mark, start); end !== -1; end = chunk.indexOf(this.#mark, start)) {
      if (end - start > longestEntry) this.#reader.tooLong(chunk.subarray(start, start + kept));
      else this.#reader.entry(chunk, start, end);
      start = end + 1;
    }
    if (start < chunk.length) this.#carry(chunk.subarray(start));
  }

  /** What has no end yet, taken away; null when there is none. */
  drop(): { readonly bytes: Buffer; readonly tooLong: boolean } | null {
    if (this.#rest.length === 0 && !this.#skipping) return null;
    const dropped = { bytes: this.#rest, tooLong: this.#skipping };
    this.#rest = Buffer.alloc(0);
    this.#skipping = false;
    return dropped;
  }

  #endCarried(): void {
    const carried = this.drop();
    if (carried === null) return;
    if (carried.tooLong) this.#reader.tooLong(carried.bytes);
    else this.#reader.entry(carried.bytes, 0, carried.bytes.length);
  }

  #carry(piece: Buffer): void {
    if (this.#skipping) return;
    // Copied, since the reader may use its memory again.
    this.#rest = Buffer.concat([this.#rest, piece]);
    this.#skipping = this.#rest.length > longestEntry;
    if (this.#skipping) this.#rest = this.#rest.subarray(0, kept);
  }
}
