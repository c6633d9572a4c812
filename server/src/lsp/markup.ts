import { MarkupKind, type MarkupContent } from 'vscode-languageserver/node';
import { basename } from 'node:path';
import type { Block, Document, Inline, Inlines } from '../assist/document.ts';
import type { Location } from '../syntax/source.ts';
import { printable } from '../text/printable.ts';

/** How places are shown: the line as people count it, and the address; null when the text is gone. */
export type PlaceOf = (location: Location) => { readonly line: number; readonly uri: string } | null;

/** A document as the editor takes it: Markdown, or plain text for one that shows none. */
export function markupOf(document: Document, markdown: boolean, placeOf: PlaceOf): MarkupContent {
  const write = markdown ? inMarkdown(placeOf) : plainly(placeOf);
  const value = document.map((block) => blockText(block, write, markdown)).join('\n\n');
  return { kind: markdown ? MarkupKind.Markdown : MarkupKind.PlainText, value };
}

function blockText(block: Block, write: (inline: Inline) => string, markdown: boolean): string {
  const line = (inlines: Inlines): string => inlines.map(write).join('');
  switch (block.kind) {
    case 'heading':
      return markdown ? `**${line(block.text)}**` : line(block.text);
    case 'paragraph':
      return line(block.text);
    case 'list':
      return block.items.map((item) => `- ${line(item)}`).join('\n');
  }
}

function plainly(placeOf: PlaceOf): (inline: Inline) => string {
  return (inline) => {
    if (typeof inline === 'string') return printable(inline);
    if ('code' in inline) return printable(inline.code);
    return placeText(inline.place, placeOf);
  };
}

function inMarkdown(placeOf: PlaceOf): (inline: Inline) => string {
  return (inline) => {
    if (typeof inline === 'string') return escapeMarkdown(inline);
    if ('code' in inline) return codeSpan(inline.code);
    const place = placeOf(inline.place);
    const text = escapeMarkdown(placeText(inline.place, placeOf));
    // Only places in files are links, and their address is made here.
    return place?.uri.startsWith('file:') ? `[${text}](<${place.uri.replace(/[<>\s\\]/g, encodeURIComponent)}#L${place.line}>)` : text;
  };
}

function placeText(location: Location, placeOf: PlaceOf): string {
  const place = placeOf(location);
  return printable(place === null ? basename(location.file) : `${basename(location.file)}:${place.line}`);
}

/** Text that Markdown shows as it is: no link, no HTML, no picture, no emphasis (CommonMark 2.4: any ASCII punctuation can be escaped). */
export function escapeMarkdown(text: string): string {
  return printable(text).replace(/[!#&()*+\-.:<>@[\\\]_`{|}~]/g, String.raw`\$&`);
}

/** A code span whose fence is longer than any run of backticks in it (CommonMark 6.1). */
export function codeSpan(text: string): string {
  const line = printable(text);
  if (line.trim() === '') return '';
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const padding = line.startsWith('`') || line.endsWith('`') || (line.startsWith(' ') && line.endsWith(' ')) ? ' ' : '';
  return fence + padding + line + padding + fence;
}
