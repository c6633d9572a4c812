import { Delimited } from './delimited.ts';

/** One thing as `find` saw it. */
export interface WalkEntry {
  /** Class letter as `zfs diff -F` has it: `F` file, `/` directory, `@` link, `|` pipe, `=` socket, `B`, `C`, `>` door; `?` else. */
  readonly fileType: string;
  readonly inode: number;
  readonly links: number;
  /** Bytes, as its length says. */
  readonly size: number;
  /** Last change of the inode: seconds since the epoch with nine decimals. */
  readonly changed: string;
  /** The same for the content; the same as `changed` where it was not asked. */
  readonly modified: string;
  /** `st_dev`. */
  readonly device: number;
  /** Absolute, as bytes; `/` for the top. */
  readonly path: Buffer;
}

/**
 * What `find -printf` is told to say before the path that `-print0` ends, and that begins with a slash: type, inode, links, size, time of the
 * last change of the inode, device. No backslash and nothing a shell or sudoers(5) would read, so that the same words can stand in a rule of sudo.
 */
export const walkFormat = '%y_%i_%n_%s_%C@_%D';

/** The same of plain files with one name on the device that is walked: inode, size, time. Each number costs find as much time as the file. */
export const plainFormat = '%i_%s_%C@';

/** A format with the time of the content after all else. */
export function withContentTime(format: string): string {
  return `${format}_%T@`;
}

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
const number = String.raw`(\d{1,20})`;
const time = String.raw`(-?\d{1,20}(?:\.\d{1,10})?)`;
const header = new RegExp(`^([a-zA-Z?])_${number}_${number}_${number}_${time}_${number}(?:_${time})?$`);
const plainHeader = new RegExp(`^${number}_${number}_${time}(?:_${time})?$`);
/** More than the longest of them. */
const longestHeader = 200;

/** Reads what `find TOP -printf FORMAT -print0` prints in {@link walkFormat} or {@link plainFormat}, in pieces of any size. One parser per listing. */
export class WalkParser {
  readonly #top: Buffer;
  readonly #below: Buffer;
  readonly #entries = new Delimited(NUL, {
    entry: (bytes, start, end) => this.#read(bytes.subarray(start, end)),
    tooLong: () => this.#malformed++,
  });
  #found: WalkEntry[] = [];
  #malformed = 0;
  /** Of the first thing, which is the top. */
  #device = 0;

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
    const slash = bytes.indexOf(SLASH);
    const path = slash < 0 || slash > longestHeader ? null : this.#path(bytes.subarray(slash));
    const entry = path === null ? null : this.#entry(bytes.toString('latin1', 0, slash), path);
    if (entry === null) this.#malformed++;
    else this.#found.push(entry);
  }

  /** `text` is what stands before the path; null when it is nothing of the kind. */
  #entry(text: string, path: Buffer): WalkEntry | null {
    const plain = plainHeader.exec(text);
    if (plain !== null) {
      const changed = nine(plain[3] as string);
      const modified = plain[4] === undefined ? changed : nine(plain[4]);
      return { fileType: 'F', inode: Number(plain[1]), links: 1, size: Number(plain[2]), changed, modified, device: this.#device, path };
    }
    const found = header.exec(text);
    if (found === null) return null;
    const [, type = '', inode, links, size, time = '', onDevice, content] = found;
    const changed = nine(time);
    const modified = content === undefined ? changed : nine(content);
    const device = Number(onDevice);
    this.#device ||= device;
    const fileType = letters.get(type) ?? '?';
    return { fileType, inode: Number(inode), links: Number(links), size: Number(size), changed, modified, device, path };
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
  // As a file system's times come, nearly always.
  if (dot === time.length - 11) return time.slice(0, -1);
  return dot === -1 ? `${time}.000000000` : time.slice(0, dot + 10).padEnd(dot + 10, '0');
}
