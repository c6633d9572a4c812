import type { ChangeKind } from '../protocol/rows.ts';
import type { ChangeRecord, ParseProblems } from './changeRecord.ts';

/** Longest line that is looked at; paths of the kernel are shorter even with every byte escaped, twice in a line. */
const longestLine = 64 * 1024;
const mostSamples = 5;
const sampleLength = 200;

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const MINUS = 0x2d;
const POINT = 0x2e;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const ZERO = 0x30;

const kinds: ReadonlyMap<number, ChangeKind> = new Map([
  [0x2b, '+'],
  [0x2d, '-'],
  [0x4d, 'M'],
  [0x52, 'R'],
]);
/** Class characters of `zfs diff -F` as its manual lists them. */
const classes: ReadonlyMap<number, string> = new Map('BC/>|@P=F?'.split('').map((letter) => [letter.charCodeAt(0), letter]));
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
  /** The beginning of a line whose end has not come yet. */
  #rest: Buffer = Buffer.alloc(0);
  /** Inside a line that is too long to be looked at. */
  #skipping = false;
  #line = 0;
  #malformed = 0;
  #unescaped = 0;
  readonly #samples: { line: number; text: string }[] = [];

  get problems(): ParseProblems {
    return { malformed: this.#malformed, unescaped: this.#unescaped, samples: this.#samples };
  }

  /** The rows that end in this piece. They may share its memory, which must not be written to while they are used. */
  push(chunk: Buffer): ChangeRecord[] {
    const records: ChangeRecord[] = [];
    let start = 0;
    if (this.#rest.length > 0 || this.#skipping) {
      const end = chunk.indexOf(LF);
      this.#carry(chunk.subarray(0, end === -1 ? chunk.length : end));
      if (end === -1) return records;
      this.#endCarried(records);
      start = end + 1;
    }
    for (let end = chunk.indexOf(LF, start); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#read(chunk, start, end, records);
      start = end + 1;
    }
    if (start < chunk.length) this.#carry(chunk.subarray(start));
    return records;
  }

  /**
   * The listing has ended. A last line without a newline is a row when `whole` says that nothing was cut off (a file), and counts
   * as malformed otherwise: half a path is another path.
   */
  finish(whole: boolean): ChangeRecord[] {
    const records: ChangeRecord[] = [];
    if (this.#skipping || (this.#rest.length > 0 && whole)) this.#endCarried(records);
    else if (this.#rest.length > 0) {
      this.#line++;
      this.#reject(this.#rest);
    }
    this.#rest = Buffer.alloc(0);
    return records;
  }

  #carry(piece: Buffer): void {
    if (this.#skipping) return;
    // Copied, since the reader may use its memory again.
    this.#rest = Buffer.concat([this.#rest, piece]);
    this.#skipping = this.#rest.length > longestLine;
    if (this.#skipping) this.#rest = this.#rest.subarray(0, sampleLength);
  }

  #endCarried(records: ChangeRecord[]): void {
    const line = this.#rest;
    this.#rest = Buffer.alloc(0);
    if (this.#skipping) {
      this.#skipping = false;
      this.#line++;
      this.#reject(line);
    } else this.#read(line, 0, line.length, records);
  }

  #reject(line: Buffer): void {
    this.#malformed++;
    if (this.#samples.length < mostSamples) this.#samples.push({ line: this.#line, text: line.toString('latin1', 0, sampleLength) });
  }

  #read(bytes: Buffer, start: number, newline: number, records: ChangeRecord[]): void {
    this.#line++;
    // A terminal in between adds a carriage return; one in a name would be escaped.
    const end = newline > start && bytes[newline - 1] === CR ? newline - 1 : newline;
    if (end === start) return;
    const record = end - start > longestLine ? null : this.#parse(bytes, start, end);
    if (record === null) this.#reject(bytes.subarray(start, end));
    else records.push(record);
  }

  #parse(bytes: Buffer, start: number, end: number): ChangeRecord | null {
    let at = start;
    let tab = tabAfter(bytes, at, end);
    let time: string | null = null;
    if (tab - at > 1) {
      while (bytes[at] === SPACE) at++;
      if (tab === end || !isTime(bytes, at, tab)) return null;
      time = bytes.toString('latin1', at, tab);
      at = tab + 1;
      tab = tabAfter(bytes, at, end);
    }
    const kind = tab - at === 1 && tab < end ? kinds.get(bytes[at] as number) : undefined;
    if (kind === undefined) return null;
    at = tab + 1;
    tab = tabAfter(bytes, at, end);

    let fileType: string | null = null;
    // `/` alone is the class of a directory when a path follows, else the path of the root.
    if (tab - at === 1 && tab < end && bytes[tab + 1] !== 0x28 /* ( of a link count */) {
      fileType = classes.get(bytes[at] as number) ?? null;
      if (fileType === null) return null;
      at = tab + 1;
      tab = tabAfter(bytes, at, end);
    } else if (tab - at === 1 && tab < end && bytes.subarray(tab + 1, end).equals(deleteQueue)) {
      fileType = classes.get(bytes[at] as number) ?? null;
      at = tab + 1;
      tab = end;
    }

    let pathEnd = tab;
    let newStart = -1;
    let links = 0;
    if (kind === 'R') {
      if (tab < end) newStart = tab + 1;
      else {
        const found = bytes.subarray(at, end).indexOf(arrow);
        if (found === -1) return null;
        pathEnd = at + found;
        newStart = pathEnd + arrow.length;
      }
      if (tabAfter(bytes, newStart, end) !== end) return null;
    } else if (tab < end) {
      const count = linksPattern.exec(bytes.toString('latin1', tab + 1, end));
      if (count === null) return null;
      links = Number(count[1]);
    }
    if (endsWithQueue(bytes, at, pathEnd)) {
      return { kind, fileType, path: Buffer.alloc(0), newPath: null, links, time, unlinked: true };
    }
    const path = this.#path(bytes, at, pathEnd);
    const newPath = newStart === -1 ? null : this.#path(bytes, newStart, end);
    if (path === null || (newStart !== -1 && newPath === null)) return null;
    return { kind, fileType, path, newPath, links, time, unlinked: false };
  }

  /** An absolute path with its escapes undone and without a trailing slash; null when it is none. */
  #path(bytes: Buffer, start: number, end: number): Buffer | null {
    if (bytes[start] !== SLASH || start >= end) return null;
    let escapes = 0;
    let raw = false;
    let nul = false;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number;
      if (byte === BACKSLASH) escapes++;
      else if (byte <= SPACE || byte >= 0x7f) {
        raw = true;
        nul ||= byte === 0;
      }
    }
    if (raw) this.#unescaped++;
    const path = escapes === 0 ? bytes.subarray(start, end) : unescape(bytes, start, end);
    if (nul || (escapes > 0 && path.includes(0))) return null;
    return path.length > 1 && path[path.length - 1] === SLASH ? path.subarray(0, -1) : path;
  }
}

/** Whether it is digits, a point and digits, with or without a minus before. */
function isTime(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start] === MINUS ? start + 1 : start;
  let point = -1;
  for (let i = first; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte >= ZERO && byte <= ZERO + 9) continue;
    if (byte !== POINT || point !== -1) return false;
    point = i;
  }
  return point > first && point < end - 1;
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
