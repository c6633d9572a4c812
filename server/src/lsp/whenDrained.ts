/**
 * Does work once when the messages that are here have been handled: as soon as the event loop has gone round twice without
 * being asked again. The connection hands out one message a turn, so a burst of edits costs one piece of work, and a single
 * edit waits for nothing.
 */
export class WhenDrained {
  readonly #work: () => void;
  #asked = 0;
  #waiting = false;
  #disposed = false;

  constructor(work: () => void) {
    this.#work = work;
  }

  ask(): void {
    this.#asked++;
    if (this.#waiting || this.#disposed) return;
    this.#waiting = true;
    setImmediate(() => this.#wait(this.#asked));
  }

  dispose(): void {
    this.#disposed = true;
  }

  #wait(seen: number): void {
    setImmediate(() => {
      if (this.#disposed) return;
      if (this.#asked !== seen) {
        this.#wait(this.#asked);
        return;
      }
      this.#waiting = false;
      this.#work();
    });
  }
}
