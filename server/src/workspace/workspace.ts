import { posix } from 'node:path';
import { builtInCatalogue } from '../catalogue/load.ts';
import { checkHosts } from '../findings/check.ts';
import type { Finding } from '../findings/finding.ts';
import { ignoredRanges, type Ignored } from '../findings/ignoreComments.ts';
import { buildFile, buildHost } from '../host/build.ts';
import type { HostModel } from '../host/hostModel.ts';
import { entryFiles, entryHosts, mayBeEntry } from '../module/entryFiles.ts';
import type { FlakeHosts, HostDeclaration } from '../module/flake.ts';
import { Evaluation } from '../nix/evaluation.ts';
import type { NixGrammar } from '../syntax/grammar.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { Location } from '../syntax/source.ts';
import type { FileSystem } from './fileSystem.ts';
import { Sources } from './sources.ts';

/** What is known of a workspace at one moment. Immutable. */
export interface Analysis {
  readonly hosts: readonly HostModel[];
  readonly findings: readonly Finding[];
  /** Flakes, or parts of them, in which hosts may be that are not listed. */
  readonly problems: readonly { readonly location: Location; readonly reason: string }[];
}

export interface WorkspaceOptions {
  readonly grammar: NixGrammar;
  readonly fileSystem: FileSystem;
  /** Absolute paths of the workspace's folders. */
  readonly roots: readonly string[];
}

interface HostUnit {
  readonly declaration: HostDeclaration;
  readonly files: ReadonlySet<string>;
  readonly model: HostModel;
}

interface FlakeUnit {
  readonly files: ReadonlySet<string>;
  readonly result: FlakeHosts;
  hosts: readonly HostUnit[];
}

/**
 * The only mutable state of the core: texts, and the models made of them. A change makes anew what was read from the changed
 * file and leaves the rest; the answer is worked out when somebody asks for it.
 */
export class Workspace {
  readonly #sources: Sources;
  readonly #flakes = new Map<string, FlakeUnit>();
  #flakeFiles: readonly string[] | null = null;
  #analysis: Analysis | null = null;
  readonly #ignored = new WeakMap<NixSource, readonly Ignored[]>();
  /** As `analysis`, but kept when it is out of date. */
  #last: Analysis | null = null;
  /** Texts that `last` was made of and that are others now. */
  readonly #replaced = new Map<string, NixSource | string>();
  /** A model that did not change stays the same object under its longer name too. */
  readonly #renamed = new WeakMap<HostModel, HostModel>();

  constructor(options: WorkspaceOptions) {
    this.#sources = new Sources(options.grammar, options.fileSystem, options.roots);
  }

