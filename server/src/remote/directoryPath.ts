import { Numbers, uint8 } from './growable.ts';

/**
 * The directory of the path that was taken last, with the nodes on the way to it: rows of a listing mostly lie in the directory of the row
 * before, or near it, and then nothing has to be looked up.
 */
export class DirectoryPath {
  readonly #root: number;
  /** Its bytes, with the slash at its end. */
  readonly #bytes = new Numbers(uint8, 256);
  /** For each directory on the way, `/` among them: where its path ends, behind the slash; and its node. */
  readonly #ends: Int32Array;
  readonly #nodes: Int32Array;
  #depth = 0;

  /** `most`: directories that a path may have. */
  constructor(root: number, most: number) {
    this.#root = root;
    this.#ends = new Int32Array(most);
    this.#nodes = new Int32Array(most);
  }

  /** Directories on the way. */
  get depth(): number {
    return this.#depth;
  }

  get node(): number {
    return this.#depth === 0 ? this.#root : (this.#nodes[this.#depth - 1] as number);
  }

  get #length(): number {
    return this.#depth === 0 ? 0 : (this.#ends[this.#depth - 1] as number);
  }

  /** Keeps of the directory what the path from `start` up to `end` of `bytes` has too; how many bytes of that path are known now. */
  keepCommon(bytes: Uint8Array, start: number, end: number): number {
    const known = this.#bytes.array;
    const most = Math.min(this.#length, end - start);
    let common = 0;
    while (common < most && known[common] === bytes[start + common]) common++;
    while (this.#length > common) this.#depth--;
    return this.#length;
  }

  /** Goes on into a directory below, whose path is from `start` up to `end` of `bytes`. */
  enter(node: number, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.#bytes.reserve(length);
    const known = this.#bytes.array;
    for (let i = this.#length; i < length; i++) known[i] = bytes[start + i] as number;
    this.#ends[this.#depth] = length;
    this.#nodes[this.#depth] = node;
    this.#depth++;
  }
}
