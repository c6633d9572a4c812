import { LazilySorted } from './lazilySorted.ts';

/** Children of one directory as pages have them: directories before others, each by `compare`. */
export class Siblings {
  readonly #directories: LazilySorted;
  readonly #others: LazilySorted;

  constructor(directories: number[], others: number[], compare: (left: number, right: number) => number) {
    this.#directories = new LazilySorted(directories, compare);
    this.#others = new LazilySorted(others, compare);
  }

  get length(): number {
    return this.#directories.length + this.#others.length;
  }

  page(offset: number, limit: number): number[] {
    const from = Math.max(0, offset);
    const to = from + Math.max(0, limit);
    const before = this.#directories.length;
    return [...this.#directories.slice(from, to), ...this.#others.slice(Math.max(0, from - before), Math.max(0, to - before))];
  }
}
