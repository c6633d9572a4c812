import { children, type Expr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { Style } from './style.ts';
import type { TextEdit } from './textEdit.ts';

/** Edits that move all lines of an expression but the first one step to the right. Blank lines and lines inside strings stay. */
export function indentLines({ text }: NixSource, expr: Expr, style: Style): readonly TextEdit[] {
  const strings = stringsIn(expr);
  const edits: TextEdit[] = [];
  for (let newline = text.indexOf('\n', expr.start); newline >= 0 && newline < expr.end; newline = text.indexOf('\n', newline + 1)) {
    const at = newline + 1;
    if (/^[\r\n]/.test(text.charAt(at)) || strings.some((range) => range.start < at && at <= range.end)) continue;
    edits.push({ start: at, end: at, newText: style.unit });
  }
  return edits;
}

function stringsIn(expr: Expr): readonly Expr[] {
  const found: Expr[] = [];
  const stack: Expr[] = [expr];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.kind === 'string') found.push(node);
    else stack.push(...children(node));
  }
  return found;
}
