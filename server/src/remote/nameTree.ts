import { ChildTables, nodeBits, tagBits } from './childTables.ts';
import type { NameColumns } from './columns.ts';
import { DirectoryPath } from './directoryPath.ts';
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
  /** Number of a node in {@link ChildTables}; 0 for what has no children. */
  readonly #directory = new Numbers(int32, 1024);
  readonly #perNode = [this.#nameStart, this.#nameLength, this.#parent, this.#firstChild, this.#nextSibling, this.#directory];
  readonly #tables = new ChildTables();
  readonly #last = new DirectoryPath(rootNode, deepest);
  readonly #hashOf = (node: number): number => {
    const start = this.#nameStart.array[node] as number;
    return this.#hash(this.#arena.array, start, start + (this.#nameLength.array[node] as number));
  };

  /** `seed`: any number; one that a host can't foresee keeps it from sending names that all fall on one place of the table. */
  constructor(seed: number) {
    this.#seed = Math.imul(seed | 1, 0x9e3779b9);
  }

  /** Number of nodes, the root included. */
  get size(): number {
    return this.#size;
  }

  /** Bytes of memory that it holds. */
  get memory(): number {
    return this.#tables.memory + this.#arena.memory + this.#perNode.reduce((sum, numbers) => sum + numbers.memory, 0);
  }

  parent(node: number): number {
    return this.#parent.array[node] as number;
  }

  get directories(): number {
    return this.#tables.count;
  }

  /** Directories are numbered from 1 on in the order in which they get their first child; 0 for what has none. */
  directory(node: number): number {
    return this.#directory.array[node] as number;
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

  /** By number of the node, for who goes through many; only good until the tree grows. */
  columns(): NameColumns {
    return { parents: this.#parent.array, directoryOf: this.#directory.array, nextSiblings: this.#nextSibling.array };
  }

  /** Order of names by their bytes. */
  readonly compareNames = (left: number, right: number): number => {
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
  };

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
   * The node of an absolute path, from `start` up to `end` of `bytes`, made with all that is missing above it. `linked` is told every new
   * node. -1 for what is no path of a file system: a component that is `.` or `..`, longer than 65,535 bytes, or too many of them; and for
   * any path when the tree has sixteen million nodes.
   */
  insert(bytes: Uint8Array, start: number, end: number, linked: (node: number, parent: number) => void): number {
    const last = this.#last;
    let from = start + last.keepCommon(bytes, start, end);
    if (this.#size + deepest > nodeBits || !componentsFit(bytes, from, end, deepest - last.depth)) return -1;
    let node = last.node;
    for (let i = from; i < end; i++) {
      if (bytes[i] !== SLASH) continue;
      if (i > from) node = this.#child(node, bytes, from, i, linked);
      from = i + 1;
      last.enter(node, bytes, start, from);
    }
    return from === end ? node : this.#child(node, bytes, from, end, linked);
  }

  /** The node of an absolute path; -1 when it is not in the tree. */
  find(path: Buffer): number {
    let node = rootNode;
    for (let start = 0, i = 0; i <= path.length; i++) {
      if (i < path.length && path[i] !== SLASH) continue;
      if (i > start) {
        const directory = this.directory(node);
        if (directory === 0) return -1;
        node = (this.#tables.entries.array[this.#placeOf(directory, this.#hash(path, start, i), path, start, i)] as number) & nodeBits;
        if (node === rootNode) return -1;
      }
      start = i + 1;
    }
    return node;
  }

  #child(parent: number, path: Uint8Array, start: number, end: number, linked: (node: number, parent: number) => void): number {
    let directory = this.directory(parent);
    if (directory === 0) {
      directory = this.#tables.add();
      this.#directory.array[parent] = directory;
    }
    const hash = this.#hash(path, start, end);
    const place = this.#placeOf(directory, hash, path, start, end);
    const found = (this.#tables.entries.array[place] as number) & nodeBits;
    if (found !== 0) return found;
    const node = this.#add(parent, path, start, end);
    this.#tables.put(directory, place, node, hash, this.#hashOf);
    linked(node, parent);
    return node;
  }

  #hash(path: Uint8Array, start: number, end: number): number {
    let hash = this.#seed;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (path[i] as number), 0x01000193);
    return hash ^ (hash >>> 15);
  }

  /** Where a name of a directory stands in its table, or would be put. */
  #placeOf(directory: number, hash: number, path: Uint8Array, start: number, end: number): number {
    const entries = this.#tables.entries.array;
    const first = this.#tables.start(directory);
    const mask = this.#tables.mask(directory);
    let place = hash & mask;
    for (let found = entries[first + place] as number; found !== 0; found = entries[first + place] as number) {
      if (((found ^ hash) & tagBits) === 0 && this.#is(found & nodeBits, path, start, end)) break;
      place = (place + 1) & mask;
    }
    return first + place;
  }

  #is(node: number, path: Uint8Array, start: number, end: number): boolean {
    if (this.#nameLength.array[node] !== end - start) return false;
    const arena = this.#arena.array;
    const at = this.#nameStart.array[node] as number;
    for (let i = 0; i < end - start; i++) if (arena[at + i] !== path[start + i]) return false;
    return true;
  }

  #add(parent: number, path: Uint8Array, start: number, end: number): number {
    const node = this.#size++;
    if (node >= this.#nameStart.array.length) {
      for (const numbers of this.#perNode) numbers.reserve(this.#size);
    }
    if (this.#bytes + end - start > this.#arena.array.length) {
      this.#arena.reserve(this.#bytes + end - start);
      this.#text = Buffer.from(this.#arena.array.buffer);
    }
    const arena = this.#arena.array;
    for (let i = start, to = this.#bytes; i < end; i++) arena[to++] = path[i] as number;
    this.#nameStart.array[node] = this.#bytes;
    this.#nameLength.array[node] = end - start;
    this.#bytes += end - start;
    this.#parent.array[node] = parent;
    this.#nextSibling.array[node] = this.#firstChild.array[parent] as number;
    this.#firstChild.array[parent] = node;
    return node;
  }
}

const slash = Buffer.from('/');

/** Whether what stands from `start` up to `end` are names that a file system could have, and no more directories than `most`. */
function componentsFit(bytes: Uint8Array, start: number, end: number, most: number): boolean {
  let directories = 0;
  for (let from = start, i = start; i <= end; i++) {
    if (i < end && bytes[i] !== SLASH) continue;
    if (i - from > 0xffff || (bytes[from] === DOT && isDots(bytes, from, i))) return false;
    if (i < end && ++directories > most) return false;
    from = i + 1;
  }
  return true;
}

/** Whether a name that begins with a dot is `.` or `..`. */
function isDots(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === 1 || (end - start === 2 && bytes[start + 1] === DOT);
}
