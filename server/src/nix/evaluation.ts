import type { NixSource } from '../syntax/nixSource.ts';
import type { Location } from '../syntax/source.ts';
import { Reads } from './reads.ts';
import { unknown, type Thunk, type Value } from './value.ts';

/** Where the evaluator gets its files. Nothing outside the workspace is ever offered. */
export interface SourceProvider {
  /** The read text of a file of the workspace, or a sentence saying why there is none. */
  source(file: string): NixSource | string;
  kindOf(path: string): 'file' | 'directory' | null;
  /** A path without symbolic links, which tells whether two paths lead to one file; itself where that can't be told. */
  realPath(path: string): string;
  /** The text of any file of the workspace, be it Nix or not, or a sentence saying why there is none. */
  text(file: string): { readonly text: string } | string;
  /** What is in a directory of the workspace, by name, with the kinds of `readDir`; or a sentence saying why that can't be told. */
  entries(directory: string): ReadonlyMap<string, EntryKind> | string;
}

/** As `builtins.readDir` says it. */
export type EntryKind = 'regular' | 'directory' | 'symlink' | 'unknown';

export interface Limits {
  /** Evaluation steps in all. */
  readonly steps: number;
  /** Nested evaluations; the JavaScript stack has to hold them. */
  readonly depth: number;
  /** Whether the time that was given is used up; asked at every step. Without it only steps count. */
  readonly expired?: () => boolean;
}

/** Longer texts are not put together, in UTF-16 code units; JavaScript refuses those beyond 2^29. */
export const MAX_TEXT = 1 << 24;

export const DEFAULT_LIMITS: Limits = { steps: 2_000_000, depth: 400 };

/** What one evaluation shares: its files, its bounds, and the files it has imported. */
export class Evaluation {
  readonly sources: SourceProvider;
  /** What of the files was used so far. */
  readonly reads = new Reads();
  readonly #given: SourceProvider;
  readonly imported = new Map<string, Thunk>();
  readonly #limits: Limits;
  readonly #made = new Map<object, unknown>();
  #steps = 0;
  #depth = 0;

  constructor(sources: SourceProvider, limits: Limits = DEFAULT_LIMITS) {
    this.#given = sources;
    const { reads } = this;
    this.sources = {
      source(file) {
        reads.readWhole(file);
        return sources.source(file);
      },
      kindOf: (path) => sources.kindOf(path),
      realPath: (path) => sources.realPath(path),
      text(file) {
        reads.readWhole(file);
        return sources.text(file);
      },
      entries: (directory) => sources.entries(directory),
    };
    this.#limits = limits;
  }

  /** The text of a file for those who note in {@link reads} what of it they use. */
  code(file: string): NixSource | string {
    return this.#given.source(file);
  }

  /** The source text at a place; null when it can't be read. */
  textAt(location: Location): string | null {
    this.reads.readQuote(location.file, location);
    const source = this.code(location.file);
    return typeof source === 'string' ? null : source.text.slice(location.start, location.end);
  }

  /** Something that a whole text says; it matters to what is made of it only as far as the answer does. `derive` is asked again after a change. */
  fact<T extends string | number | boolean | null>(file: string, derive: (source: NixSource | string) => T): T {
    const value = derive(this.code(file));
    this.reads.readFact(file, { derive, value });
    return value;
  }

  /** Runs `work` one level deeper; beyond the bounds it is unknown instead, with the place that went too far. */
  deeper(location: Location | null, work: () => Value): Value {
    const refusal = this.enter();
    if (refusal !== null) return unknown(refusal, location);
    try {
      return work();
    } finally {
      this.leave();
    }
  }

  /** Goes one level deeper, until {@link leave} is called. A sentence: that is beyond the bounds, and nothing was entered. */
  enter(): string | null {
    if (++this.#steps > this.#limits.steps || this.#limits.expired?.() === true) return TOO_MUCH;
    if (this.#depth >= this.#limits.depth) return 'the evaluation is nested too deeply';
    this.#depth++;
    return null;
  }

  leave(): void {
    this.#depth--;
  }

  /** What `make` makes, made once an evaluation. `make` is the key: it has to be the same function each time. */
  once<T>(make: (evaluation: Evaluation) => T): T {
    if (!this.#made.has(make)) this.#made.set(make, make(this));
    return this.#made.get(make) as T;
  }

  /** The value, unless it is too large for what is left to compute: its size is paid for like the steps that made it. */
  afford(value: Value, location: Location | null): Value {
    this.#steps += sizeOf(value);
    return this.#steps > this.#limits.steps ? unknown(TOO_MUCH, location) : value;
  }
}

const TOO_MUCH = 'there is too much to compute';

function sizeOf(value: Value): number {
  if (value.type === 'string') return value.value.length >> 4;
  if (value.type !== 'list') return 0;
  return value.items.length * (1 + (value.items.at(-1)?.conditions.length ?? 0));
}
