import { Numbers, uint32, uint8 } from './growable.ts';

/** A number in a table: the node's below, bits of its name's hash above, so that most of what is passed over is not looked up. */
export const nodeBits = 0xff_ffff;
export const tagBits = ~nodeBits;

/** Powers of 2: of a new table's length, and from which on one only doubles. Small ones grow faster, as that costs little room. */
const smallest = 2;
const manyPower = 10;

/**
 * A hash table of its own for every directory, open addressing, all in one array: what a listing says of one directory after the other
 * stays near in memory, however many there are. Directories are numbered from 1 on.
 */
export class ChildTables {
  /** The tables; 0 for free. */
  readonly entries = new Numbers(uint32, 1 << 12);
  #used = 0;
  #count = 0;
  readonly #start = new Numbers(uint32, 256);
  /** Of a table's length: the power of 2. */
  readonly #power = new Numbers(uint8, 256);
  readonly #filled = new Numbers(uint32, 256);
  /** Where tables were that have grown, by power. */
  readonly #free: number[][] = [];

  /** Bytes of memory that it holds. */
  get memory(): number {
    return this.entries.memory + this.#start.memory + this.#power.memory + this.#filled.memory;
  }

  /** Directories that there are. */
  get count(): number {
    return this.#count;
  }

  /** A new directory without children. */
  add(): number {
    const directory = ++this.#count;
    for (const numbers of [this.#start, this.#power, this.#filled]) numbers.reserve(directory + 1);
    this.#give(directory, smallest);
    return directory;
  }

  /** Where the table of a directory begins. */
  start(directory: number): number {
    return this.#start.array[directory] as number;
  }

  /** What a hash is cut with for a place in the table of a directory. */
  mask(directory: number): number {
    return (1 << (this.#power.array[directory] as number)) - 1;
  }

  /** Puts a node at a free place. `hashOf` tells the hash of a node's name again when the table has to grow. */
  put(directory: number, place: number, node: number, hash: number, hashOf: (node: number) => number): void {
    this.entries.array[place] = node | (hash & tagBits);
    const filled = (this.#filled.array[directory] as number) + 1;
    this.#filled.array[directory] = filled;
    if (filled * 3 > this.mask(directory) * 2) this.#grow(directory, hashOf);
  }

  #grow(directory: number, hashOf: (node: number) => number): void {
    const from = this.start(directory);
    const power = this.#power.array[directory] as number;
    this.#give(directory, power + (power < manyPower ? 2 : 1));
    const entries = this.entries.array;
    const to = this.start(directory);
    const mask = this.mask(directory);
    for (let at = from; at < from + (1 << power); at++) {
      const entry = entries[at] as number;
      if (entry === 0) continue;
      let place = hashOf(entry & nodeBits) & mask;
      while (entries[to + place] !== 0) place = (place + 1) & mask;
      entries[to + place] = entry;
    }
    entries.fill(0, from, from + (1 << power));
    (this.#free[power] ??= []).push(from);
  }

  /** Gives a directory a free table. */
  #give(directory: number, power: number): void {
    let start = this.#free[power]?.pop();
    if (start === undefined) {
      start = this.#used;
      this.#used += 1 << power;
      this.entries.reserve(this.#used);
    }
    this.#start.array[directory] = start;
    this.#power.array[directory] = power;
  }
}
