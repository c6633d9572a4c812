import type { Finding } from '../findings/finding.ts';
import { buildFile, buildHome, buildHost } from '../host/build.ts';
import type { RealFiles } from '../host/entryAttributes.ts';
import type { HostModel } from '../host/hostModel.ts';
import { entryFiles, entryHosts, mayBeEntry } from '../module/entryFiles.ts';
import type { HostDeclaration } from '../module/hostDeclaration.ts';
import type { PersistenceEntry } from '../persistence/entry.ts';
import { Evaluation } from '../nix/evaluation.ts';
import type { Difference } from '../syntax/difference.ts';
import type { NixGrammar } from '../syntax/grammar.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import { finished, NOTHING, type Analysis, type Models } from './analysis.ts';
import { Budget } from './budget.ts';
import { Checks } from './checks.ts';
import { ChosenTargets } from './chosenTargets.ts';
import type { FileSystem } from './fileSystem.ts';
import { HostDataStore } from './hostDataStore.ts';
import { HostNames } from './hostNames.ts';
import { withoutTold } from './looseFile.ts';
import { entriesOfNoHost } from './entriesOfNoHost.ts';
import { RealHosts } from './realHosts.ts';
import type { RealEntry } from './realValues.ts';
import { Sources } from './sources.ts';
import {
  declarationsOf,
  isAffected,
  isImported,
  keptUnits,
  movedFlake,
  movedModel,
  textChange,
  unitModels,
  withName,
  type FlakeUnit,
  type HostUnit,
  type ReadingStep,
} from './units.ts';

export interface WorkspaceOptions {
  readonly grammar: NixGrammar;
  readonly fileSystem: FileSystem;
  /** Absolute paths of the workspace's folders. */
  readonly roots: readonly string[];
  /** Milliseconds of the processor that were used: bounds what a host may take. Without it only steps count. */
  readonly now?: () => number;
}

/**
 * The only mutable state of the core: texts, and the models made of them. A change makes anew what was read from the changed
 * file and leaves the rest; the answer is worked out when somebody asks for it.
 */
export class Workspace {
  /** What rules and the team say of hosts. */
  readonly checks: Checks;
  /** What the real Nix said of hosts. */
  readonly real: RealHosts;
  /** What help asks hosts for. */
  readonly data: HostDataStore;
  /** Where new entries go. */
  readonly targets = new ChosenTargets();
  readonly #sources: Sources;
  readonly #budget: Budget;
  readonly #flakes = new Map<string, FlakeUnit>();
  #flakeFiles: readonly string[] | null = null;
  #models: Models | null = null;
  #analysis: Analysis | null = null;
  /** Counts changes, so that a reading notices them. */
  #version = 0;
  /** As `analysis`, but kept when it is out of date. */
  #last: Analysis | null = null;
  /** Whether somebody reads a host at a time and has not come to the end. */
  #isReading = false;
  /** Texts that `last` was made of and that are others now. */
  readonly #replaced = new Map<string, NixSource | string>();
  readonly #names = new HostNames();

