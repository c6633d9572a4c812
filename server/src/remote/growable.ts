/** Numbers in one growing typed array: a million of them cost what their bytes cost. */
export class Numbers<A extends Int32Array | Uint32Array | Uint8Array | Uint16Array | Float64Array> {
  #make: (length: number) => A;
  array: A;

  constructor(make: (length: number) => A, capacity: number) {
    this.#make = make;
    this.array = make(capacity);
  }

  /** Bytes of memory that it holds. */
  get memory(): number {
    return this.array.byteLength;
  }

  /** Makes room for `length` numbers; new ones are 0. Grows by half, so that the copy and its source stay below three times the need. */
  reserve(length: number): void {
    if (length <= this.array.length) return;
    const larger = this.#make(Math.max(length, this.array.length + (this.array.length >> 1)));
    (larger as Uint8Array).set(this.array);
    this.array = larger;
  }
}

export const int32 = (length: number): Int32Array => new Int32Array(length);
export const uint32 = (length: number): Uint32Array => new Uint32Array(length);
export const uint16 = (length: number): Uint16Array => new Uint16Array(length);
export const float64 = (length: number): Float64Array => new Float64Array(length);
export const uint8 = (length: number): Uint8Array => new Uint8Array(length);
