import type { Binding, Expr } from '../syntax/ast.ts';
import { children } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import { LineIndex, type SourceRange } from '../syntax/source.ts';

/** A part of a text in which findings of some codes are not told. */
export interface Ignored extends SourceRange {
  readonly codes: readonly string[];
}

/** `# keepsake: ignore CODE[, CODE] reason`; the reason is for people. */
const COMMENT = /^(?:#|\/\*)\s*keepsake:\s*ignore\s+([a-z][a-z-]*(?:\s*,\s*[a-z][a-z-]*)*)/;

/** The comment that ignores a code, without indentation and line end. */
export function ignoreComment(code: string, reason: string): string {
  return `# keepsake: ignore ${code} ${reason.replace(/\s+/g, ' ')}`.trimEnd();
}

/**
 * What the comments of a text silence: behind code, its line; alone on a line, the outermost binding or list element that begins on the
 * next line with code, in its whole extent.
 */
export function ignoredRanges(source: NixSource): readonly Ignored[] {
  const { text } = source;
  const ignoring = source.comments.flatMap((comment) => {
    const codes = COMMENT.exec(text.slice(comment.start, comment.end))?.[1]?.split(/\s*,\s*/);
    return codes ? [{ codes, comment }] : [];
  });
  if (ignoring.length === 0) return [];
  const lines = new LineIndex(text);
  return ignoring.map(({ codes, comment }) => {
    const { line } = lines.position(comment.start);
    const start = lines.offset({ line, character: 0 });
    if (text.slice(start, comment.start).trim() !== '') return { codes, start, end: comment.end };
    const from = nextCode(source, comment.end);
    const lineEnd = lines.offset({ line: lines.position(from).line + 1, character: 0 });
    const block = outermostIn(source.root, from, lineEnd);
    return { codes, start: from, end: Math.max(block?.end ?? from, lineEnd) };
  });
}

/** Offset of the first character from `offset` on that is neither blank nor part of a comment. */
function nextCode(source: NixSource, offset: number): number {
  let at = offset;
  for (;;) {
    const next = at + (/^\s*/.exec(source.text.slice(at))?.[0].length ?? 0);
    const comment = source.comments.find(({ start, end }) => start <= next && next < end);
    if (!comment) return next;
    at = comment.end;
  }
}

/** The outermost binding or list element that begins in a range. */
function outermostIn(root: Expr, from: number, to: number): SourceRange | null {
  const begins = ({ start }: SourceRange): boolean => from <= start && start < to;
  let expr: Expr | undefined = root;
  while (expr) {
    const bindings: readonly Binding[] = expr.kind === 'attrs' || expr.kind === 'let' ? expr.bindings : [];
    const found = bindings.find(begins) ?? (expr.kind === 'list' ? expr.elements.find(begins) : undefined);
    if (found) return found;
    expr = children(expr).find(({ start, end }) => start < to && from < end);
  }
  return null;
}
