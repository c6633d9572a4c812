/**
 * Runs `work` at once, then at most every `milliseconds` however often it is asked, and once more at the end when it was asked
 * meanwhile. `dispose` drops what is outstanding.
 */
export class Throttle {
  readonly #work: () => void;
  readonly #milliseconds: number;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #asked = false;

  constructor(work: () => void, milliseconds: number) {
    this.#work = work;
    this.#milliseconds = milliseconds;
  }

  ask(): void {
    if (this.#timer !== null) {
      this.#asked = true;
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (!this.#asked) return;
      this.#asked = false;
      this.ask();
    }, this.#milliseconds);
    this.#work();
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#asked = false;
  }
}
