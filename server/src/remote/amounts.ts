import type { ChangeTree } from './changeTree.ts';
import { rootNode } from './nameTree.ts';
import { codeCount } from './verdictCode.ts';

/** Sums over the changes at and below every node, for the changes of one selection. Those of directories are worked out when one is asked for. */
export class Amounts {
  readonly #tree: ChangeTree;
  readonly #mask: number;
  readonly #matches: Uint8Array | null;
  #sums: Sums | null = null;

  /** `mask`: bits of the verdict codes that count. `matches`: 1 for nodes that pass the text filter; null for all. */
  constructor(tree: ChangeTree, mask: number, matches: Uint8Array | null) {
    this.#tree = tree;
    this.#mask = mask;
    this.#matches = matches;
  }

  /** Changed paths. */
  paths(node: number): number {
    const directory = this.#tree.directory(node);
    if (directory === 0) return this.#counts(node) ? 1 : 0;
    return this.#all().paths[directory] as number;
  }

  /** Bytes; 0 when the listing does not tell sizes. */
  size(node: number): number {
    const directory = this.#tree.directory(node);
    if (directory === 0) return this.#counts(node) ? this.#tree.size(node) : 0;
    return this.#all().size[directory] as number;
  }

  /** Seconds since the epoch of the last change; 0 when it is not known. */
  time(node: number): number {
    const directory = this.#tree.directory(node);
    if (directory === 0) return this.#counts(node) ? this.#tree.time(node) : 0;
    return this.#all().time[directory] as number;
  }

  #counts(node: number): boolean {
    const code = this.#tree.code(node);
    return code !== null && ((this.#mask >> code) & 1) === 1 && (this.#matches === null || this.#matches[node] === 1);
  }

  #all(): Sums {
    this.#sums ??= this.#sum();
    return this.#sums;
  }

  /** Linear in the nodes, of which there may be millions: nothing is called for each. */
  #sum(): Sums {
    const tree = this.#tree;
    const length = tree.directories + 1;
    const sums: Sums = { paths: new Uint32Array(length), size: new Float64Array(length), time: new Uint32Array(length) };
    const { paths, size, time } = sums;
    const { codes, times, sizes, parents, directoryOf } = tree.columns();
    const mask = this.#mask;
    const matches = this.#matches;
    const sized = sizes.length > 0;
    // Parents have smaller numbers than what is below them.
    for (let node = tree.nodes - 1; node >= 0; node--) {
      const own = directoryOf[node] as number;
      // No code is above every bit of a mask, and so is none.
      const code = codes[node] as number;
      if (code < codeCount && ((mask >> code) & 1) === 1 && (matches === null || matches[node] === 1)) {
        const to = own === 0 ? (directoryOf[parents[node] as number] as number) : own;
        paths[to] = (paths[to] as number) + 1;
        if (sized) size[to] = (size[to] as number) + (sizes[node] ?? 0);
        if ((times[node] as number) > (time[to] as number)) time[to] = times[node] as number;
      }
      if (own === 0 || node === rootNode || paths[own] === 0) continue;
      const above = directoryOf[parents[node] as number] as number;
      paths[above] = (paths[above] as number) + (paths[own] as number);
      if (sized) size[above] = (size[above] as number) + (size[own] as number);
      if ((time[own] as number) > (time[above] as number)) time[above] = time[own] as number;
    }
    return sums;
  }
}

/** By number of the directory. */
interface Sums {
  readonly paths: Uint32Array;
  readonly size: Float64Array;
  readonly time: Uint32Array;
}

/** Changed paths and bytes of the whole tree by verdict code, of nodes that pass the text filter. */
export function totalsOf(tree: ChangeTree, matches: Uint8Array | null): { readonly paths: Uint32Array; readonly size: Float64Array } {
  const paths = new Uint32Array(codeCount);
  const size = new Float64Array(codeCount);
  for (let node = 0; node < tree.nodes; node++) {
    const code = tree.code(node);
    if (code === null || (matches !== null && matches[node] !== 1)) continue;
    paths[code] = (paths[code] as number) + 1;
    size[code] = (size[code] as number) + tree.size(node);
  }
  return { paths, size };
}
