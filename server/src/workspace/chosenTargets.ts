/** The files that were chosen for new entries of hosts, where several would do as well. */
export class ChosenTargets {
  readonly #files = new Map<string, string>();

  /** Null when none was chosen for the host. */
  of(host: string): string | null {
    return this.#files.get(host) ?? null;
  }

  all(): ReadonlyMap<string, string> {
    return this.#files;
  }

  remember(host: string, file: string): void {
    this.#files.set(host, file);
  }

  forgetAll(): void {
    this.#files.clear();
  }
}
