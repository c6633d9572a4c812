import type { Expr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import { lookup } from './declaration.ts';
import type { ElementText } from './entryText.ts';
import { indentLines } from './indentLines.ts';
import { indentAt, isFirstOnLine, lineStart } from './lines.ts';
import { newList } from './listInsert.ts';
import type { Site } from './sites.ts';
import type { Style } from './style.ts';
import type { TextEdit } from './textEdit.ts';

/** ` ++ [ … ]` behind a value that is a list but not written as one; on a line of its own where the text breaks before `++`. */
export function appendToValue(
  source: NixSource,
  expr: Expr,
  isArgument: boolean,
  elements: readonly ElementText[],
  style: Style,
): readonly TextEdit[] {
  const { text } = source;
  const lead = leadingOperator(source, expr);
  const indent = lead ?? indentAt(text, expr.end);
  const before = lead === null ? expr.end - lineStart(text, expr.end) - indent.length + 4 : 3;
  const list = newList(elements, style, indent, before);
  const loose = expr.kind === 'if' || expr.kind === 'function' || (expr.kind === 'binary' && expr.operator !== '++');
  const open = (isArgument ? '(' : '') + (loose ? '(' : '');
  const joint = lead === null ? ' ++ ' : `${style.eol}${lead}++ `;
  const edits: TextEdit[] = open === '' ? [] : [{ start: expr.start, end: expr.start, newText: open }];
  edits.push({ start: expr.end, end: expr.end, newText: (loose ? ')' : '') + joint + list + (isArgument ? ')' : '') });
  return edits;
}

/** The indentation of the lines of a concatenation that begin with `++`; null when there are none. */
function leadingOperator(source: NixSource, expr: Expr): string | null {
  if (expr.kind !== 'binary' || expr.operator !== '++') return null;
  const at = source.text.slice(expr.left.end, expr.right.start).indexOf('++');
  const operator = expr.left.end + at;
  return at >= 0 && isFirstOnLine(source.text, operator) ? indentAt(source.text, operator) : null;
}

/** `mkIf c x` becomes `mkMerge [ (mkIf c x) [ … ] ]`. Null when `mkMerge` can't be told from the name by which `mkIf` goes here. */
export function wrapInMerge(
  source: NixSource,
  site: Extract<Site, { readonly kind: 'wrap' }>,
  elements: readonly ElementText[],
  style: Style,
): readonly TextEdit[] | null {
  const { text } = source;
  const merge = mergeName(source, site);
  if (merge === null) return null;
  const { start, end } = site.expr;
  const outer = indentAt(text, start);
  const inner = outer + style.unit;
  const edits: TextEdit[] = [{ start, end: start, newText: `${merge} [${style.eol}${inner}(` }];
  edits.push(...indentLines(source, site.expr, style));
  edits.push({ start: end, end, newText: `)${style.eol}${inner}${newList(elements, style, inner, 0)}${style.eol}${outer}]` });
  return edits;
}

function mergeName(source: NixSource, { callee, scopes }: Extract<Site, { readonly kind: 'wrap' }>): string | null {
  const text = source.text.slice(callee.start, callee.end);
  if (callee.kind === 'select') return text.replace(/mkIf$/, 'mkMerge');
  const mkIf = lookup('mkIf', scopes);
  const mkMerge = lookup('mkMerge', scopes);
  if (!mkIf) return mkMerge ? null : 'mkMerge';
  if (mkMerge) return 'mkMerge';
  if (mkIf.inheritedFrom) return `${source.text.slice(mkIf.inheritedFrom.start, mkIf.inheritedFrom.end)}.mkMerge`;
  const value = mkIf.value;
  if (value?.kind !== 'select') return null;
  return source.text.slice(value.start, value.end).replace(/mkIf$/, 'mkMerge');
}
