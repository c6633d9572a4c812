import type { AttrsExpr, Expr } from '../syntax/ast.ts';
import { children } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { ValueBinding } from './declaration.ts';
import { commentsWithin, indentAt, isFirstOnLine, trailingEnd } from './lines.ts';
import { removeBindings } from './removeItems.ts';
import type { Style } from './style.ts';
import { applyEdits, type TextEdit } from './textEdit.ts';

/** A binding of a set, and the binding whose value that set is. */
export interface Nested {
  readonly inner: ValueBinding;
  readonly set: AttrsExpr;
  readonly outer: ValueBinding;
}

/**
 * Edits that move a binding out of its set, to stand behind the binding of the set: in place of it when nothing else is in the set. In:
 * `edits` are made within the binding, `lead` is text for a line before it. Null when a string over several lines is in the way.
 */
export function liftBinding(
  source: NixSource,
  { inner, set, outer }: Nested,
  edits: readonly TextEdit[],
  lead: string,
  style: Style,
): readonly TextEdit[] | null {
  const { text } = source;
  if (hasLongString(inner.value, text)) return null;
  const own = edits.map(({ start, end, newText }) => ({ start: start - inner.start, end: end - inner.start, newText }));
  const from = indentAt(text, inner.start);
  const to = indentAt(text, outer.start);
  const step = isFirstOnLine(text, inner.start) && from.startsWith(to) ? from.slice(to.length) : '';
  const lines = applyEdits(text.slice(inner.start, inner.end), own).split('\n');
  const moved = lines
    .map((line, index) => (index > 0 && line.startsWith(to + step) ? to + line.slice(to.length + step.length) : line))
    .join('\n');
  const written = (lead === '' ? '' : lead + style.eol + to) + moved;
  const others = commentsWithin(source, outer).filter(({ start, end }) => start < inner.start || end > inner.end);
  if (set.bindings.length === 1 && others.length === 0) return [{ start: outer.start, end: outer.end, newText: written }];
  const end = trailingEnd(source, outer.end, text.length);
  return [...removeBindings(source, set, [set.bindings.indexOf(inner)]), { start: end, end, newText: style.eol + to + written }];
}

function hasLongString(expr: Expr, text: string): boolean {
  if (expr.kind === 'string') return text.slice(expr.start, expr.end).includes('\n');
  return children(expr).some((child) => hasLongString(child, text));
}
