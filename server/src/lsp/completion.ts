import {
  CompletionItemKind,
  InsertTextFormat,
  type CompletionItem,
  type CompletionList,
  type CompletionParams,
  type InsertReplaceEdit,
  type TextEdit,
} from 'vscode-languageserver/node';
import { completions, type Completion } from '../assist/completion.ts';
import { stateDocument } from '../assist/stateDocument.ts';
import type { LiveBelow } from '../assist/suggestPaths.ts';
import { writingPlace } from '../assist/writingPlace.ts';
import { detectStyle } from '../edits/style.ts';
import { printable } from '../text/printable.ts';
import { rangeOf } from './convert.ts';
import type { Asked, Help } from './help.ts';
import { markupOf } from './markup.ts';

/** Typed, these ask for a list: a path begins or goes on, or a name does. */
export const COMPLETION_TRIGGERS: readonly string[] = ['"', '/', '.'];

const KIND: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  directory: CompletionItemKind.Folder,
  file: CompletionItemKind.File,
  user: CompletionItemKind.Variable,
  key: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
};

/** `CompletionItem.data`: what is told about it when it is looked at. */
interface ItemData {
  /** The text that it is for. */
  readonly uri: string;
  readonly state: string;
  readonly hosts: readonly string[];
}

/** What could be written at a place; null where Keepsake has nothing to say, so that others are not disturbed. */
export function complete(help: Help, live: LiveBelow, params: CompletionParams): CompletionList | null {
  const asked = help.ask(params.textDocument.uri, params.position);
  if (asked === null) return null;
  const { text, offset, hosts, knowledge } = asked;
  const place = writingPlace(text.source.text, offset, (names) => help.forwarded(asked, names));
  if (place === null) return null;
  const style = detectStyle(text.source);
  const sources = { paths: help.pathsOf(knowledge), live };
  const found = completions(place, { hosts, sources, text: text.source.text, offset, style });
  const width = String(found.length).length;
  // What a host has below a directory is asked for again when the next one is typed.
  const isIncomplete = place.kind === 'path' && found.some(({ detail }) => detail.startsWith('there now'));
  return { isIncomplete, items: found.map((each, index) => itemOf(help, asked, each, String(index).padStart(width, '0'))) };
}

function itemOf(help: Help, { file, text }: Asked, each: Completion, sortText: string): CompletionItem {
  const { client } = help.context;
  const replace = rangeOf(text.lines, each.replace);
  const newText = client.snippets && each.snippet !== null ? each.snippet : each.newText;
  const both = client.insertReplace && each.insert !== null;
  const textEdit: TextEdit | InsertReplaceEdit = both
    ? { newText, replace, insert: rangeOf(text.lines, each.insert ?? each.replace) }
    : { newText, range: replace };
  const detail = printable(each.detail);
  const item: CompletionItem = {
    label: printable(each.label),
    kind: KIND[each.kind],
    detail,
    filterText: each.filter,
    sortText,
    textEdit,
  };
  // Beside the label, where the editor has the room: which of the paths are missing should be seen at a glance.
  if (client.labelDetails) item.labelDetails = { description: detail };
  if (newText === each.snippet) item.insertTextFormat = InsertTextFormat.Snippet;
  if (each.state === null) return item;
  const data: ItemData = { uri: help.context.uris.uriOf(file), state: each.state, hosts: each.hosts };
  return client.resolveDocumentation ? { ...item, data } : { ...item, ...documentationOf(help, data) };
}

/** Adds what is told about an item, when it is looked at. */
export function resolveCompletion(help: Help, item: CompletionItem): CompletionItem {
  const data = item.data as Partial<ItemData> | null | undefined;
  if (typeof data?.uri !== 'string' || typeof data.state !== 'string' || !Array.isArray(data.hosts)) return item;
  return { ...item, ...documentationOf(help, { uri: data.uri, state: data.state, hosts: data.hosts }) };
}

function documentationOf(help: Help, { uri, state, hosts }: ItemData): Pick<CompletionItem, 'documentation'> {
  const asked = help.ask(uri, { line: 0, character: 0 });
  const entry = asked?.knowledge.state.find(({ id }) => id === state);
  if (!asked || !entry) return {};
  const causes = asked.hosts.filter(({ host }) => hosts.includes(host.name));
  return { documentation: markupOf(stateDocument(entry, causes), help.context.client.completionMarkdown, help.placeOf) };
}
