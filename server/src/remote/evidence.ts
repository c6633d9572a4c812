import type { ChangeRecord } from './changeRecord.ts';

/** Seconds that clocks and the first steps of a boot may differ by. */
const slack = 300;
const mostSamples = 100;
const mostNames = 10_000;

/**
 * What the times of a listing's rows tell about the machine. The time of the last change of an inode can't be set by anybody, so what is
 * new on the root and older than the boot has outlived it. But a clock that was wrong while the machine started makes things look
 * old that are not: all within as long as the machine has been up. Only a longer span of old times is a proof.
 */
export class Evidence {
  readonly #bootedAt: number | null;
  #old = 0;
  #first = Infinity;
  #last = -Infinity;
  #latest = '';
  readonly #samples: string[] = [];
  readonly #severalNames = new Set<string>();

  /** Seconds since the epoch, by the host's clock; null: nothing can be told. */
  constructor(bootedAt: number | null) {
    this.#bootedAt = bootedAt;
  }

  /** The latest change that was listed, as the listing says it. */
  get latest(): string {
    return this.#latest;
  }

  /** Some of the paths that are older than the boot, and how many there are. */
  get old(): { readonly paths: readonly string[]; readonly total: number } {
    return { paths: this.#samples, total: this.#old };
  }

  /** Files with several names, at most ten thousand. */
  get severalNames(): ReadonlySet<string> {
    return this.#severalNames;
  }

  take({ kind, time, path, fileType, names = 1 }: ChangeRecord): void {
    if (names > 1 && fileType !== '/' && this.#severalNames.size < mostNames) this.#severalNames.add(path.toString('utf8'));
    if (time === null) return;
    if (time.length > this.#latest.length || (time.length === this.#latest.length && time > this.#latest)) this.#latest = time;
    if (kind !== '+' || this.#bootedAt === null) return;
    const seconds = Number.parseInt(time, 10);
    if (seconds >= this.#bootedAt - slack) return;
    this.#old++;
    this.#first = Math.min(this.#first, seconds);
    this.#last = Math.max(this.#last, seconds);
    if (this.#samples.length < mostSamples) this.#samples.push(path.toString('utf8'));
  }

  /** Whether the root was erased when the machine was started last; null when the times don't tell. `now`: seconds, by the host's clock. */
  erased(now: number | null): boolean | null {
    // A clock that was set back since the start proves nothing.
    if (this.#bootedAt === null || now === null || now < this.#bootedAt) return null;
    if (this.#old === 0) return true;
    return this.#last - this.#first > now - this.#bootedAt + slack ? false : null;
  }
}
