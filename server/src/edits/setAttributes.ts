import { literalString, type AttrsExpr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { SourceRange } from '../syntax/source.ts';
import { openBrace } from './bindingInsert.ts';
import {
  attributeBinding,
  attributeText,
  entryElement,
  writtenElement,
  type AttributeValue,
  type ElementText,
  type EntryAttributes,
  type EntryKind,
} from './entryText.ts';
import { indentAt, isFirstOnLine, lineEnd, lineStart, trailingEnd, commentsWithin } from './lines.ts';
import { elementIndent, hasSplitGaps, wantsBlocks } from './listInsert.ts';
import { removeBindings } from './removeItems.ts';
import { rewritePath } from './replaceString.ts';
import { detectStyle, LINE_WIDTH, type Style } from './style.ts';
import { findBinding, findEntry, isEntryList, type EntryTarget } from './target.ts';
import { joinEdits, type EditProblem, type TextEdit } from './textEdit.ts';

/** Attributes by their dotted names; null takes one away. */
export type AttributeChanges = Readonly<Record<string, AttributeValue | null>>;

/**
 * Edits that give the entry whose path stands at `range` attributes, or take them away: a string becomes a set, a set whose path is all
 * that is left becomes a string (with no changes at all, too), everything else of it stays. `kind` names the path in a new set. No edits when nothing changes.
 */
export function setAttributes(
  source: NixSource,
  range: SourceRange,
  kind: EntryKind,
  changes: AttributeChanges,
): readonly TextEdit[] | EditProblem {
  const entry = writtenEntry(source, range);
  if ('problem' in entry) return entry;
  const style = detectStyle(source);
  if (entry.set) return changeSet(source, entry, entry.set, changes, style);
  const attributes = Object.fromEntries(Object.entries(changes).filter((each): each is [string, AttributeValue] => each[1] !== null));
  if (Object.keys(attributes).length === 0) return [];
  const written = source.text.slice(entry.path.start, entry.path.end);
  const element = writtenElement(kind, literalString(entry.path) ?? '', written, attributes);
  if (!element) return { problem: "The attributes can't be written into a Nix file." };
  return stringToSet(source, entry, element, style);
}

/** Edits that put an entry for another path, with these attributes, in the place of the entry whose path stands at `range`. */
export function replaceEntry(
  source: NixSource,
  range: SourceRange,
  kind: EntryKind,
  path: string,
  attributes: EntryAttributes,
): readonly TextEdit[] | EditProblem {
  const entry = writtenEntry(source, range);
  if ('problem' in entry) return entry;
  const element = entryElement(kind, path, attributes);
  if (!element) return { problem: `${JSON.stringify(path)} can't be written into a Nix file.` };
  const style = detectStyle(source);
  if (!entry.set) return stringToSet(source, entry, element, style);
  const renamed = rewritePath(source, range, path);
  const changed = changeSet(source, entry, entry.set, attributes, style);
  if ('problem' in renamed) return renamed;
  if ('problem' in changed) return changed;
  return joinEdits([...renamed, ...changed]) ?? { problem: 'The entry has to be changed by hand.' };
}

/** The entry whose path stands at `range`, when it is written as such. */
function writtenEntry(source: NixSource, range: SourceRange): EntryTarget | EditProblem {
  const entry = findEntry(source, range);
  if ('problem' in entry || isEntryList(entry)) return entry;
  return { problem: 'A function makes entries of this list; what they are is decided there.' };
}

function stringToSet(source: NixSource, { list, index }: EntryTarget, element: ElementText, style: Style): readonly TextEdit[] {
  const { text } = source;
  const at = list.elements[index] ?? list;
  const block = wantsBlocks(source, list, style);
  if (hasSplitGaps(source, list)) {
    const own = isFirstOnLine(text, at.start);
    const written = block && own ? element.block(style, elementIndent(source, list, index)) : element.inline(style);
    return [{ start: at.start, end: at.end, newText: written }];
  }
  const inline = element.inline(style);
  const length = lineEnd(text, list.start) - lineStart(text, list.start) + inline.length - (at.end - at.start);
  if ((!block && length <= LINE_WIDTH) || commentsWithin(source, list).length > 0 || text.slice(list.start, list.end).includes('\n'))
    return [{ start: at.start, end: at.end, newText: inline }];
  // On one line it would no longer be as this text, or a formatter, has it: every element gets its own.
  const outer = indentAt(text, list.start);
  const inner = outer + style.unit;
  const edits: TextEdit[] = [{ start: at.start, end: at.end, newText: block ? element.block(style, inner) : inline }];
  for (let gap = 0; gap <= list.elements.length; gap++) {
    const start = gap === 0 ? list.start + 1 : (list.elements[gap - 1]?.end ?? list.end - 1);
    const end = list.elements[gap]?.start ?? list.end - 1;
    edits.push({ start, end, newText: style.eol + (end === list.end - 1 ? outer : inner) });
  }
  return edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

function changeSet(
  source: NixSource,
  { list, index, path }: EntryTarget,
  set: AttrsExpr,
  changes: AttributeChanges,
  style: Style,
): readonly TextEdit[] | EditProblem {
  const { text } = source;
  const removed: number[] = [];
  const added: string[] = [];
  const edits: TextEdit[] = [];
  for (const [name, value] of Object.entries(changes)) {
    const names = name.split('.');
    const binding = findBinding(set, names);
    if (value === null) {
      removed.push(...set.bindings.flatMap((each, at) => (each.kind === 'binding' && startsWith(each, names) ? [at] : [])));
      continue;
    }
    if (!binding && set.bindings.some((each) => each.kind === 'binding' && startsWith(each, names.slice(0, 1))))
      if (names.length > 1 || set.bindings.some((each) => each.kind === 'binding' && each.path.length > 1 && startsWith(each, names)))
        return { problem: `The entry has \`${names[0]}\` already, in another form; change it there.` };
    const written = attributeText(value);
    const line = attributeBinding(name, value);
    if (written === null || line === null) return { problem: `${JSON.stringify(value)} can't be written into a Nix file.` };
    if (!binding) added.push(line);
    else if (text.slice(binding.value.start, binding.value.end) !== written)
      edits.push({ start: binding.value.start, end: binding.value.end, newText: written });
  }
  const left = set.bindings.length - new Set(removed).size + added.length;
  const comments = commentsWithin(source, set).length;
  if (left === 1 && (removed.length > 0 || Object.keys(changes).length === 0) && comments === 0) {
    const element = list.elements[index] ?? set;
    return [{ start: element.start, end: element.end, newText: text.slice(path.start, path.end) }];
  }
  edits.push(...removeBindings(source, set, removed), ...appendBindings(source, set, removed, added, style));
  return joinEdits(edits) ?? { problem: 'The entry would have to change at one place in two ways.' };
}

function startsWith(binding: Extract<AttrsExpr['bindings'][number], { readonly kind: 'binding' }>, names: readonly string[]): boolean {
  return names.every((name, index) => {
    const own = binding.path[index];
    return own?.kind === 'static' && own.name === name;
  });
}

function appendBindings(
  source: NixSource,
  set: AttrsExpr,
  removed: readonly number[],
  lines: readonly string[],
  style: Style,
): readonly TextEdit[] {
  if (lines.length === 0) return [];
  const { text } = source;
  const last = set.bindings.findLast((_, index) => !removed.includes(index));
  const split = last !== undefined && isFirstOnLine(text, last.start);
  // On one line, before the comment behind: one up to the line's end would swallow it.
  const at = last ? (split ? trailingEnd(source, last.end, set.end - 1) : last.end) : openBrace(source, set);
  const newText = split ? lines.map((line) => style.eol + indentAt(text, last.start) + line).join('') : ` ${lines.join(' ')}`;
  return [{ start: at, end: at, newText }];
}