  constructor(options: WorkspaceOptions) {
    this.#budget = new Budget(options.now ?? null);
    this.#sources = new Sources(options.grammar, options.fileSystem, options.roots);
    this.checks = new Checks(this.#sources, () => this.#budget.renew());
    this.real = new RealHosts((file) => this.#sources.text(file));
    this.data = new HostDataStore(
      (model) => this.checks.knowledgeOf(model),
      (file) => this.#modelSource(file),
    );
  }

  /** What declared paths are on the hosts that are connected to, or something new of it. */
  setLive(live: RealFiles): void {
    this.checks.setLive(live);
    this.#outdate();
  }

  /** What the real Nix says of a host that was read as `readAs` (a stamp of {@link RealHosts}) when Nix was asked. */
  setReal(host: string, entries: readonly RealEntry[], readAs: string): void {
    this.real.set(host, entries, readAs);
    this.#outdate();
  }

  /** The host is again what is read of it. */
  forgetReal(host: string): void {
    if (!this.real.forget(host)) return;
    this.#outdate();
  }

  /** The editor has opened or changed a text. */
  openText(file: string, text: string, version: number): void {
    const before = this.#sources.known(file);
    if (!this.#sources.open(file, text, version)) return;
    this.#replace(file, before);
    this.#changed(file, before);
  }

  closeText(file: string): void {
    const before = this.#sources.known(file);
    this.#replace(file, before);
    this.#sources.close(file);
    this.#changed(file, before);
  }

  /** Files that were changed on disk. */
  filesChanged(files: readonly string[]): void {
    const before = new Map(files.map((file) => [file, this.#sources.known(file)]));
    for (const [file, source] of before) this.#replace(file, source);
    this.#sources.changed(files);
    for (const [file, source] of before) this.#changed(file, source);
  }

  /** Files came or went: what was looked for and not found may be there now. */
  structureChanged(): void {
    this.#sources.forgetDisk();
    this.#forgetAll();
  }

  setRoots(roots: readonly string[]): void {
    this.#sources.setRoots(roots);
    this.#forgetAll();
  }

  get roots(): readonly string[] {
    return this.#sources.roots;
  }

  /** Files that the editor has open. */
  openFiles(): readonly string[] {
    return this.#sources.openFiles();
  }

  /** The open text of a file with its version, broken or not; null when it is not open. */
  openDocument(file: string): { readonly source: NixSource; readonly version: number } | null {
    return this.#sources.openText(file);
  }

  /** The text of a file as an edit would find it, or a sentence saying why there is none. */
  currentSource(file: string): NixSource | string {
    return this.#sources.openText(file)?.source ?? this.#sources.source(file);
  }

  /** Whether an open text does not parse. */
  hasBrokenText(): boolean {
    return this.#sources.hasBrokenText();
  }

  analysis(): Analysis {
    return finished(this.reading());
  }

  /** The hosts without what the rules say of them, for those who don't ask for it. */
  models(): Models {
    return (this.#models ??= finished(this.#readModels()));
  }

  /** Whether the analysis is of the texts as they are now. */
  get isRead(): boolean {
    return this.#analysis !== null;
  }

  /**
   * The analysis, a host at a time. When a text changes in between, the hosts that are read are kept as far as it does not matter to them:
   * ask again then.
   */
  *reading(): Generator<ReadingStep, Analysis> {
    this.#isReading = true;
    while (!this.#analysis) {
      const models = (this.#models ??= yield* this.#readModels());
      yield* this.#checkEach(models);
      // What the rules ask of a host may take as long as the host itself, and its text may be another by now.
      if (this.#models !== models) continue;
      this.#analysis = { ...models, findings: [...this.checks.ofSettings(), ...this.checks.of(models.hosts)] };
    }
    this.#isReading = false;
    if (this.#last !== this.#analysis) {
      this.#last = this.#analysis;
      this.#replaced.clear();
    }
    return this.#analysis;
  }

  /** Findings of some hosts, or of files read on their own. */
  check(models: readonly HostModel[]): readonly Finding[] {
    return this.checks.of(models);
  }

  /**
   * The analysis as it was last made, for help that must not wait until a change is worked out, with the texts that its places are
   * of. The first time it is made.
   */
  lastAnalysis(): { readonly analysis: Analysis; readonly sourceOf: (file: string) => NixSource | string } {
    this.#budget.renew();
    // While it is read for the first time a host at a time, there is nothing yet that could help.
    return {
      analysis: this.#last ?? (this.#isReading ? NOTHING : this.analysis()),
      sourceOf: (file) => this.#modelSource(file),
    };
  }

  /** The text that the last analysis was made of. */
  #modelSource(file: string): NixSource | string {
    return this.#replaced.get(file) ?? this.#sources.source(file);
  }

  /** One file read on its own, without the rest of the workspace. */
  file(file: string): HostModel {
    return buildFile(this.#evaluation(), file);
  }

  /** Files that mention persistence, each read on its own, with what no host says of them, nor any of `apart`: guests and homes. */
  looseFiles(apart: readonly HostModel[] = []): readonly HostModel[] {
    const hosts = [...this.models().hosts, ...apart];
    const used = new Set(hosts.flatMap((host) => host.files));
    const told = hosts.flatMap(({ entries }) => entries);
    return this.#sources.nixFiles().flatMap((file) => {
      if (this.#flakes.get(file)) return [];
      const source = this.#sources.source(file);
      if (typeof source === 'string' || !/persistence|preserveAt/.test(source.text)) return [];
      const read = withoutTold(this.file(file), told, used.has(file));
      return used.has(file) && read.entries.length === 0 ? [] : [read];
    });
  }

  /**
   * What modules that belong to no host keep, or would keep where their switches are on; none of what a host or a file read on its own
   * tells already.
   */
  unusedEntries(told: readonly HostModel[]): readonly PersistenceEntry[] {
    const { hosts } = this.models();
    return entriesOfNoHost({ hosts, told, flakes: this.#flakes, sources: this.#sources, evaluation: () => this.#evaluation() });
  }

  *#readModels(): Generator<ReadingStep, Models> {
    for (let version = -1; version !== this.#version;) {
      version = this.#version;
      this.#flakeFiles ??= this.#findFlakes();
      for (const file of this.#flakeFiles) if (version === this.#version) yield* this.#bringUpToDate(file, version);
    }
    const files = this.#flakeFiles ?? [];
    // A machine that another one imports is a part of it.
    const units = files.flatMap((file) => {
      const unit = this.#flakes.get(file);
      const isPart = (other: string): boolean =>
        other !== file && isImported(file, this.#flakes.get(other)) && !isImported(other, this.#flakes.get(file));
      return unit && !files.some(isPart) ? [unit] : [];
    });
    const named = this.#names.unique(
      this.roots,
      units.flatMap((unit) => unitModels(unit, 'host')),
    );
    const homes = units.flatMap((unit) => unitModels(unit, 'home'));
    const hosts = this.real.applied(named);
    const problems = files.flatMap((file) =>
      (this.#flakes.get(file)?.result.problems ?? []).map(({ location, reason }) => ({
        location: location ?? { file, start: 0, end: 0 },
        reason,
      })),
    );
    return { hosts, homes, problems };
  }

  /** Works out what the rules say of each host, as long as the models are of the texts as they are. */
  *#checkEach(models: Models): Generator<ReadingStep, void> {
    const all = models.hosts.length;
    for (const [index, host] of models.hosts.entries()) {
      if (this.#models !== models) return;
      if (this.checks.prepare(host)) yield { stage: 'rules', host: host.name, done: index + 1, all };
    }
  }

  /** Makes what is stale of a flake and its hosts anew, as long as nothing has changed since `version`. */
  *#bringUpToDate(file: string, version: number): Generator<ReadingStep, void> {
    const known = this.#flakes.get(file);
    const stale = known?.moved === true && known.hosts.includes(null);
    const unit = !known || stale ? this.#readFlake(file) : known;
    const declarations = declarationsOf(unit.result);
    if (known && unit !== known) {
      unit.hosts = keptUnits(known, unit.result);
      // What hosts that are kept asked of the flake is still what they are made of.
      unit.reads.add(known.reads);
    }
    this.#flakes.set(file, unit);
    for (const [index, declaration] of declarations.entries()) {
      if (version !== this.#version) return;
      if (unit.hosts[index]) continue;
      unit.hosts = unit.hosts.with(index, this.#readHost(declaration, index >= unit.result.hosts.length));
      yield { stage: 'reading', host: declaration.name, done: index + 1, all: declarations.length };
    }
  }

  #evaluation(): Evaluation {
    this.#budget.renew();
    return new Evaluation(this.#sources, this.#budget.limits);
  }

  #readFlake(file: string): FlakeUnit {
    const evaluation = this.#evaluation();
    evaluation.reads.files.add(file);
    const result = entryHosts(evaluation, file);
    return { reads: evaluation.reads, result, hosts: declarationsOf(result).map(() => null), moved: false };
  }

  #readHost(declaration: HostDeclaration, isHome: boolean): HostUnit {
    const evaluation = this.#evaluation();
    const model = isHome ? buildHome(evaluation, declaration) : buildHost(evaluation, declaration);
    return { reads: evaluation.reads, model };
  }

  /** A host as the texts are now, whatever is known of it. */
  #readAgain(flake: string, index: number): HostModel {
    const { result } = this.#readFlake(flake);
    const declaration = declarationsOf(result)[index];
    const location = { file: flake, start: 0, end: 0 };
    const none = { name: '', location, system: null, problem: 'it is no longer there' };
    return this.#readHost(declaration ?? none, index >= result.hosts.length).model;
  }

  #findFlakes(): readonly string[] {
    return entryFiles(this.#sources.nixFiles(), this.roots);
  }

  #replace(file: string, before: NixSource | string | undefined): void {
    if (before !== undefined && !this.#replaced.has(file)) this.#replaced.set(file, before);
  }

  /** A text is another one now, `before` it was: makes stale what was made of what changed in it, and moves what was not. */
  #changed(file: string, before: NixSource | string | undefined): void {
    const change = before === undefined ? null : textChange(before, this.#sources.source(file));
    if (before !== undefined && change === null) return;
    this.#outdate();
    this.checks.changed(file);
    for (const [flake, unit] of this.#flakes) {
      const moved = isAffected(unit.reads, file, change)
        ? null
        : movedFlake(unit, file, change, (host, difference, index) =>
            this.#movedHost(host, difference, () => this.#readAgain(flake, index)),
          );
      if (moved) this.#flakes.set(flake, moved);
      else this.#flakes.delete(flake);
    }
    if (mayBeEntry(file) && !this.#flakeFiles?.includes(file)) this.#flakeFiles = null;
  }

  #movedHost({ model }: HostUnit, difference: Difference, again: () => HostModel): HostModel | null {
    const moved = movedModel(model, difference, again);
    const renamed = this.#names.of(model);
    if (!moved) return null;
    const named = renamed ? withName(moved, renamed.name) : moved;
    this.data.move(renamed ?? model, named, difference);
    if (renamed) this.#names.keep(moved, named);
    if (!this.checks.move(renamed ?? model, named, difference)) return null;
    return moved;
  }

  #outdate(): void {
    this.#version++;
    this.#models = null;
    this.#analysis = null;
  }

  #forgetAll(): void {
    this.#outdate();
    this.checks.forgetAll();
    this.#flakes.clear();
    this.#flakeFiles = null;
    this.#last = null;
    this.#replaced.clear();
  }
}
