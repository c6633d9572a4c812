import { clampSeconds, kindOf, typeOf } from './changeRecord.ts';
import type { ChangeRecord, ChangeRow } from './changeRecord.ts';

/** The row of `zfs diff` that was read last, over the bytes that it was read from. */
export class DiffRow implements ChangeRow {
  kind = 0;
  type = 0;
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  oldPath: Buffer | null = null;
  seconds = -1;
  readonly size = -1;
  unlinked = false;
  links = 0;
  /** What the time was read from; the same twice when there is none. */
  #line: Buffer = this.bytes;
  #timeStart = 0;
  #timeEnd = 0;

  /** Begins a row of which only the time and the kind are known. */
  begin(line: Buffer, timeStart: number, timeEnd: number, seconds: number, kind: number): void {
    this.#line = line;
    this.#timeStart = timeStart;
    this.#timeEnd = timeEnd;
    this.seconds = timeStart === timeEnd ? -1 : clampSeconds(seconds);
    this.kind = kind;
    this.type = 0;
    this.oldPath = null;
    this.unlinked = false;
    this.links = 0;
  }

  place(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  record(): ChangeRecord {
    const path = this.bytes.subarray(this.start, this.end);
    return {
      kind: kindOf(this.kind),
      fileType: typeOf(this.type),
      path: this.oldPath ?? path,
      newPath: this.oldPath === null ? null : path,
      links: this.links,
      time: this.#timeStart === this.#timeEnd ? null : this.#line.toString('latin1', this.#timeStart, this.#timeEnd),
      unlinked: this.unlinked,
    };
  }
}
