import {
  SymbolKind,
  type DefinitionLink,
  type DocumentSymbol,
  type Hover,
  type Location as LspLocation,
  type SymbolInformation,
  type TextDocumentPositionParams,
} from 'vscode-languageserver/node';
import type { RealFiles } from '../host/entryAttributes.ts';
import { hover } from '../assist/hover.ts';
import { definitions, references } from '../assist/links.ts';
import { outline, type OutlineItem } from '../assist/outline.ts';
import type { Location } from '../syntax/source.ts';
import { printable } from '../text/printable.ts';
import type { Help } from './help.ts';
import { markupOf } from './markup.ts';

/** What is told about the entry, the storage or the option at a place. */
export function hoverAt(help: Help, live: RealFiles, params: TextDocumentPositionParams): Hover | null {
  const asked = help.askModel(params.textDocument.uri, params.position);
  const told = asked && hover({ ...asked, live });
  const range = told && help.rangeOf(told.location);
  if (!told || !range) return null;
  return { contents: markupOf(told.document, help.context.client.hoverMarkdown, help.placeOf), range };
}

/** From an entry to the options that imply what is in it, and back. */
export function definitionsAt(help: Help, params: TextDocumentPositionParams): DefinitionLink[] | LspLocation[] | null {
  const asked = help.askModel(params.textDocument.uri, params.position);
  const found = asked && definitions(asked);
  const origin = found && help.rangeOf(found.from);
  if (!found || !origin) return null;
  const targets = found.to.flatMap((each) => help.locationOf(each) ?? []);
  if (targets.length === 0) return null;
  if (!help.context.client.definitionLinks) return targets;
  return targets.map(({ uri, range }) => ({
    originSelectionRange: origin,
    targetUri: uri,
    targetRange: range,
    targetSelectionRange: range,
  }));
}

/** The options and entries that speak of the same state. */
export function referencesAt(help: Help, params: TextDocumentPositionParams): LspLocation[] | null {
  const asked = help.askModel(params.textDocument.uri, params.position);
  const found: readonly Location[] = asked ? references(asked) : [];
  return found.length === 0 ? null : found.flatMap((each) => help.locationOf(each) ?? []);
}

const KIND: Readonly<Record<OutlineItem['kind'], SymbolKind>> = {
  storage: SymbolKind.Namespace,
  directory: SymbolKind.Package,
  file: SymbolKind.File,
};

/** The storages of a text with their entries. */
export function symbolsOf(help: Help, uri: string): DocumentSymbol[] | SymbolInformation[] | null {
  const file = help.fileOf(uri);
  const hosts = file === null ? [] : help.hostsOf(file);
  if (file === null || hosts.length === 0) return null;
  const items = outline(file, hosts);
  if (help.context.client.hierarchicalSymbols) return items.flatMap((each) => symbol(help, each) ?? []);
  return items.flatMap((item) => [item, ...item.children].flatMap((each) => information(help, each, uri) ?? []));
}

function symbol(help: Help, item: OutlineItem): DocumentSymbol | null {
  const range = help.rangeOf(item.location);
  const selectionRange = help.rangeOf(item.selection);
  if (!range || !selectionRange) return null;
  const children = item.children.flatMap((each) => symbol(help, each) ?? []);
  return { name: nameOf(item), detail: printable(item.detail), kind: KIND[item.kind], range, selectionRange, children };
}

function information(help: Help, item: OutlineItem, uri: string): SymbolInformation | null {
  const range = help.rangeOf(item.location);
  return range && { name: nameOf(item), kind: KIND[item.kind], location: { uri, range } };
}

/** Editors refuse all symbols of a text when one has no name. */
function nameOf({ name, kind }: OutlineItem): string {
  return name.trim() === '' ? kind : printable(name);
}
