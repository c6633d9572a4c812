import { literalString, unparen, type AttrsExpr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { SourceRange } from '../syntax/source.ts';
import type { NameResolver } from './declaration.ts';
import { entryElement, type AttributeValue, type EntryKind } from './entryText.ts';
import { insertEntries, type NewEntry } from './insertEntry.ts';
import { insertIntoList } from './listInsert.ts';
import { removeElements } from './removeItems.ts';
import { detectStyle } from './style.ts';
import { findEntry, isEntryList, listBinding } from './target.ts';
import { joinEdits, type EditProblem, type TextEdit } from './textEdit.ts';

/** Edits that take the entries whose paths stand at `ranges` out of their lists. */
export function removeEntries(source: NixSource, ranges: readonly SourceRange[]): readonly TextEdit[] | EditProblem {
  const lists = new Map<number, { readonly list: Parameters<typeof removeElements>[1]; readonly indices: number[] }>();
  for (const range of ranges) {
    const entry = findEntry(source, range);
    if ('problem' in entry) return entry;
    const known = lists.get(entry.list.start) ?? { list: entry.list, indices: [] };
    known.indices.push(entry.index);
    lists.set(entry.list.start, known);
  }
  const edits = [...lists.values()].flatMap(({ list, indices }) => removeElements(source, list, indices));
  return joinEdits(edits) ?? { problem: 'The entries stand in each other; remove them one by one.' };
}

/** Where an entry is to stand. */
interface Destination {
  /** As for {@link insertEntries}. */
  readonly declaration: SourceRange;
  readonly kind: EntryKind;
  readonly user: string | null;
  /** As it is to be written there; null: as it is. */
  readonly path: string | null;
}

/** Edits that move the entry whose path stands at `range` to another list of a storage, with its attributes as far as they hold there. */
export function moveEntry(
  source: NixSource,
  range: SourceRange,
  to: Destination,
  resolve: NameResolver | null = null,
): readonly TextEdit[] | EditProblem {
  const entry = findEntry(source, range);
  if ('problem' in entry) return entry;
  if (!isEntryList(entry)) return { problem: 'A function makes entries of this list; what they are is decided there.' };
  const path = to.path ?? literalString(entry.path);
  if (path === null) return { problem: 'The path is put together from parts; move it by hand.' };
  const attributes = entry.set ? attributesOf(source, entry.set, to.user) : {};
  if (attributes === null) return { problem: 'The entry is written in a form that can only be moved by hand.' };
  const fresh: NewEntry = { kind: to.kind, path, user: to.user, attributes };
  const inserted = insertEntries(source, to.declaration, [fresh], resolve);
  if ('problem' in inserted) return inserted;
  const removed = removeElements(source, entry.list, [entry.index]);
  return joinEdits([...removed, ...inserted]) ?? { problem: 'The entry would have to move within one place; move it by hand.' };
}

/**
 * Edits that move the entry whose path stands at `range` from `directories` to `files` beside it, or back, in a set of the author's own.
 * Only where an element of the other list is kept, as `isKept` knows: else what is moved there might be kept no longer.
 */
export function moveBeside(
  source: NixSource,
  range: SourceRange,
  kind: EntryKind,
  isKept: (element: SourceRange) => boolean,
): readonly TextEdit[] | EditProblem {
  const entry = findEntry(source, range);
  if ('problem' in entry) return entry;
  const bound = listBinding(entry);
  const wanted = kind === 'directory' ? 'directories' : 'files';
  const before = bound?.binding.path.slice(0, -1).map((name) => source.text.slice(name.start, name.end)) ?? [];
  const other = bound?.owner.bindings.find(
    (each) =>
      each.kind === 'binding' &&
      each.path.length === before.length + 1 &&
      each.path.every((name, index) => source.text.slice(name.start, name.end) === (before[index] ?? wanted)),
  );
  const list = other?.kind === 'binding' ? unparen(other.value) : null;
  const path = literalString(entry.path);
  const element = path === null || entry.set ? null : entryElement(kind, path);
  if (list?.kind !== 'list' || !element || !list.elements.some(isKept))
    return { problem: 'There is no list beside it that it could go to; move it by hand.' };
  const inserted = insertIntoList(source, list, [element], detectStyle(source));
  return joinEdits([...removeElements(source, entry.list, [entry.index]), ...inserted]) ?? { problem: 'Move the entry by hand.' };
}

/** All but the path. What is a user's has that user as its owner anyway. Null when not all are plain bindings. */
function attributesOf({ text }: NixSource, set: AttrsExpr, user: string | null): Readonly<Record<string, AttributeValue>> | null {
  const attributes = new Map<string, AttributeValue>();
  if (set.recursive) return null;
  for (const binding of set.bindings) {
    if (binding.kind !== 'binding') return null;
    const names = binding.path.map((name) => (name.kind === 'static' ? name.name : null));
    const name = names.join('.');
    if (names.includes(null) || text.slice(binding.value.start, binding.value.end).includes('\n')) return null;
    if (name === 'directory' || name === 'file') continue;
    if (name === 'user' && user !== null && literalString(unparen(binding.value)) === user) continue;
    attributes.set(name, { nix: text.slice(binding.value.start, binding.value.end) });
  }
  return Object.fromEntries(attributes);
}
