import { Numbers, uint8 } from './growable.ts';

/** Where renamed things were, by node. The bytes lie one behind the other; those of a node that is renamed again stay behind. */
export class OldPaths {
  readonly #bytes = new Numbers(uint8, 0);
  #length = 0;
  readonly #places = new Map<number, { readonly start: number; readonly end: number }>();

  /** Bytes of memory that it holds, about. */
  get memory(): number {
    return this.#bytes.memory + this.#places.size * 100;
  }

  set(node: number, path: Uint8Array): void {
    const start = this.#length;
    const end = start + path.length;
    this.#bytes.reserve(end);
    this.#bytes.array.set(path, start);
    this.#length = end;
    this.#places.set(node, { start, end });
  }

  delete(node: number): void {
    if (this.#places.size > 0) this.#places.delete(node);
  }

  /** As text; null for what was not renamed. */
  get(node: number): string | null {
    const place = this.#places.get(node);
    return place === undefined ? null : Buffer.from(this.#bytes.array.subarray(place.start, place.end)).toString('utf8');
  }
}
