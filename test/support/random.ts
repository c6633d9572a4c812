/** Numbers that look random and are the same for the same seed, so that what a test finds can be found again. */
export interface RandomSource {
  /** A whole number from 0 up to, but not, `limit`. */
  below(limit: number): number;
  pick<T>(from: readonly T[]): T;
  /** Up to `most` parts, one behind the other. */
  sequence(parts: readonly string[], most: number): string;
}

/** `seed` is any whole number. The generator is mulberry32. */
export function randomSource(seed: number): RandomSource {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    pick: (from) => {
      const picked = from[below(from.length)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
    sequence: (parts, most) => Array.from({ length: below(most + 1) }, () => parts[below(parts.length)] ?? '').join(''),
  };
}
