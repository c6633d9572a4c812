import { posix } from 'node:path';
import type { HostModel } from '../host/hostModel.ts';
import { withRealEntries, type RealEntry } from './realValues.ts';

interface Values {
  readonly entries: readonly RealEntry[];
  /** What was read of the host when Nix was asked. */
  readonly readAs: string;
}

/**
 * What the real Nix said of hosts. It is used as long as the same is read of the host as when Nix was asked: what the owner writes
 * afterwards, Nix has not seen.
 */
export class RealHosts {
  readonly #textOf: (file: string) => { readonly text: string } | string;
  readonly #values = new Map<string, Values>();
  /** Models with what Nix says of them; the same object until either is another. */
  readonly #made = new WeakMap<HostModel, { readonly values: Values; readonly model: HostModel }>();
  readonly #asRead = new WeakMap<HostModel, HostModel>();

  constructor(textOf: (file: string) => { readonly text: string } | string) {
    this.#textOf = textOf;
  }

  /** What tells whether a host is read as it was before. */
  stamp(host: HostModel): string {
    const model = this.#asRead.get(host) ?? host;
    const lock = this.#textOf(posix.join(posix.dirname(model.location.file), 'flake.lock'));
    return JSON.stringify([
      model.entries.map(({ mechanism, storage, user, kind, path, conditions }) => [
        mechanism,
        storage,
        user,
        kind,
        path,
        conditions.length,
      ]),
      model.storages.map(({ mechanism, storage, conditions }) => [mechanism, storage, conditions.length]),
      model.unresolved.map(({ reason }) => reason),
      typeof lock === 'string' ? null : lock.text,
    ]);
  }

  /** What Nix says of a host; `readAs`: its stamp when Nix was asked. */
  set(name: string, entries: readonly RealEntry[], readAs: string): void {
    this.#values.set(name, { entries, readAs });
  }

  /** Returns whether there was something to forget. */
  forget(name: string): boolean {
    return this.#values.delete(name);
  }

  get names(): readonly string[] {
    return [...this.#values.keys()];
  }

  /** Hosts with what Nix says of them. */
  applied(hosts: readonly HostModel[]): readonly HostModel[] {
    return hosts.map((host) => {
      const values = this.#values.get(host.name);
      if (!values || values.readAs !== this.stamp(host)) return host;
      const known = this.#made.get(host);
      if (known?.values === values) return known.model;
      const model = withRealEntries(host, values.entries);
      this.#made.set(host, { values, model });
      this.#asRead.set(model, host);
      return model;
    });
  }
}
