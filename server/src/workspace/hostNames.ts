import { posix } from 'node:path';
import type { HostModel } from '../host/hostModel.ts';
import { withName } from './units.ts';

/** Names of hosts that are unique in a workspace. */
export class HostNames {
  /** A model that did not change stays the same object under its longer name too. */
  readonly #renamed = new WeakMap<HostModel, HostModel>();

  /** Hosts of several flakes may have one name; by their names they are asked for, so these get their flake's directory added. */
  unique(roots: readonly string[], hosts: readonly HostModel[]): readonly HostModel[] {
    const flakes = new Map<string, Set<string>>();
    for (const { name, location } of hosts) flakes.set(name, (flakes.get(name) ?? new Set()).add(location.file));
    const taken = new Set<string>();
    return hosts.map((host) => {
      const flake = flakeLabel(roots, host.location.file);
      const base = flakes.get(host.name)?.size === 1 || flake === '' ? host.name : `${host.name} (${flake})`;
      let name = base;
      for (let number = 2; taken.has(name); number++) name = `${base} #${number}`;
      taken.add(name);
      if (name === host.name) return host;
      const known = this.#renamed.get(host);
      const renamed = known?.name === name ? known : withName(host, name);
      this.#renamed.set(host, renamed);
      return renamed;
    });
  }

  /** A model under the longer name that it was given; undefined where it has its own. */
  of(model: HostModel): HostModel | undefined {
    return this.#renamed.get(model);
  }

  keep(model: HostModel, renamed: HostModel): void {
    this.#renamed.set(model, renamed);
  }
}

/** Directory of a flake as people know it, below its workspace folder; empty for the folder itself when it is the only one. */
function flakeLabel(roots: readonly string[], file: string): string {
  const directory = posix.dirname(file);
  const root = roots.find((each) => directory === each || directory.startsWith(`${each}/`)) ?? '';
  const inside = posix.relative(root, directory);
  return roots.length > 1 ? posix.join(posix.basename(root), inside) : inside;
}
