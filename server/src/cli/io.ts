import { relative } from 'node:path';
import type { NixSource } from '../syntax/nixSource.ts';
import { LineIndex, type Location } from '../syntax/source.ts';
import { printable } from '../text/printable.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** What a command writes to; its exit status is what it returns. */
export interface CommandIo {
  /** A whole line without its end, to standard output. */
  line(text: string): void;
  /** For people, to standard error. */
  note(text: string): void;
  /** Whether standard output takes colour. */
  readonly colour: boolean;
}

/** Exit statuses of the contract. */
export const EXIT = { ok: 0, findings: 1, failure: 2 } as const;

/** A place as people and programs read it: path relative to the directory, 1-based line and column. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Turns offsets into {@link Place}s of the texts as they are; remembers the line starts of each. */
export class Places {
  readonly #workspace: Workspace;
  readonly #directory: string;
  readonly #lines = new WeakMap<NixSource, LineIndex>();

  constructor(workspace: Workspace, directory: string) {
    this.#workspace = workspace;
    this.#directory = directory;
  }

  of(location: Location): Place {
    const lines = this.#index(location.file);
    const start = lines.position(location.start);
    const end = lines.position(location.end);
    return {
      file: relative(this.#directory, location.file) || '.',
      line: start.line + 1,
      column: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    };
  }

  /** `file:line:column`, escaped for a terminal. */
  text(location: Location): string {
    const { file, line, column } = this.of(location);
    return `${printable(file)}:${line}:${column}`;
  }

  #index(file: string): LineIndex {
    const source = this.#workspace.currentSource(file);
    if (typeof source === 'string') return new LineIndex('');
    const known = this.#lines.get(source) ?? new LineIndex(source.text);
    this.#lines.set(source, known);
    return known;
  }
}
