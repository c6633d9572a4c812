import { LineIndex } from '../syntax/source.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** A text as it is now. */
export interface CurrentText {
  readonly source: NixSource;
  readonly lines: LineIndex;
  /** The editor's version; null when it is read from disk. */
  readonly version: number | null;
}

/** Texts of a workspace with their lines, which are counted once per text. */
export class Texts {
  readonly #workspace: Workspace;
  readonly #lines = new WeakMap<NixSource, LineIndex>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** The text as the editor shows it, else as it is on disk; null when there is none. */
  of(file: string): CurrentText | null {
    const open = this.#workspace.openDocument(file);
    const source = open?.source ?? this.#workspace.currentSource(file);
    if (typeof source === 'string') return null;
    let lines = this.#lines.get(source);
    if (lines === undefined) {
      lines = new LineIndex(source.text);
      this.#lines.set(source, lines);
    }
    return { source, lines, version: open?.version ?? null };
  }

  /** Whether the editor has the file open with a text that does not parse: findings are then those of the last one that did. */
  isBroken(file: string): boolean {
    return this.#workspace.openDocument(file)?.source.broken === true;
  }
}
