import { attributeName, quoteNixString } from '../edits/nixString.ts';
import type { Style } from '../edits/style.ts';
import type { SourceRange } from '../syntax/source.ts';
import { entryKeys, type EntryKey } from './entryKeys.ts';
import type { HostFacts } from './hostFacts.ts';
import type { PathSuggestion } from './pathSuggestions.ts';
import { suggestPaths, type PathSources } from './suggestPaths.ts';
import type { WritingPlace, WrittenString } from './writingPlace.ts';

/** One thing that could be written at a place. */
export interface Completion {
  readonly label: string;
  readonly kind: 'directory' | 'file' | 'user' | 'key' | 'value';
  /** Beside the label, short. */
  readonly detail: string;
  /** What is typed is compared with this. */
  readonly filter: string;
  readonly newText: string;
  /** With `$1` where the cursor goes, for editors that take it; null when that is the end of `newText`. */
  readonly snippet: string | null;
  /** What `newText` stands for. */
  readonly replace: SourceRange;
  /** The part of it before the place, when what is behind may stay; null when all of it has to go. */
  readonly insert: SourceRange | null;
  /** Id of the state in the catalogue that it keeps; null when it is of none. */
  readonly state: string | null;
  readonly hosts: readonly string[];
}

export interface CompletionWorld {
  /** The hosts that read the file. */
  readonly hosts: readonly HostFacts[];
  readonly sources: PathSources;
  readonly text: string;
  readonly offset: number;
  readonly style: Style;
}

/** What could be written at a place, best first. */
export function completions(place: WritingPlace, world: CompletionWorld): readonly Completion[] {
  switch (place.kind) {
    case 'path':
      return paths(place, world);
    case 'user':
      return users(place, world);
    case 'key':
      return entryKeys(place.list, place.group).map((key) => keyCompletion(key, place, world));
    case 'value':
      return values(place, world);
  }
}

function paths(place: Extract<WritingPlace, { kind: 'path' }>, world: CompletionWorld): readonly Completion[] {
  const { list, typed, others, range } = place;
  const standing = world.text.slice(range.start, range.end);
  const found = suggestPaths({ list, typed, standing, others }, world.hosts, world.sources);
  const write = writer(place, world);
  return found.map((each): Completion => ({
    label: each.path,
    kind: each.isDirectory ? 'directory' : 'file',
    detail: detailOf(each, world.hosts.length),
    snippet: null,
    state: each.state?.id ?? null,
    hosts: each.hosts,
    ...write((place.inSet ? each.plain : each.element).inline(world.style), each.path),
  }));
}

function detailOf({ origin, state, hosts }: PathSuggestion, all: number): string {
  const where = all > 1 ? ` (${hosts.join(', ')})` : '';
  if (origin === 'missing') return `${state?.title ?? ''}: not kept${where}`;
  return origin === 'live' ? `there now, not kept${where}` : (state?.title ?? '');
}

type Written = Pick<Completion, 'newText' | 'replace' | 'insert' | 'filter'>;

/**
 * How texts stand for one that is being written, which are told apart by their names. Of a string all is replaced, quotes and all: where
 * some texts stood for less of it than others, editors would compare what is typed with them in different ways.
 */
function writer(
  { string, range }: { readonly string: WrittenString | null; readonly range: SourceRange },
  { text, offset }: CompletionWorld,
): (newText: string, name: string) => Written {
  if (string) {
    const quote = text.slice(string.whole.start, string.content.start);
    return (newText, name) => ({ newText, replace: string.whole, insert: null, filter: `${quote}${name}` });
  }
  const insert = range.end > offset ? { start: range.start, end: offset } : null;
  return (newText, name) => ({ newText, replace: range, insert, filter: name });
}

function users(place: Extract<WritingPlace, { kind: 'user' }>, world: CompletionWorld): readonly Completion[] {
  const write = writer(place, world);
  return [...usersOf(world)].flatMap(([user, home]): readonly Completion[] => {
    const newText = place.string ? quoteNixString(user) : attributeName(user);
    return newText === null ? [] : [{ ...PLAIN, label: user, kind: 'user', detail: home ?? '', ...write(newText, user) }];
  });
}

/** Users by name with the home of the first host that knows it. */
function usersOf({ hosts }: CompletionWorld): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  for (const facts of hosts) for (const [user, home] of facts.users) found.set(user, found.get(user) ?? home);
  return found;
}

const PLAIN = { snippet: null, state: null, hosts: [] } as const;
const OPENING: Readonly<Record<EntryKey['value'], readonly [before: string, after: string]>> = {
  string: ['"', '"'],
  boolean: ['', 'true'],
  list: ['[ ', ' ]'],
  set: ['{ ', ' }'],
};

function keyCompletion(
  { name, about, value }: EntryKey,
  place: Extract<WritingPlace, { kind: 'key' }>,
  world: CompletionWorld,
): Completion {
  const [before, after] = OPENING[value];
  // Where the name has its value already, only the name is written.
  const bound = /^\s*[=.]/.test(world.text.slice(place.range.end));
  const newText = bound ? name : `${name} = ${before}${after};`;
  const snippet = bound || value === 'boolean' ? null : `${name} = ${before}$1${after};`;
  const what = writer({ string: null, range: place.range }, world)(newText, name);
  return { ...PLAIN, label: name, kind: 'key', detail: about, snippet, ...what };
}

function values(place: Extract<WritingPlace, { kind: 'value' }>, world: CompletionWorld): readonly Completion[] {
  const key = entryKeys(place.list, place.group).find(({ name }) => name === place.key);
  if (!key) return [];
  const write = writer(place, world);
  const value = (label: string, detail: string, newText: string): Completion => ({
    ...PLAIN,
    label,
    kind: 'value',
    detail,
    ...write(newText, label),
  });
  if (key.value === 'boolean') return place.string ? [] : ['true', 'false'].map((text) => value(text, '', text));
  const choices = key.name === 'user' ? [...usersOf(world)].map(([text, home]) => ({ text, about: home ?? '' })) : (key.values ?? []);
  return choices.flatMap(({ text, about }): readonly Completion[] => {
    const quoted = quoteNixString(text);
    return quoted === null ? [] : [value(text, about, quoted)];
  });
}
