/** One thing as `find` saw it. */
export interface WalkEntry {
  /** Class letter as `zfs diff -F` has it: `F` file, `/` directory, `@` link, `|` pipe, `=` socket, `B`, `C`, `>` door; `?` else. */
  readonly fileType: string;
  readonly inode: number;
  readonly links: number;
  /** Bytes, as its length says. */
  readonly size: number;
  /** Seconds since the epoch with nine decimals. */
  readonly modified: string;
  /** The same for the last change of the inode. */
  readonly changed: string;
  /** `st_dev`. */
  readonly device: number;
  /** Absolute, as bytes; `/` for the top. */
  readonly path: Buffer;
}

/**
 * What `find -printf` is told to say before the path that `-print0` ends: type, inode, links, size, times of the content and of the inode,
 * device. No backslash and nothing a shell or sudoers(5) would read, so that the same words can stand in a rule of sudo.
 */
export const walkFormat = '%y/%i/%n/%s/%T@/%C@/%D/';

const letters: ReadonlyMap<string, string> = new Map([
  ['f', 'F'],
  ['d', '/'],
  ['l', '@'],
  ['p', '|'],
  ['s', '='],
  ['b', 'B'],
  ['c', 'C'],
  ['D', '>'],
]);

/** Longer than any path the kernel gives out and everything before it. */
const longestEntry = 64 * 1024;
const NUL = 0;
const SLASH = 0x2f;
const header = /^([a-zA-Z?])\/(\d{1,20})\/(\d{1,20})\/(\d{1,20})\/(-?\d{1,20}(?:\.\d{1,10})?)\/(-?\d{1,20}(?:\.\d{1,10})?)\/(\d{1,20})$/;

/** Reads what `find TOP -printf '%y/%i/%n/%s/%T@/%C@/%D/' -print0` prints, in pieces of any size. One parser per listing. */
export class WalkParser {
  readonly #top: Buffer;
  readonly #below: Buffer;
  #rest: Buffer = Buffer.alloc(0);
  #skipping = false;
  #malformed = 0;

  /**
   * `top`: the directory that find was given, which its paths begin with; `at`: what it is called instead (`/` for `/`, `/home` for
   * `/home/.zfs/snapshot/blank`).
   */
  constructor(top: string, at: string) {
    this.#top = Buffer.from(top === '/' ? '' : top);
    this.#below = Buffer.from(at === '/' ? '' : at);
  }

  /** Entries that could not be read. */
  get malformed(): number {
    return this.#malformed;
  }

  /** The entries that end in this piece, whose memory they may share. */
  push(chunk: Buffer): WalkEntry[] {
    const entries: WalkEntry[] = [];
    let start = 0;
    if (this.#rest.length > 0 || this.#skipping) {
      const end = chunk.indexOf(NUL);
      this.#carry(chunk.subarray(0, end === -1 ? chunk.length : end));
      if (end === -1) return entries;
      this.#endCarried(entries);
      start = end + 1;
    }
    for (let end = chunk.indexOf(NUL, start); end !== -1; end = chunk.indexOf(NUL, start)) {
      this.#read(chunk.subarray(start, end), entries);
      start = end + 1;
    }
    if (start < chunk.length) this.#carry(chunk.subarray(start));
    return entries;
  }

  /** The listing has ended; what has no end is cut off and counts as malformed. */
  finish(): void {
    if (this.#rest.length > 0 || this.#skipping) this.#malformed++;
    this.#rest = Buffer.alloc(0);
    this.#skipping = false;
  }

  #carry(piece: Buffer): void {
    if (this.#skipping) return;
    this.#rest = Buffer.concat([this.#rest, piece]);
    if (this.#rest.length <= longestEntry) return;
    this.#skipping = true;
    this.#rest = Buffer.alloc(0);
  }

  #endCarried(entries: WalkEntry[]): void {
    if (this.#skipping) this.#malformed++;
    else this.#read(this.#rest, entries);
    this.#skipping = false;
    this.#rest = Buffer.alloc(0);
  }

  #read(bytes: Buffer, entries: WalkEntry[]): void {
    let at = 0;
    for (let slashes = 0; slashes < 7 && at < bytes.length; at++) if (bytes[at] === SLASH) slashes++;
    const found = at > 200 || bytes.length > longestEntry ? null : header.exec(bytes.toString('latin1', 0, at - 1));
    const path = found === null ? null : this.#path(bytes.subarray(at));
    if (found === null || path === null) {
      this.#malformed++;
      return;
    }
    const [, type = '', inode, links, size, modified = '', changed = '', device] = found;
    entries.push({
      fileType: letters.get(type) ?? '?',
      inode: Number(inode),
      links: Number(links),
      size: Number(size),
      modified: nine(modified),
      changed: nine(changed),
      device: Number(device),
      path,
    });
  }

  /** Null when the path does not lie below the top. */
  #path(bytes: Buffer): Buffer | null {
    const { length } = this.#top;
    if (bytes.length === 0 || this.#top.compare(bytes, 0, Math.min(length, bytes.length)) !== 0) return null;
    const rest = bytes.length > length && bytes[length] === SLASH ? bytes.subarray(length) : null;
    if (rest === null && bytes.length > length) return null;
    if (rest === null || rest.length === 1) return this.#below.length === 0 ? Buffer.from('/') : this.#below;
    return this.#below.length === 0 ? rest : Buffer.concat([this.#below, rest]);
  }
}

/** find prints ten decimals, of which a file system has nine, and none where it has none. */
function nine(time: string): string {
  const dot = time.indexOf('.');
  return dot === -1 ? `${time}.000000000` : time.slice(0, dot + 10).padEnd(dot + 10, '0');
}
