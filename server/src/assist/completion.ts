import { entryElement } from '../edits/entryText.ts';
import { attributeName, quoteNixString } from '../edits/nixString.ts';
import type { Style } from '../edits/style.ts';
import type { SourceRange } from '../syntax/source.ts';
import { entryKeys, type EntryKey } from './entryKeys.ts';
import type { HostFacts } from './hostFacts.ts';
import { suggestPaths, type PathSources, type PathSuggestion } from './suggestPaths.ts';
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
      return entryKeys(place.list, place.group).map((key) => keyCompletion(key, place.range));
    case 'value':
      return values(place, world);
  }
}

function paths(place: Extract<WritingPlace, { kind: 'path' }>, world: CompletionWorld): readonly Completion[] {
  const { list, typed, others, string, range } = place;
  const standing = world.text.slice(range.start, range.end);
  const found = suggestPaths({ list, typed, standing, others }, world.hosts, world.sources);
  return found.flatMap((suggestion): readonly Completion[] => {
    const element = entryElement(list.kind, suggestion.path, place.inSet ? {} : suggestion.attributes);
    if (!element) return [];
    const newText = element.inline(world.style);
    const common = {
      label: suggestion.path,
      kind: suggestion.isDirectory ? 'directory' : 'file',
      detail: detailOf(suggestion, world.hosts.length),
      snippet: null,
      state: suggestion.state?.id ?? null,
      hosts: suggestion.hosts,
    } as const;
    if (element.form === 'string' && string) return [{ ...common, ...inString(newText, string, world.offset), filter: suggestion.path }];
    // A set takes the place of the whole string, quotes and all.
    const replace = string?.whole ?? range;
    const quote = world.text.slice(replace.start, string?.content.start ?? replace.start);
    return [{ ...common, newText, replace, insert: null, filter: `${quote}${suggestion.path}` }];
  });
}

function detailOf({ origin, state, hosts }: PathSuggestion, all: number): string {
  const where = all > 1 ? ` (${hosts.join(', ')})` : '';
  if (origin === 'missing') return `${state?.title ?? ''}: not kept${where}`;
  return origin === 'live' ? `there now, not kept${where}` : (state?.title ?? '');
}

/** A string's text in place of what is typed between the quotes that are there; a closing quote comes with it where there is none. */
function inString(quoted: string, string: WrittenString, offset: number): Pick<Completion, 'newText' | 'replace' | 'insert'> {
  if (string.indented) return { newText: quoted, replace: string.whole, insert: null };
  const newText = string.closed ? quoted.slice(1, -1) : quoted.slice(1);
  return { newText, replace: string.content, insert: string.closed ? { start: string.content.start, end: offset } : null };
}

function users({ range, string }: Extract<WritingPlace, { kind: 'user' }>, world: CompletionWorld): readonly Completion[] {
  return [...usersOf(world)].flatMap(([user, home]): readonly Completion[] => {
    const newText = string ? quoteNixString(user) : attributeName(user);
    if (newText === null) return [];
    const filter = string ? newText : user;
    return [{ ...PLAIN, label: user, kind: 'user', detail: home ?? '', newText, replace: range, filter }];
  });
}

/** Users by name with the home of the first host that knows it. */
function usersOf({ hosts }: CompletionWorld): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  for (const facts of hosts) for (const [user, home] of facts.users) found.set(user, found.get(user) ?? home);
  return found;
}

const PLAIN = { snippet: null, insert: null, state: null, hosts: [] } as const;
const OPENING: Readonly<Record<EntryKey['value'], readonly [before: string, after: string]>> = {
  string: ['"', '"'],
  boolean: ['', 'true'],
  list: ['[ ', ' ]'],
  set: ['{ ', ' }'],
};

function keyCompletion({ name, about, value }: EntryKey, range: SourceRange): Completion {
  const [before, after] = OPENING[value];
  const snippet = value === 'boolean' ? null : `${name} = ${before}$1${after};`;
  return {
    ...PLAIN,
    label: name,
    kind: 'key',
    detail: about,
    newText: `${name} = ${before}${after};`,
    snippet,
    replace: range,
    filter: name,
  };
}

function values(place: Extract<WritingPlace, { kind: 'value' }>, world: CompletionWorld): readonly Completion[] {
  const key = entryKeys(place.list, place.group).find(({ name }) => name === place.key);
  if (!key) return [];
  const { string, range } = place;
  if (key.value === 'boolean' && !string)
    return ['true', 'false'].map((text) => ({
      ...PLAIN,
      label: text,
      kind: 'value',
      detail: '',
      newText: text,
      replace: range,
      filter: text,
    }));
  const choices = key.name === 'user' ? [...usersOf(world)].map(([text, home]) => ({ text, about: home ?? '' })) : (key.values ?? []);
  return choices.flatMap(({ text, about }): readonly Completion[] => {
    const quoted = quoteNixString(text);
    if (quoted === null) return [];
    const written = string ? inString(quoted, string, world.offset) : { newText: quoted, replace: range, insert: null };
    const filter = string?.indented ? `''${text}` : text;
    return [{ ...PLAIN, label: text, kind: 'value', detail: about, ...written, filter }];
  });
}
