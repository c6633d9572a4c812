import { int32, Numbers, uint16, uint32, uint8 } from './growable.ts';

const SLASH = 0x2f;
const DOT = 0x2e;

/** Components a path may have; file systems end far before, hostile listings would not. */
const deepest = 1000;

/** Node of `/`. Nodes are numbered in the order they are made, parents before children. */
export const rootNode = 0;

/** A tree of names as bytes, kept in typed arrays: about 40 bytes and the name for each node. */
export class NameTree {
  readonly #seed: number;
  #size = 1;
  #bytes = 0;
  readonly #arena = new Numbers(uint8, 1 << 16);
  /** The arena again, for its decoder. */
  #text = Buffer.from(this.#arena.array.buffer);
  readonly #nameStart = new Numbers(uint32, 1024);
  readonly #nameLength = new Numbers(uint16, 1024);
  readonly #parent = new Numbers(int32, 1024);
  readonly #firstChild = new Numbers(int32, 1024);
  readonly #nextSibling = new Numbers(int32, 1024);
  /** Open addressing, two numbers a place: node + 1 (0 for free) and its hash, so that most of what is passed over is not looked up. */
  #table = new Int32Array(8192);
  /** Directory of the path before: rows of a listing often stay in one. */
  #lastDirectory: Buffer = Buffer.alloc(0);
  #lastDirectoryNode = rootNode;

  /** `seed`: any number; one that a host can't foresee keeps it from sending names that all fall on one place of the table. */
  constructor(seed: number) {
    this.#seed = Math.imul(seed | 1, 0x9e3779b9);
  }

  /** Number of nodes, the root included. */
  get size(): number {
    return this.#size;
  }

  parent(node: number): number {
    return this.#parent.array[node] as number;
  }

  /** 0 when there is none: the root is nobody's child. */
  firstChild(node: number): number {
    return this.#firstChild.array[node] as number;
  }

  /** 0 after the last. */
  nextSibling(node: number): number {
    return this.#nextSibling.array[node] as number;
  }

  /** The bytes of a name; a view that is only good until the tree grows. */
  nameBytes(node: number): Uint8Array {
    const start = this.#nameStart.array[node] as number;
    return this.#arena.array.subarray(start, start + (this.#nameLength.array[node] as number));
  }

  name(node: number): string {
    const start = this.#nameStart.array[node] as number;
    return this.#text.toString('utf8', start, start + (this.#nameLength.array[node] as number));
  }

  endsWith(node: number, suffix: Uint8Array): boolean {
    const length = this.#nameLength.array[node] as number;
    const from = (this.#nameStart.array[node] as number) + length - suffix.length;
    if (length < suffix.length) return false;
    for (let i = suffix.length - 1; i >= 0; i--) if (this.#arena.array[from + i] !== suffix[i]) return false;
    return true;
  }

  /** The absolute path as bytes. */
  path(node: number): Buffer {
    if (node === rootNode) return Buffer.from('/');
    const parts: Uint8Array[] = [];
    for (let at = node; at !== rootNode; at = this.parent(at)) parts.push(this.nameBytes(at), slash);
    return Buffer.concat(parts.reverse());
  }

  /** Order of names by their bytes. */
  compareNames(left: number, right: number): number {
    const arena = this.#arena.array;
    const a = this.#nameStart.array[left] as number;
    const b = this.#nameStart.array[right] as number;
    const aLength = this.#nameLength.array[left] as number;
    const bLength = this.#nameLength.array[right] as number;
    for (let i = 0; i < aLength && i < bLength; i++) {
      const difference = (arena[a + i] as number) - (arena[b + i] as number);
      if (difference !== 0) return difference;
    }
    return aLength - bLength;
  }

  /** Order of paths: component by component, by their bytes. Takes time in the depth alone. */
  comparePaths(left: number, right: number): number {
    let [a, b] = [left, right];
    let [aDepth, bDepth] = [this.#depth(a), this.#depth(b)];
    const byDepth = aDepth - bDepth;
    for (; aDepth > bDepth; aDepth--) a = this.parent(a);
    for (; bDepth > aDepth; bDepth--) b = this.parent(b);
    if (a === b) return byDepth;
    while (this.parent(a) !== this.parent(b)) [a, b] = [this.parent(a), this.parent(b)];
    return this.compareNames(a, b);
  }

  #depth(node: number): number {
    let depth = 0;
    for (let at = node; at !== rootNode; at = this.parent(at)) depth++;
    return depth;
  }

  /**
   * The node of an absolute path, made with all that is missing above it. `linked` is told every new node. -1 for what is no path of
   * a file system: a component that is `.` or `..`, longer than 65,535 bytes, or too many of them.
   */
  insert(path: Buffer, linked: (node: number, parent: number) => void): number {
    let end = path.length;
    while (end > 1 && path[end - 1] === SLASH) end--;
    let last = end;
    while (last > 0 && path[last - 1] !== SLASH) last--;
    if (!nameFits(path, last, end)) return -1;
    let parent = this.#lastDirectoryNode;
    if (!this.#isLastDirectory(path, last)) {
      parent = this.#directory(path, last, linked);
      if (parent === -1) return -1;
      this.#lastDirectory = Buffer.from(path.subarray(0, last));
      this.#lastDirectoryNode = parent;
    }
    return last === end ? parent : this.#child(parent, path, last, end, linked);
  }

  /** From its end, where directories differ. */
  #isLastDirectory(path: Buffer, length: number): boolean {
    const last = this.#lastDirectory;
    if (length !== last.length) return false;
    for (let i = length - 1; i >= 0; i--) if (path[i] !== last[i]) return false;
    return true;
  }

  #directory(path: Buffer, end: number, linked: (node: number, parent: number) => void): number {
    let components = 0;
    for (let start = 0, i = 0; i < end; i++) {
      if (path[i] !== SLASH) continue;
      if (!nameFits(path, start, i) || ++components > deepest) return -1;
      start = i + 1;
    }
    let node = rootNode;
    for (let start = 0, i = 0; i < end; i++) {
      if (path[i] !== SLASH) continue;
      if (i > start) node = this.#child(node, path, start, i, linked);
      start = i + 1;
    }
    return node;
  }

