import type { AttrName, Binding } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { ElementText } from './entryText.ts';
import { commentsWithin, indentAt, isFirstOnLine, trailingEnd } from './lines.ts';
import { newList } from './listInsert.ts';
import type { Style } from './style.ts';
import type { TextEdit } from './textEdit.ts';

export type InheritBinding = Extract<Binding, { readonly kind: 'inherit' }>;

/** `inherit (from) directories;` becomes `directories = from.directories ++ [ … ];`. Null when a comment stands in the way. */
export function replaceInherited(
  source: NixSource,
  binding: InheritBinding,
  name: AttrName,
  elements: readonly ElementText[],
  style: Style,
): readonly TextEdit[] | null {
  const { text } = source;
  if (commentsWithin(source, binding).length > 0) return null;
  const indent = indentAt(text, binding.start);
  const written = text.slice(name.start, name.end);
  const start = `${written} = ${subject(source, binding)}${written} ++ `;
  const statement = `${start}${newList(elements, style, indent, start.length)};`;
  if (binding.names.length === 1) return [{ start: binding.start, end: binding.end, newText: statement }];
  const index = binding.names.indexOf(name);
  const previous = binding.names[index - 1];
  const gone = previous ? { start: previous.end, end: name.end } : { start: name.start, end: binding.names[1]?.start ?? name.end };
  const end = trailingEnd(source, binding.end, text.length);
  const lead = isFirstOnLine(text, binding.start) ? style.eol + indent : ' ';
  return [
    { ...gone, newText: '' },
    { start: end, end, newText: lead + statement },
  ];
}

function subject({ text }: NixSource, { from }: InheritBinding): string {
  if (!from) return '';
  const written = text.slice(from.start, from.end);
  const simple = from.kind === 'variable' || from.kind === 'paren' || from.kind === 'attrs' || (from.kind === 'select' && !from.fallback);
  return simple ? `${written}.` : `(${written}).`;
}
