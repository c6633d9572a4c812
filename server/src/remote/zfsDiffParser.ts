import { kindBytes } from './changeRecord.ts';
import type { ChangeRecord, ChangeRow, ParseProblems } from './changeRecord.ts';
import { Delimited } from './delimited.ts';
import { DiffRow } from './diffRow.ts';

const mostSamples = 5;
const sampleLength = 200;

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const OPEN = 0x28;
const CLOSE = 0x29;
const MINUS = 0x2d;
const POINT = 0x2e;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const ZERO = 0x30;

/** Class characters of `zfs diff -F` as its manual lists them: 1 for what is one. */
const classes = new Uint8Array(256);
for (const letter of 'BC/>|@P=F?') classes[letter.charCodeAt(0)] = 1;
/** Bytes that stand for themselves in a path: 1 for what is one. */
const plain = new Uint8Array(256);
for (let byte = SPACE + 1; byte < 0x7f; byte++) if (byte !== BACKSLASH) plain[byte] = 1;

const deleteQueue = Buffer.from('(on_delete_queue)');
const arrow = Buffer.from(' -> ');
const linksPattern = /^\(([+-]\d+)\)$/;

/**
 * Reads what `zfs diff` prints, with or without each of `-H`, `-F` and `-t`, in pieces of any size. The form is read from each line:
 * `[ctime] kind [class] path [newpath | (+n)]`, columns parted by tabs, the paths of a rename without `-H` by ` -> `. Escapes are
 * `\0` and three octal digits for every byte that is no printable ASCII (observed on OpenZFS 2.1.11 and 2.3.2). A line that is none
 * of this is counted and passed over. One parser per listing.
 */
export class ZfsDiffParser {
  readonly #lines = new Delimited(LF, {
    entry: (bytes, start, end) => this.#read(bytes, start, end),
    tooLong: (beginning) => {
      this.#line++;
      this.#reject(beginning);
    },
  });
  readonly #row = new DiffRow();
  #take: (row: ChangeRow) => void = ignore;
  #line = 0;
  #malformed = 0;
  #unescaped = 0;
  readonly #samples: { line: number; text: string }[] = [];
  /** Of the line that is read: where its time begins, and its whole seconds. */
  #timeStart = 0;
  #seconds = 0;

  get problems(): ParseProblems {
    return { malformed: this.#malformed, unescaped: this.#unescaped, samples: this.#samples };
  }

  /** Hands over the rows that end in this piece, each only good until the next. */
  read(chunk: Buffer, take: (row: ChangeRow) => void): void {
    this.#take = take;
    this.#lines.push(chunk);
    this.#take = ignore;
  }

  /**
   * The listing has ended. A last line without a newline is a row when `whole` says that nothing was cut off (a file), and counts
   * as malformed otherwise: half a path is another path.
   */
  end(whole: boolean, take: (row: ChangeRow) => void): void {
    this.#take = take;
    const rest = this.#lines.drop();
    if (rest !== null && whole && !rest.tooLong) this.#read(rest.bytes, 0, rest.bytes.length);
    else if (rest !== null) {
      this.#line++;
      this.#reject(rest.bytes);
    }
    this.#take = ignore;
  }

  /** The rows that end in this piece as records. They may share its memory, which must not be written to while they are used. */
  push(chunk: Buffer): ChangeRecord[] {
    const records: ChangeRecord[] = [];
    this.read(chunk, (row) => records.push(row.record()));
    return records;
  }

  /** See {@link end}. */
  finish(whole: boolean): ChangeRecord[] {
    const records: ChangeRecord[] = [];
    this.end(whole, (row) => records.push(row.record()));
    return records;
  }

  #reject(line: Buffer): void {
    this.#malformed++;
    if (this.#samples.length < mostSamples) this.#samples.push({ line: this.#line, text: line.toString('latin1', 0, sampleLength) });
  }

  #read(bytes: Buffer, start: number, newline: number): void {
    this.#line++;
    // A terminal in between adds a carriage return; one in a name would be escaped.
    const end = newline > start && bytes[newline - 1] === CR ? newline - 1 : newline;
    if (end === start) return;
    if (this.#parse(bytes, start, end)) this.#take(this.#row);
    else this.#reject(bytes.subarray(start, end));
  }

  /** Reads a line into the row; false when it is none. */
  #parse(bytes: Buffer, start: number, end: number): boolean {
    let at = start;
    if (start + 1 >= end || bytes[start + 1] !== TAB) {
      at = this.#time(bytes, start, end) + 1;
      if (at === 0) return false;
    } else this.#timeStart = start;
    const kind = bytes[at] as number;
    if (at + 2 > end || bytes[at + 1] !== TAB || !isKind(kind)) return false;
    const row = this.#row;
    row.begin(bytes, this.#timeStart, Math.max(this.#timeStart, at - 1), this.#seconds, kind);
    at += 2;
    // `/` alone is the class of a directory when a path follows, else the path of the root.
    if (at + 1 < end && bytes[at + 1] === TAB) {
      const letter = bytes[at] as number;
      const known = classes[letter] === 1;
      if (bytes[at + 2] !== OPEN /* of a link count */) {
        if (!known) return false;
        row.type = letter;
        at += 2;
      } else if (deleteQueue.compare(bytes, at + 2, end) === 0) {
        row.type = known ? letter : 0;
        return this.#nameless();
      }
    }
    let plainEnd = at;
    while (plainEnd < end && plain[bytes[plainEnd] as number] === 1) plainEnd++;
    if (plainEnd < end || kind === kindBytes.renamed || bytes[end - 1] === CLOSE) return this.#paths(bytes, at, end);
    return this.#place(bytes, at, end);
  }

  /** Reads the time at the beginning of a line, padded with spaces; where the tab behind it is, -1 when there is no such time. */
  #time(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && bytes[at] === SPACE) at++;
    this.#timeStart = at;
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    const whole = at;
    let seconds = 0;
    for (; at < end && isDigit(bytes[at] as number); at++) seconds = seconds * 10 + (bytes[at] as number) - ZERO;
    if (at === whole || at >= end || bytes[at] !== POINT) return -1;
    const fraction = ++at;
    while (at < end && isDigit(bytes[at] as number)) at++;
    this.#seconds = negative ? 0 : seconds;
    return at > fraction && at < end && bytes[at] === TAB ? at : -1;
  }

  /** Reads what follows kind and class where it is more than one path of ordinary bytes. */
  #paths(bytes: Buffer, start: number, end: number): boolean {
    const row = this.#row;
    const tab = tabAfter(bytes, start, end);
    let pathEnd = tab;
    let newStart = -1;
    if (row.kind === kindBytes.renamed) {
      if (tab < end) newStart = tab + 1;
      else {
        const found = bytes.subarray(start, end).indexOf(arrow);
        if (found === -1) return false;
        pathEnd = start + found;
        newStart = pathEnd + arrow.length;
      }
      if (tabAfter(bytes, newStart, end) !== end) return false;
    } else if (tab < end) {
      const count = linksPattern.exec(bytes.toString('latin1', tab + 1, end));
      if (count === null) return false;
      row.links = Number(count[1]);
    }
    if (endsWithQueue(bytes, start, pathEnd)) return this.#nameless();
    if (newStart !== -1) {
      if (!this.#unescape(bytes, start, pathEnd)) return false;
      row.oldPath = row.bytes.subarray(row.start, row.end);
      return this.#unescape(bytes, newStart, end);
    }
    return this.#unescape(bytes, start, pathEnd);
  }

  #nameless(): boolean {
    this.#row.unlinked = true;
    this.#row.place(nothing, 0, 0);
    return true;
  }

  /** Places the row at an absolute path with its escapes undone; false when it is none. */
  #unescape(bytes: Buffer, start: number, end: number): boolean {
    let escapes = 0;
    let raw = false;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number;
      if (byte === BACKSLASH) escapes++;
      else if (byte === 0) return false;
      else if (plain[byte] === 0) raw = true;
    }
    if (raw && bytes[start] === SLASH) this.#unescaped++;
    if (escapes === 0) return this.#place(bytes, start, end);
    const path = unescape(bytes, start, end);
    return !path.includes(0) && this.#place(path, 0, path.length);
  }

  /** Places the row at an absolute path, without a trailing slash; false when it is none. */
  #place(bytes: Buffer, start: number, end: number): boolean {
    if (start >= end || bytes[start] !== SLASH) return false;
    this.#row.place(bytes, start, end - start > 1 && bytes[end - 1] === SLASH ? end - 1 : end);
    return true;
  }
}