  /** The node of an absolute path; -1 when it is not in the tree. */
  find(path: Buffer): number {
    let node = rootNode;
    for (let start = 0, i = 0; i <= path.length; i++) {
      if (i < path.length && path[i] !== SLASH) continue;
      if (i > start) {
        const slot = this.#slotOf(this.#hash(node, path, start, i), node, path, start, i);
        node = (this.#table[slot * 2] as number) - 1;
        if (node === -1) return -1;
      }
      start = i + 1;
    }
    return node;
  }

  #child(parent: number, path: Buffer, start: number, end: number, linked: (node: number, parent: number) => void): number {
    const hash = this.#hash(parent, path, start, end);
    const slot = this.#slotOf(hash, parent, path, start, end);
    const found = this.#table[slot * 2] as number;
    if (found !== 0) return found - 1;
    const node = this.#add(parent, path, start, end);
    this.#table[slot * 2] = node + 1;
    this.#table[slot * 2 + 1] = hash;
    if (this.#size * 10 > this.#table.length * 3) this.#rehash();
    linked(node, parent);
    return node;
  }

  #hash(parent: number, path: Buffer, start: number, end: number): number {
    let hash = Math.imul(parent + this.#seed, 0x85ebca6b);
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (path[i] as number), 0x01000193);
    return hash ^ (hash >>> 15);
  }

  /** Where a name of a directory stands in the table, or would be put. */
  #slotOf(hash: number, parent: number, path: Buffer, start: number, end: number): number {
    const table = this.#table;
    const mask = (table.length >> 1) - 1;
    let slot = hash & mask;
    for (let found = table[slot * 2] as number; found !== 0; found = table[slot * 2] as number) {
      if (table[slot * 2 + 1] === hash && this.#is(found - 1, parent, path, start, end)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #is(node: number, parent: number, path: Buffer, start: number, end: number): boolean {
    if (this.#parent.array[node] !== parent || this.#nameLength.array[node] !== end - start) return false;
    const arena = this.#arena.array;
    const at = this.#nameStart.array[node] as number;
    for (let i = 0; i < end - start; i++) if (arena[at + i] !== path[start + i]) return false;
    return true;
  }

  #add(parent: number, path: Buffer, start: number, end: number): number {
    const node = this.#size++;
    if (node >= this.#nameStart.array.length) {
      for (const numbers of [this.#nameStart, this.#nameLength, this.#parent, this.#firstChild, this.#nextSibling])
        numbers.reserve(this.#size);
    }
    this.#arena.reserve(this.#bytes + end - start);
    const arena = this.#arena.array;
    if (arena.buffer !== this.#text.buffer) this.#text = Buffer.from(arena.buffer);
    for (let i = start, to = this.#bytes; i < end; i++) arena[to++] = path[i] as number;
    this.#nameStart.array[node] = this.#bytes;
    this.#nameLength.array[node] = end - start;
    this.#bytes += end - start;
    this.#parent.array[node] = parent;
    this.#nextSibling.array[node] = this.#firstChild.array[parent] as number;
    this.#firstChild.array[parent] = node;
    return node;
  }

  #rehash(): void {
    const old = this.#table;
    const table = new Int32Array(old.length * 2);
    const mask = old.length - 1;
    for (let at = 0; at < old.length; at += 2) {
      if (old[at] === 0) continue;
      const hash = old[at + 1] as number;
      let slot = hash & mask;
      while (table[slot * 2] !== 0) slot = (slot + 1) & mask;
      table[slot * 2] = old[at] as number;
      table[slot * 2 + 1] = hash;
    }
    this.#table = table;
  }
}

const slash = Buffer.from('/');

function nameFits(path: Buffer, start: number, end: number): boolean {
  const length = end - start;
  if (length > 0xffff) return false;
  return path[start] !== DOT || length > 2 || (length === 2 && path[start + 1] !== DOT);
}
