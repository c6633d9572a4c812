import type { Location } from '../syntax/source.ts';

/**
 * What is told about something, without any markup: an adaptor writes it as Markdown or as plain text and escapes what has to be.
 * Texts and paths in it come from configurations, catalogues and hosts, and are never markup.
 */
export type Document = readonly Block[];

export type Block =
  | { readonly kind: 'heading'; readonly text: Inlines }
  | { readonly kind: 'paragraph'; readonly text: Inlines }
  | { readonly kind: 'list'; readonly items: readonly Inlines[] };

export type Inlines = readonly Inline[];

/** A text; one to be shown as code; the name of a place, which leads there. */
export type Inline = string | { readonly code: string } | { readonly place: Location };

export function heading(...text: Inline[]): Block {
  return { kind: 'heading', text };
}

export function paragraph(...text: Inline[]): Block {
  return { kind: 'paragraph', text };
}

export function bullets(items: readonly Inlines[]): readonly Block[] {
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

export function code(text: string): Inline {
  return { code: text };
}

/** `a, b, c`, each made by `make`. */
export function joined<T>(items: readonly T[], make: (item: T) => Inline): Inlines {
  return items.flatMap((item, index) => (index === 0 ? [make(item)] : [', ', make(item)]));
}
