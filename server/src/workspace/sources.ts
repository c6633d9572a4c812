import type { NixGrammar } from '../syntax/grammar.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { EntryKind, SourceProvider } from '../nix/evaluation.ts';
import type { FileSystem } from './fileSystem.ts';

interface OpenText {
  readonly source: NixSource;
  readonly version: number;
}

/** The texts of a workspace: open ones over those on disk, each read once until it changes. Nothing outside the roots is read. */
export class Sources implements SourceProvider {
  readonly #grammar: NixGrammar;
  readonly #fileSystem: FileSystem;
  readonly #open = new Map<string, OpenText>();
  /** What the model uses: for an open text broken by typing, the last one that parsed. */
  readonly #used = new Map<string, NixSource | string>();
  readonly #inside = new Map<string, boolean>();
  readonly #real = new Map<string, string | null>();
  readonly #kinds = new Map<string, 'file' | 'directory' | null>();
  #roots: readonly string[] = [];
  #realRoots: readonly string[] = [];

  constructor(grammar: NixGrammar, fileSystem: FileSystem, roots: readonly string[]) {
    this.#grammar = grammar;
    this.#fileSystem = fileSystem;
    this.setRoots(roots);
  }

  get roots(): readonly string[] {
    return this.#roots;
  }

  setRoots(roots: readonly string[]): void {
    this.#roots = roots;
    this.#realRoots = roots.flatMap((root) => this.#fileSystem.realPath(root) ?? []);
    this.forgetDisk();
  }

  /** A text as the editor has it. Returns whether the model sees a difference. */
  open(file: string, text: string, version: number): boolean {
    const known = this.#open.get(file);
    if (known && known.source.text === text) {
      this.#open.set(file, { source: known.source, version });
      return false;
    }
    const before = this.source(file);
    const source = this.#parse(file, text, typeof before === 'string' ? undefined : before);
    this.#open.set(file, { source, version });
    if (typeof before !== 'string' && before.text === text) return false;
    // A text broken by typing must not make the findings of everything that imports it come and go.
    if (source.broken && typeof before !== 'string' && !before.broken) return false;
    this.#used.set(file, source);
    return true;
  }

  close(file: string): void {
    this.#open.delete(file);
    this.#used.delete(file);
  }

  /** Drops what was read from disk of these files. */
  changed(files: readonly string[]): void {
    for (const file of files) {
      if (!this.#open.has(file)) this.#used.delete(file);
      this.#inside.delete(file);
      this.#real.delete(file);
      this.#kinds.delete(file);
    }
  }

  forgetDisk(): void {
    for (const file of this.#used.keys()) if (!this.#open.has(file)) this.#used.delete(file);
    this.#inside.clear();
    this.#real.clear();
    this.#kinds.clear();
  }

  /** The open text as it is now, broken or not; null when the file is not open. */
  openText(file: string): OpenText | null {
    return this.#open.get(file) ?? null;
  }

  openFiles(): readonly string[] {
    return [...this.#open.keys()];
  }

  hasBrokenText(): boolean {
    return [...this.#open.values()].some(({ source }) => source.broken);
  }

  /** The text that the model uses, or a sentence saying why there is none. */
  source(file: string): NixSource | string {
    const known = this.#used.get(file);
    if (known !== undefined) return known;
    const read = this.#read(file);
    this.#used.set(file, read);
    return read;
  }

  /** The text that the model uses, if it was read already. */
  known(file: string): NixSource | string | undefined {
    return this.#used.get(file);
  }

  kindOf(path: string): 'file' | 'directory' | null {
    if (this.#open.has(path)) return 'file';
    const known = this.#kinds.get(path);
    if (known !== undefined) return known;
    const kind = this.#fileSystem.kindOf(path);
    this.#kinds.set(path, kind);
    return kind;
  }

  /** The text of any file inside, as it is in the editor or on disk, or a sentence saying why there is none. */
  text(file: string): { readonly text: string } | string {
    const open = this.#open.get(file);
    if (open) return { text: open.source.text };
    return this.#isInside(file) ? this.#fileSystem.read(file) : 'it is outside this workspace';
  }

  /** What is in a directory inside, or a sentence saying why that can't be told. */
  entries(directory: string): ReadonlyMap<string, EntryKind> | string {
    return this.#isInside(directory) ? this.#fileSystem.entries(directory) : 'it is outside this workspace';
  }

  nixFiles(): readonly string[] {
    return [...new Set(this.#roots.flatMap((root) => this.#fileSystem.nixFiles(root)))];
  }

  #read(file: string): NixSource | string {
    const open = this.#open.get(file);
    if (open) return open.source;
    if (!this.#isInside(file)) return 'it is outside this workspace';
    const read = this.#fileSystem.read(file);
    return typeof read === 'string' ? read : this.#parse(file, read.text);
  }

  /** JSON (`keepsake.json`, lock files) is a text like others, but no Nix. */
  #parse(file: string, text: string, before?: NixSource): NixSource {
    if (!/\.(json|lock)$/.test(file)) return this.#grammar.parse(file, text, before);
    const root = { kind: 'error', reason: 'it is JSON', start: 0, end: text.length } as const;
    return { file, text, root, comments: [], broken: false, errorAt: null };
  }

  realPath(path: string): string {
    const known = this.#real.get(path);
    if (known !== undefined) return known ?? path;
    const real = this.#fileSystem.realPath(path);
    this.#real.set(path, real);
    return real ?? path;
  }

  #isInside(file: string): boolean {
    const known = this.#inside.get(file);
    if (known !== undefined) return known;
    this.realPath(file);
    const real = this.#real.get(file) ?? null;
    // A file that does not exist is told so, not that it is outside.
    const path = real ?? file;
    const roots = real === null ? this.#roots : this.#realRoots;
    const inside = roots.some((root) => path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`));
    this.#inside.set(file, inside);
    return inside;
  }
}
