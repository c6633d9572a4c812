import { Delimited } from './delimited.ts';

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

const NUL = 0;
const SLASH = 0x2f;
const header = /^([a-zA-Z?])\/(\d{1,20})\/(\d{1,20})\/(\d{1,20})\/(-?\d{1,20}(?:\.\d{1,10})?)\/(-?\d{1,20}(?:\.\d{1,10})?)\/(\d{1,20})$/;

/** Reads what `find TOP -printf '%y/%i/%n/%s/%T@/%C@/%D/' -print0` prints, in pieces of any size. One parser per listing. */
export class WalkParser {
  readonly #top: Buffer;
  readonly #below: Buffer;
  readonly #entries = new Delimited(NUL, {
    entry: (bytes, start, end) => this.#read(bytes.subarray(start, end)),
    tooLong: () => this.#malformed++,
  });
  #found: WalkEntry[] = [];
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
    this.#found = [];
    this.#entries.push(chunk);
    return this.#found;
  }

  /** The listing has ended; what has no end is cut off and counts as malformed. */
  finish(): void {
    if (this.#entries.drop() !== null) this.#malformed++;
  }

  #read(bytes: Buffer): void {
    let at = 0;
    for (let slashes = 0; slashes < 7 && at < bytes.length; at++) if (bytes[at] === SLASH) slashes++;
    const found = at > 200 ? null : header.exec(bytes.toString('latin1', 0, at - 1));
    const path = found === null ? null : this.#path(bytes.subarray(at));
    if (found === null || path === null) {
      this.#malformed++;
      return;
    }
    const [, type = '', inode, links, size, modified = '', changed = '', device] = found;
    this.#found.push({
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
