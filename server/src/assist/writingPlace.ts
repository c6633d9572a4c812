import { openConstructs, type OpenConstruct, type OpenList, type OpenSet, type OpenString } from '../syntax/openConstructs.ts';
import type { SourceRange } from '../syntax/source.ts';
import { cookString } from '../syntax/strings.ts';
import { listPlace, storagePlace, type ListPlace, type Names } from './listPlace.ts';

/** A string that is being written: the range of its text, and of the whole with its quotes. */
export interface WrittenString {
  readonly whole: SourceRange;
  readonly content: SourceRange;
  /** The closing quote is there. */
  readonly closed: boolean;
  /** Its quotes are the single ones of an indented string. */
  readonly indented: boolean;
}

/** What is being written at a place of a text, as far as Keepsake has something to say to it. */
export type WritingPlace =
  /** A path, as an element of its list or (`inSet`) as `directory` or `file` of an entry. */
  | {
      readonly kind: 'path';
      readonly list: ListPlace;
      readonly inSet: boolean;
      /** What is typed of it, escapes resolved. */
      readonly typed: string;
      /** Null when no quote is typed yet; then `range` holds what is. */
      readonly string: WrittenString | null;
      readonly range: SourceRange;
      /** Paths that the list has already. */
      readonly others: readonly string[];
    }
  /** The name of a user behind `users.`. */
  | { readonly kind: 'user'; readonly range: SourceRange; readonly string: WrittenString | null }
  /** The name of an attribute of an entry, or of the set `group` in it (`parent`). */
  | { readonly kind: 'key'; readonly list: ListPlace; readonly group: string | null; readonly range: SourceRange }
  /** The text of an attribute of an entry. */
  | {
      readonly kind: 'value';
      readonly list: ListPlace;
      readonly group: string | null;
      readonly key: string;
      readonly range: SourceRange;
      readonly string: WrittenString | null;
    };

/** Tells which list of persisted paths an attribute path is that is none by its own name; null when none. */
export type ForwardedList = (names: Names) => ListPlace | null;

/** Functions that make other paths of a list's elements: what stands in it is no path. */
const CHANGES_ELEMENTS = new Set(['map', 'concatMap', 'imap', 'imap0', 'imap1', 'forEach', 'genAttrs', 'zipLists', 'concatMapStrings']);

/** What is being written at `offset`; null when that is nothing of persistence. Holds for texts that do not parse. */
export function writingPlace(text: string, offset: number, forwarded: ForwardedList): WritingPlace | null {
  const open = openConstructs(text, offset);
  const last = open.at(-1);
  if (!last || last.kind === 'comment' || last.kind === 'paren' || last.kind === 'interpolation') return null;
  const string = last.kind === 'string' ? last : null;
  // No completion goes over lines, and no path does.
  if (string && (!string.plain || /[\r\n]/.test(text.slice(string.start, offset)))) return null;
  const around = string ? open.slice(0, -1) : open;
  const inner = around.at(-1);
  const names = namesOf(around);
  const written = string && writtenString(text, string, offset);
  if (inner?.kind === 'list') return element(text, offset, { names, forwarded, written, list: inner });
  if (inner?.kind !== 'set') return null;
  if (!inner.inValue) return attributeName(text, offset, { set: inner, around, written, forwarded });
  return attributeValue(text, offset, { names, forwarded, written });
}

/** The attribute path of a place: those of all sets around it, one behind the other. */
function namesOf(open: readonly OpenConstruct[]): Names {
  return open.flatMap((each) => (each.kind === 'set' && each.inValue ? each.names.map(({ text }) => text) : []));
}

function resolve(names: Names, forwarded: ForwardedList): { readonly list: ListPlace; readonly rest: Names } | null {
  const known = listPlace(names);
  if (known) return known;
  for (let length = names.length; length > 0; length--) {
    const list = forwarded(names.slice(0, length));
    if (list) return { list, rest: names.slice(length) };
  }
  return null;
}

interface Around {
  readonly names: Names;
  readonly forwarded: ForwardedList;
  readonly written: WrittenString | null;
}

function element(
  text: string,
  offset: number,
  { names, forwarded, written, list }: Around & { readonly list: OpenList },
): WritingPlace | null {
  const found = resolve(names, forwarded);
  if (!found || found.rest.length > 0 || list.callee.some((name) => CHANGES_ELEMENTS.has(name))) return null;
  const range = written?.content ?? wordAround(text, offset);
  const typed = cookString(text.slice(range.start, offset));
  return { kind: 'path', list: found.list, inSet: false, typed, string: written, range, others: list.strings };
}

function attributeName(
  text: string,
  offset: number,
  { set, around, written, forwarded }: { readonly set: OpenSet; readonly around: readonly OpenConstruct[] } & Omit<Around, 'names'>,
): WritingPlace | null {
  const last = set.names.at(-1);
  // The name that the place is at the end of is being written; what is before it is given.
  const touches = !written && last !== undefined && last.end === offset && !set.endsInDot;
  const given = touches ? set.names.slice(0, -1) : set.names;
  if (given.length > 0 && !touches && !set.endsInDot) return null;
  const names = [...namesOf(around), ...given.map(({ text }) => text)];
  const range = written?.whole ?? {
    start: touches ? last.start : offset,
    end: offset + (/^[\w'-]*/.exec(text.slice(offset))?.[0].length ?? 0),
  };
  const storage = storagePlace(names);
  if (storage && storage.mechanism !== 'home-manager' && storage.rest.length === 1 && storage.rest[0] === 'users')
    return { kind: 'user', range, string: written };
  const found = resolve(names, forwarded);
  if (!found || written || !around.slice(0, -1).some(({ kind }) => kind === 'list') || found.rest.length > 1) return null;
  return { kind: 'key', list: found.list, group: found.rest[0] ?? null, range };
}

function attributeValue(text: string, offset: number, { names, forwarded, written }: Around): WritingPlace | null {
  const found = resolve(names, forwarded);
  const key = found?.rest.at(-1);
  if (!found || typeof key !== 'string' || found.rest.length > 2) return null;
  const range = written?.content ?? wordAround(text, offset);
  const { list } = found;
  if (key === list.kind && found.rest.length === 1) {
    const typed = cookString(text.slice(range.start, offset));
    return { kind: 'path', list, inSet: true, typed, string: written, range, others: [] };
  }
  return { kind: 'value', list, group: found.rest.length === 2 ? (found.rest[0] ?? null) : null, key, range, string: written };
}

/** What is typed without quotes around a place. */
function wordAround(text: string, offset: number): SourceRange {
  let start = offset;
  while (start > 0 && /[\w./~+-]/.test(text.charAt(start - 1))) start--;
  return { start, end: offset + (/^[\w./~+-]*/.exec(text.slice(offset))?.[0].length ?? 0) };
}

/**
 * How far a string goes that is being written. Quotes of the rest of the line that come in pairs are those of other strings; an odd
 * one more is this string's own end.
 */
function writtenString(text: string, { start, content, indented }: OpenString, offset: number): WrittenString {
  const quote = indented ? "''" : '"';
  const rest = /^[^\r\n]*/.exec(text.slice(offset))?.[0] ?? '';
  const quotes = [...rest.matchAll(indented ? /''/g : /\\.|"/g)].filter(([found]) => found === quote);
  const closed = quotes.length % 2 === 1;
  const length = closed ? (quotes[0]?.index ?? 0) : (/^[^\s"'[\](){};]*/.exec(rest)?.[0].length ?? 0);
  const end = offset + length;
  return {
    whole: { start, end: closed ? end + quote.length : end },
    content: { start: content, end },
    closed,
    indented,
  };
}
