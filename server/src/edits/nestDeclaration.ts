import type { NixSource } from '../syntax/nixSource.ts';
import { renderBindings, type NewBinding } from './bindingInsert.ts';
import { nameKey, type ValueBinding } from './declaration.ts';
import { indentLines } from './indentLines.ts';
import { indentAt, trailingEnd } from './lines.ts';
import type { Style } from './style.ts';
import type { TextEdit } from './textEdit.ts';

/**
 * `….${dir}.directories = [ … ];` becomes `….${dir} = { directories = [ … ]; files = [ … ]; };`. Nix joins `a.b.c` and `a.b.d` into one
 * set, but not where a name is computed, so that there a second binding can't stand beside the first. `depth` names stay before the set;
 * `inside` are the edits made within the binding's value, which come back moved along with it.
 */
export function nestDeclaration(
  source: NixSource,
  binding: ValueBinding,
  depth: number,
  additions: readonly NewBinding[],
  inside: readonly TextEdit[],
  style: Style,
): readonly TextEdit[] {
  const outermost = binding.path[depth - 1];
  const first = binding.path[depth];
  if (!outermost || !first) return inside;
  const outer = indentAt(source.text, binding.start);
  const inner = outer + style.unit;
  const beside = binding.path.slice(depth).map((name) => nameKey(source, name));
  const lines = renderBindings(additions, beside, inner, style).map((written) => style.eol + inner + written);
  const end = trailingEnd(source, binding.end, source.text.length);
  return [
    { start: outermost.end, end: first.start, newText: ` = {${style.eol}${inner}` },
    ...indentLines(source, binding.value, style),
    ...inside.map((edit) => ({ ...edit, newText: edit.newText.replaceAll(style.eol, style.eol + style.unit) })),
    { start: end, end, newText: `${lines.join('')}${style.eol}${outer}};` },
  ];
}