  openText(file: string, text: string, version: number): void {
    const before = this.#sources.known(file);
    if (!this.#sources.open(file, text, version)) return;
    this.#replace(file, before);
    this.#stale([file]);
  }

  changeText(file: string, text: string, version: number): void {
    this.openText(file, text, version);
  }

  closeText(file: string): void {
    this.#replace(file, this.#sources.known(file));
    this.#sources.close(file);
    this.#stale([file]);
  }

  /** Files that were changed on disk. */
  filesChanged(files: readonly string[]): void {
    for (const file of files) this.#replace(file, this.#sources.known(file));
    this.#sources.changed(files);
    this.#stale(files);
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
    this.#analysis ??= this.#analyse();
    if (this.#last !== this.#analysis) {
      this.#last = this.#analysis;
      this.#replaced.clear();
    }
    return this.#analysis;
  }

  /** Findings of some hosts, or of files read on their own. */
  check(models: readonly HostModel[]): readonly Finding[] {
    return checkHosts(models, {
      state: builtInCatalogue().state,
      severities: new Map(),
      ignoredIn: (file) => this.#ignoredIn(file),
      isIgnored: () => false,
    });
  }

  /**
   * The analysis as it was last made, for help that must not wait until a change is worked out, with the texts that its places are
   * of. The first time it is made.
   */
  lastAnalysis(): { readonly analysis: Analysis; readonly sourceOf: (file: string) => NixSource | string } {
    return { analysis: this.#last ?? this.analysis(), sourceOf: (file) => this.#replaced.get(file) ?? this.#sources.source(file) };
  }

  /** One file read on its own, without the rest of the workspace. */
  file(file: string): HostModel {
    return buildFile(new Evaluation(this.#sources.recording(new Set())), file);
  }

  /** Files that belong to no host and mention persistence, each read on its own. */
  looseFiles(): readonly HostModel[] {
    const used = new Set(this.analysis().hosts.flatMap((host) => host.files));
    return this.#sources.nixFiles().flatMap((file) => {
      if (used.has(file) || this.#flakes.get(file)) return [];
      const source = this.#sources.source(file);
      return typeof source !== 'string' && /persistence|preserveAt/.test(source.text) ? [this.file(file)] : [];
    });
  }

  #analyse(): Analysis {
    this.#flakeFiles ??= this.#findFlakes();
    for (const file of this.#flakeFiles) {
      const known = this.#flakes.get(file);
      const unit = known ?? this.#readFlake(file);
      unit.hosts = unit.result.hosts.map((declaration, index) => {
        const before = unit.hosts[index];
        return before?.declaration === declaration ? before : this.#readHost(declaration);
      });
      this.#flakes.set(file, unit);
    }
    // A machine that another one imports is a part of it.
    const units = this.#flakeFiles.flatMap((file) => {
      const unit = this.#flakes.get(file);
      const isPart = (other: string): boolean =>
        other !== file && isImported(file, this.#flakes.get(other)) && !isImported(other, this.#flakes.get(file));
      return unit && !this.#flakeFiles?.some(isPart) ? [unit] : [];
    });
    const hosts = this.#withUniqueNames(units.flatMap((unit) => unit.hosts.map((host) => host.model)));
    const problems = this.#flakeFiles.flatMap((file) =>
      (this.#flakes.get(file)?.result.problems ?? []).map(({ location, reason }) => ({
        location: location ?? { file, start: 0, end: 0 },
        reason,
      })),
    );
    return { hosts, problems, findings: this.check(hosts) };
  }

  /** Hosts of several flakes may have one name; by their names they are asked for, so these get their flake's directory added. */
  #withUniqueNames(hosts: readonly HostModel[]): readonly HostModel[] {
    const flakes = new Map<string, Set<string>>();
    for (const { name, location } of hosts) flakes.set(name, (flakes.get(name) ?? new Set()).add(location.file));
    const taken = new Set<string>();
    return hosts.map((host) => {
      const flake = flakeLabel(this.roots, host.location.file);
      const base = flakes.get(host.name)?.size === 1 || flake === '' ? host.name : `${host.name} (${flake})`;
      let name = base;
      for (let number = 2; taken.has(name); number++) name = `${base} #${number}`;
      taken.add(name);
      if (name === host.name) return host;
      const known = this.#renamed.get(host);
      const renamed = known?.name === name ? known : { ...host, name };
      this.#renamed.set(host, renamed);
      return renamed;
    });
  }

  #ignoredIn(file: string): readonly Ignored[] {
    const source = this.#sources.source(file);
    if (typeof source === 'string') return [];
    const known = this.#ignored.get(source) ?? ignoredRanges(source);
    this.#ignored.set(source, known);
    return known;
  }

  #readFlake(file: string): FlakeUnit {
    const files = new Set([file]);
    return { files, result: entryHosts(new Evaluation(this.#sources.recording(files)), file), hosts: [] };
  }

  #readHost(declaration: HostDeclaration): HostUnit {
    const files = new Set<string>();
    return { declaration, files, model: buildHost(new Evaluation(this.#sources.recording(files)), declaration) };
  }

  #findFlakes(): readonly string[] {
    return entryFiles(this.#sources.nixFiles(), this.roots);
  }

  #replace(file: string, before: NixSource | string | undefined): void {
    if (before !== undefined && !this.#replaced.has(file)) this.#replaced.set(file, before);
  }

  #stale(files: readonly string[]): void {
    this.#analysis = null;
    for (const [flake, unit] of this.#flakes) {
      if (files.some((file) => unit.files.has(file))) this.#flakes.delete(flake);
      else unit.hosts = unit.hosts.map((host) => (files.some((file) => host.files.has(file)) ? { ...host, declaration: STALE } : host));
    }
    if (files.some((file) => mayBeEntry(file) && !this.#flakeFiles?.includes(file))) this.#flakeFiles = null;
  }

  #forgetAll(): void {
    this.#flakes.clear();
    this.#flakeFiles = null;
    this.#analysis = null;
    this.#last = null;
    this.#replaced.clear();
  }
}

function isImported(file: string, by: FlakeUnit | undefined): boolean {
  return by?.hosts.some(({ model }) => model.files.includes(file)) ?? false;
}

/** Directory of a flake as people know it, below its workspace folder; empty for the folder itself when it is the only one. */
function flakeLabel(roots: readonly string[], file: string): string {
  const directory = posix.dirname(file);
  const root = roots.find((each) => directory === each || directory.startsWith(`${each}/`)) ?? '';
  const inside = posix.relative(root, directory);
  return roots.length > 1 ? posix.join(posix.basename(root), inside) : inside;
}

/** Never equal to a real declaration: the host is read again. */
const STALE: HostDeclaration = { name: '', location: { file: '', start: 0, end: 0 }, system: null, problem: null };