const nothing = Buffer.alloc(0);
const ignore = (): void => undefined;

function isKind(byte: number): boolean {
  return byte === kindBytes.added || byte === kindBytes.removed || byte === kindBytes.modified || byte === kindBytes.renamed;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}

function tabAfter(bytes: Buffer, start: number, end: number): number {
  for (let i = start; i < end; i++) if (bytes[i] === TAB) return i;
  return end;
}

/** Whether the path is what `zfs diff` says of a nameless file: its mark glued to the mount point, or alone. A space in a name is escaped. */
function endsWithQueue(bytes: Buffer, start: number, end: number): boolean {
  if (bytes[end - 1] !== 0x29 || end - start < deleteQueue.length) return false;
  const mark = end - deleteQueue.length;
  // A file may be called so; then there is a slash before it.
  return bytes[mark - 1] !== SLASH && deleteQueue.compare(bytes, mark, end) === 0;
}

/** Undoes `\0ooo`; any other backslash stands for itself, as in names printed without escapes. */
function unescape(bytes: Buffer, start: number, end: number): Buffer {
  const out = Buffer.allocUnsafe(end - start);
  let length = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte === BACKSLASH && i + 4 < end && bytes[i + 1] === ZERO) {
      const [a, b, c] = [octal(bytes[i + 2]), octal(bytes[i + 3]), octal(bytes[i + 4])];
      const value = (a << 6) | (b << 3) | c;
      if (a >= 0 && b >= 0 && c >= 0 && value < 256) {
        out[length++] = value;
        i += 4;
        continue;
      }
    }
    out[length++] = byte;
  }
  return out.subarray(0, length);
}

function octal(byte: number | undefined): number {
  return byte !== undefined && byte >= ZERO && byte <= ZERO + 7 ? byte - ZERO : -1;
}
