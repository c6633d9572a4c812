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

  /** Linear in the nodes. */
  #sum(): Sums {
    const tree = this.#tree;
    const length = tree.directories + 1;
    const sums: Sums = { paths: new Uint32Array(length), size: new Float64Array(length), time: new Uint32Array(length) };
    const { paths, size, time } = sums;
    const { sized } = tree;
    // Parents have smaller numbers than what is below them.
    for (let node = tree.nodes - 1; node >= 0; node--) {
      const directory = tree.directory(node);
      const counts = this.#counts(node);
      if (directory !== 0 && counts) addTo(sums, directory, 1, tree.size(node), tree.time(node));
      if (node === rootNode) break;
      const above = tree.directory(tree.parent(node));
      if (directory !== 0) {
        if (paths[directory] !== 0) addTo(sums, above, paths[directory] as number, size[directory] as number, time[directory] as number);
      } else if (counts) addTo(sums, above, 1, sized ? tree.size(node) : 0, tree.time(node));
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

function addTo({ paths, size, time }: Sums, directory: number, count: number, bytes: number, seconds: number): void {
  paths[directory] = (paths[directory] as number) + count;
  size[directory] = (size[directory] as number) + bytes;
  if (seconds > (time[directory] as number)) time[directory] = seconds;
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
