import { posix } from 'node:path';
import { checkHosts, findingsOf, type CheckOptions, type RuleFinding } from '../findings/check.ts';
import type { Knowledge } from '../findings/context.ts';
import type { Finding } from '../findings/finding.ts';
import { readFlakeLock, type FlakeLock } from '../findings/flakeLock.ts';
import { ignoredRanges, type Ignored } from '../findings/ignoreComments.ts';
import type { RealFiles } from '../host/entryAttributes.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { Difference } from '../syntax/difference.ts';
import { Configs } from './configs.ts';
import type { HostSettings, KeepsakeConfig } from './keepsakeJson.ts';
import { isSilenced } from './silenced.ts';
import type { Sources } from './sources.ts';
import { movedFindings } from './units.ts';

/** What the rules say of a model, and what it was made with. */
interface Found {
  readonly lock: FlakeLock | null;
  readonly knowledge: Knowledge;
  readonly findings: readonly RuleFinding[];
}

/** What the rules say of hosts, by what the team of each folder adds and silences. Worked out once for each model. */
export class Checks {
  readonly #sources: Sources;
  readonly #renew: () => void;
  readonly #configs: Configs;
  /** Lock files, read until they change. */
  readonly #locks = new Map<string, FlakeLock | null>();
  readonly #ignored = new WeakMap<NixSource, readonly Ignored[]>();
  #found = new WeakMap<HostModel, Found>();
  #live: RealFiles | null = null;

  /** `renew` gives the rules their time for one host. */
  constructor(sources: Sources, renew: () => void) {
    this.#sources = sources;
    this.#renew = renew;
    this.#configs = new Configs((file) => {
      const read = sources.text(file);
      return typeof read === 'string' ? null : read.text;
    });
  }

  /** What declared paths are on the hosts that are connected to, or something new of it. */
  setLive(live: RealFiles): void {
    this.#live = live;
    this.#found = new WeakMap();
  }

  /** Findings of some hosts, or of files read on their own. */
  of(models: readonly HostModel[]): readonly Finding[] {
    const byRoot = new Map<string, HostModel[]>();
    for (const model of models) byRoot.set(this.rootOf(model), [...(byRoot.get(this.rootOf(model)) ?? []), model]);
    return [...byRoot].flatMap(([root, own]) => checkHosts(own, this.#optionsOf(root), (model) => this.#findingsOf(model)));
  }

  /** Works out what the rules say of a host, so that it need not be done for all at once. Returns whether there was something to do. */
  prepare(model: HostModel): boolean {
    const known = this.#found.get(model);
    return this.#findingsOf(model) !== known?.findings;
  }

  /** What is wrong in the `keepsake.json` of each folder. */
  ofSettings(): readonly Finding[] {
    return this.#sources.roots.flatMap((root) => this.#configs.of(root).findings);
  }

  /** The workspace folder that a host is declared in. */
  rootOf({ location }: HostModel): string {
    const { roots } = this.#sources;
    return roots.find((root) => location.file.startsWith(root.endsWith('/') ? root : `${root}/`)) ?? roots[0] ?? '/';
  }

  /** What the team shares about a host: the `keepsake.json` of its folder. */
  configOf(model: HostModel): KeepsakeConfig {
    return this.#configs.of(this.rootOf(model)).config;
  }

  /** What the team says of one machine in it. */
  settingsOf(model: HostModel): HostSettings {
    const { hosts } = this.configOf(model);
    return (Object.hasOwn(hosts, model.name) ? hosts[model.name] : undefined) ?? {};
  }

  /** Patterns of paths that may be lost on a host. */
  ignoredPaths(model: HostModel): readonly string[] {
    return [...this.configOf(model).ignore, ...(this.settingsOf(model).ignore ?? [])];
  }

  /** What is known of state on a host, with what the team adds. */
  knowledgeOf(model: HostModel): Knowledge {
    return this.#configs.of(this.rootOf(model)).knowledge;
  }

  /** What is known of state where no host is asked about, with what the team of the first folder adds. */
  knowledge(): Knowledge {
    return this.#configs.of(this.#sources.roots[0] ?? '/').knowledge;
  }

  /** A text has changed. */
  changed(file: string): void {
    this.#locks.delete(file);
    this.#configs.changed(file);
  }

  forgetAll(): void {
    this.#locks.clear();
    this.#configs.forgetAll();
  }

  /** What was said of a model is said of it at the places where it stands now; false when that can't be told. */
  move(from: HostModel, to: HostModel, difference: Difference): boolean {
    const found = this.#found.get(from);
    const findings = found && movedFindings(found.findings, difference);
    if (found && findings) this.#found.set(to, { ...found, findings });
    return !found || findings !== null;
  }

  #optionsOf(root: string): CheckOptions {
    const { config } = this.#configs.of(root);
    return {
      severities: config.severities,
      ignoredIn: (file) => this.#ignoredIn(file),
      isIgnored: (code, host, finding) => isSilenced(config, root, code, host, finding),
    };
  }

  #ignoredIn(file: string): readonly Ignored[] {
    const source = this.#sources.source(file);
    if (typeof source === 'string') return [];
    const known = this.#ignored.get(source) ?? ignoredRanges(source);
    this.#ignored.set(source, known);
    return known;
  }

  #lockOf({ location }: HostModel): FlakeLock | null {
    const file = posix.join(posix.dirname(location.file), 'flake.lock');
    const known = this.#locks.get(file);
    if (known !== undefined) return known;
    const read = this.#sources.text(file);
    const lock = typeof read === 'string' ? null : readFlakeLock(file, read.text);
    this.#locks.set(file, lock);
    return lock;
  }

  #findingsOf(model: HostModel): readonly RuleFinding[] {
    this.#renew();
    const lock = this.#lockOf(model);
    const knowledge = this.knowledgeOf(model);
    const known = this.#found.get(model);
    if (known?.lock === lock && known.knowledge === knowledge) return known.findings;
    const findings = findingsOf(model, this.#live === null ? knowledge : { ...knowledge, live: this.#live }, lock);
    this.#found.set(model, { lock, knowledge, findings });
    return findings;
  }
}
