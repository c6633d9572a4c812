/** Items from `from` up to `to` of the whole, none of which belongs before or behind. */
interface Part {
  readonly from: number;
  readonly to: number;
  sorted: boolean;
  /** What it was split into. */
  parts: readonly Part[] | null;
}

/** Shorter parts are sorted at once. */
const short = 64;
const samples = 31;
/** Of splits in splits; more come of samples that tell nothing. */
const deepest = 50;

type Compare = (left: number, right: number) => number;

/**
 * Items in their order, sorted only where somebody looks, and once: a quicksort that leaves alone what it is not asked for. The first page
 * of many takes about one comparison for each.
 */
export class LazilySorted {
  readonly #items: number[];
  readonly #compare: Compare;
  readonly #all: Part;

  /** `items` are reordered. */
  constructor(items: number[], compare: Compare) {
    this.#items = items;
    this.#compare = compare;
    this.#all = { from: 0, to: items.length, sorted: false, parts: null };
  }

  get length(): number {
    return this.#items.length;
  }

  /** The items at the places from `from` up to `to` of the sorted order. */
  slice(from: number, to: number): number[] {
    this.#sort(this.#all, from, to, 0);
    return this.#items.slice(from, to);
  }

  #sort(part: Part, from: number, to: number, depth: number): void {
    if (part.sorted || part.to <= from || part.from >= to) return;
    const length = part.to - part.from;
    const asked = Math.min(part.to, to) - Math.max(part.from, from);
    if (part.parts === null && (length <= short || asked > length / 2 || depth > deepest)) {
      const sorted = this.#items.slice(part.from, part.to).sort(this.#compare);
      for (let i = 0; i < length; i++) this.#items[part.from + i] = sorted[i] as number;
      part.sorted = true;
      return;
    }
    part.parts ??= this.#split(part, this.#pivot(part, Math.min(part.to, to)));
    for (const each of part.parts) this.#sort(each, from, to, depth + 1);
  }

  /** An item that probably belongs a little behind what is asked for, which ends at `end`. */
  #pivot({ from, to }: Part, end: number): number {
    const sample = Array.from({ length: samples }, (_, i) => this.#items[from + Math.floor(((to - from) * i) / samples)] as number);
    const rank = Math.ceil(((end - from) / (to - from)) * samples);
    return sample.sort(this.#compare)[Math.min(rank, samples - 2)] as number;
  }

  #split({ from, to }: Part, pivot: number): Part[] {
    const items = this.#items;
    const compare = this.#compare;
    let i = from;
    let j = to - 1;
    while (i <= j) {
      while (compare(items[i] as number, pivot) < 0) i++;
      while (compare(items[j] as number, pivot) > 0) j--;
      if (i > j) break;
      const held = items[i] as number;
      items[i] = items[j] as number;
      items[j] = held;
      i++;
      j--;
    }
    return [
      { from, to: j + 1, sorted: false, parts: null },
      // What stands between the two is the pivot.
      { from: j + 1, to: i, sorted: true, parts: null },
      { from: i, to, sorted: false, parts: null },
    ];
  }
}
