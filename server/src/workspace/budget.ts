import { DEFAULT_LIMITS, type Limits } from '../nix/evaluation.ts';

/** How long one host, or one file read on its own, may take: ten times what the largest one measured does. */
const MOST_MILLISECONDS = 4000;
/** Steps between two looks at the time. */
const STEPS_BETWEEN_LOOKS = 4096;

/** The time that evaluations may take together until it is given anew. */
export class Budget {
  /** For evaluations that count on it. */
  readonly limits: Limits;
  readonly #now: (() => number) | null;
  #end = 0;
  #steps = 0;
  #isOver = false;

  /** `now`: milliseconds of the processor that were used, from any beginning; null: only steps count. */
  constructor(now: (() => number) | null) {
    this.#now = now;
    this.limits = now ? { ...DEFAULT_LIMITS, expired: () => this.#isOver || this.#look(now) } : DEFAULT_LIMITS;
  }

  /** Gives the whole time again. */
  renew(): void {
    this.#isOver = false;
    if (this.#now) this.#end = this.#now() + MOST_MILLISECONDS;
  }

  #look(now: () => number): boolean {
    if (++this.#steps % STEPS_BETWEEN_LOOKS === 0) this.#isOver = now() > this.#end;
    return this.#isOver;
  }
}
