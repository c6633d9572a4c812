import type { DeclaredEntryDto, OrphanDto, OrphansDto } from '../../../server/src/protocol/panel.ts';

/**
 * What was found in the storages of hosts, asked for once and only when somebody wants to know. Once the configuration is another one, what
 * was found may be declared: it is no longer told, and nobody is asked again before somebody wants that.
 */
export class FoundOrphans {
  readonly #ask: (host: string) => Promise<OrphansDto>;
  readonly #found = new Map<string, OrphansDto>();
  readonly #outdated = new Set<string>();
  /** Of which configuration an answer is. */
  #configuration = 0;

  constructor(ask: (host: string) => Promise<OrphansDto>) {
    this.#ask = ask;
  }

  /** What is known already; undefined where the host has to be asked. */
  known(host: string): OrphansDto | undefined {
    return this.#found.get(host);
  }

  /** What lies in the storages of a host undeclared; null where that was found before the configuration changed. */
  async of(host: string): Promise<OrphansDto | null> {
    const known = this.#found.get(host);
    if (known !== undefined) return known;
    if (this.#outdated.has(host)) return null;
    const asked = this.#configuration;
    const found = await this.#ask(host);
    if (asked !== this.#configuration) this.#outdated.add(host);
    // A host that could not be asked is asked again the next time.
    else if (found.problem === null) this.#found.set(host, found);
    return asked === this.#configuration ? found : null;
  }

  /** The configuration of all hosts may be another one. */
  configurationChanged(): void {
    this.#configuration++;
    for (const host of this.#found.keys()) this.#outdated.add(host);
    this.#found.clear();
  }

  /** What was found on one host, or on all, is to be asked for again. */
  forget(host: string | null): void {
    for (const each of host === null ? [...this.#found.keys(), ...this.#outdated] : [host]) {
      this.#found.delete(each);
      this.#outdated.delete(each);
    }
  }
}

/** Those of the orphans of a host that its configuration keeps by now, or in which, or around which, it keeps something that can be told. */
export function declaredNow(orphans: readonly OrphanDto[], entries: readonly DeclaredEntryDto[]): readonly OrphanDto[] {
  return orphans.filter(({ storage, original }) =>
    entries.some(
      (entry) => entry.storage === storage && entry.path !== null && (within(entry.path, original) || within(original, entry.path)),
    ),
  );
}

function within(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
