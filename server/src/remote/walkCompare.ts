import type { ChangeKind } from '../protocol/rows.ts';
import type { ChangeRecord } from './changeRecord.ts';
import type { WalkEntry } from './walkParser.ts';

/** How a live tree is told from its baseline. */
export type Identity =
  /** The baseline is an older state of the same file system: inode numbers and times of inodes mean something across both. */
  | 'inode'
  /** Another tree: only names, types, sizes and times of contents can be compared. */
  | 'content';

/** Things a baseline may have; a blank one has a few. About 300 bytes each. */
export const mostBaseline = 1_000_000;

interface Known extends WalkEntry {
  /** Inode of the directory it is in. */
  readonly parent: number;
  readonly name: string;
  /** A thing of the live tree has been found to be this one. */
  seen: boolean;
}

/**
 * Tells the changes between two walks of a tree as `zfs diff` would, and those that it loses: every name of a file with several is one.
 * First all of the baseline, then the live tree, each with directories before what is in them, as find walks. What is in a renamed
 * directory is no change by itself. One comparison per listing.
 */
export class WalkComparison {
  readonly #identity: Identity;
  #device: number | null = null;
  readonly #byPath = new Map<string, Known>();
  readonly #byInode = new Map<number, Known[]>();
  readonly #baselineParents = new Parents();
  readonly #liveParents = new Parents();
  /** Of the live tree: the inode is of the baseline, but not at this place. */
  readonly #pending: { readonly entry: WalkEntry; readonly path: Buffer }[] = [];
  /** Of the baseline: directories of the live tree that something else lies over. */
  readonly #covered: string[] = [];

  constructor(identity: Identity) {
    this.#identity = identity;
  }

  get baselineSize(): number {
    return this.#byPath.size;
  }

  /** Takes a thing of the baseline, its path as it would be in the live tree. */
  baseline(entry: WalkEntry): void {
    const path = entry.path.toString('latin1');
    const parent = this.#baselineParents.inodeOfParent(path, entry);
    // With its own bytes: it is kept, and what it was read with is not.
    const known: Known = { ...entry, path: Buffer.from(entry.path), parent, name: nameOf(path), seen: false };
    this.#byPath.set(path, known);
    if (this.#identity === 'content') return;
    const same = this.#byInode.get(entry.inode);
    if (same === undefined) this.#byInode.set(entry.inode, [known]);
    else same.push(known);
  }

  /** Takes a thing of the live tree: what can be said of it at once. */
  live(entry: WalkEntry): ChangeRecord | null {
    // Nearly all there is: nothing but a directory on the way to others, or what the baseline knows, needs its path looked at.
    const isNew = this.#identity === 'inode' && entry.fileType !== '/' && entry.device === this.#device && !this.#byInode.has(entry.inode);
    if (isNew) return change('+', entry);
    const path = this.#byPath.size === 0 ? '' : entry.path.toString('latin1');
    const known = this.#byPath.get(path);
    // That of the top, which comes first.
    this.#device ??= entry.device;
    if (entry.device !== this.#device) {
      // Something else is mounted here; what the tree itself has below it can't be seen.
      if (this.#byPath.size > 0) this.#covered.push(path);
      if (known === undefined) return change('+', entry);
      known.seen = true;
      return null;
    }
    if (this.#byPath.size === 0) return change('+', entry);
    if (this.#identity === 'content') return this.#byContent(entry, known);
    const parent = this.#liveParents.inodeOfParent(path, entry);
    const same = this.#byInode.get(entry.inode)?.filter(({ fileType }) => fileType === entry.fileType) ?? [];
    const name = nameOf(path);
    // The top of a mounted snapshot has a made-up inode number.
    const own = parent === aboveTop ? known : same.find((each) => each.parent === parent && each.name === name && !each.seen);
    if (own !== undefined) {
      own.seen = true;
      if (own.changed === entry.changed) return null;
      return own === known ? change('M', entry, entry.fileType === '/' ? 0 : entry.links - own.links) : renamed(own, entry);
    }
    if (same.length === 0) return change('+', entry);
    this.#pending.push({ entry: { ...entry, path: Buffer.from(entry.path) }, path: entry.path });
    return null;
  }

  /** All of the live tree has come: what was waiting for that. `whole`: it has really all come, so that what is missing is gone. */
  finish(whole: boolean): ChangeRecord[] {
    const records: ChangeRecord[] = [];
    for (const { entry } of this.#pending) {
      const old = this.#byInode.get(entry.inode)?.find((each) => !each.seen && each.fileType === entry.fileType);
      // Only when nothing is left at the old place is it a renaming; else it is one more name.
      if (old !== undefined && whole) {
        old.seen = true;
        records.push(renamed(old, entry));
      } else records.push(change('+', entry));
    }
    if (!whole) return records;
    for (const [path, known] of this.#byPath) if (!known.seen && !this.#isCovered(path)) records.push(change('-', known));
    return records;
  }

  #byContent(entry: WalkEntry, known: Known | undefined): ChangeRecord | null {
    if (known === undefined) return change('+', entry);
    known.seen = true;
    if (known.fileType === entry.fileType) {
      // Without inodes nothing tells whether a directory's own list of names has changed.
      if (entry.fileType === '/' || (known.size === entry.size && known.modified === entry.modified)) return null;
    }
    return change('M', entry);
  }

  #isCovered(path: string): boolean {
    return this.#covered.some((directory) => path.startsWith(`${directory}/`));
  }
}

/** Stand for the inodes of the directory that the top is in, and of the top itself. */
const aboveTop = -1;
const atTop = -2;

/** Inodes of the directories above the thing that was walked last. */
class Parents {
  readonly #stack: { readonly prefix: string; readonly inode: number }[] = [];

  #begun = false;

  /** The inode of the directory that `path` is in. */
  inodeOfParent(path: string, entry: WalkEntry): number {
    for (let top = this.#stack.at(-1); top !== undefined && !path.startsWith(top.prefix); top = this.#stack.at(-1)) this.#stack.pop();
    const parent = this.#stack.at(-1)?.inode ?? aboveTop;
    if (entry.fileType === '/') this.#stack.push({ prefix: path === '/' ? '/' : `${path}/`, inode: this.#begun ? entry.inode : atTop });
    this.#begun = true;
    return parent;
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function change(kind: ChangeKind, entry: WalkEntry, links = 0): ChangeRecord {
  const { fileType, path, changed, size, links: names } = entry;
  return { kind, fileType, path, newPath: null, links, time: changed, unlinked: false, names, size: kind === '-' ? null : size };
}

function renamed(old: WalkEntry, entry: WalkEntry): ChangeRecord {
  return { ...change('R', entry), path: old.path, newPath: entry.path };
}
