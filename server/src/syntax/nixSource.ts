import type { Expr } from './ast.ts';
import type { SourceRange } from './source.ts';

/** One text, read. */
export interface NixSource {
  readonly file: string;
  readonly text: string;
  readonly root: Expr;
  /** In source order. */
  readonly comments: readonly SourceRange[];
  /** The text does not parse as a whole; `root` holds what could be made of it. */
  readonly broken: boolean;
  /** Offset of the first syntax error; null when there is none, or when the text is no Nix at all. */
  readonly errorAt: number | null;
}
