import { attributeName, quoteNixString } from './nixString.ts';
import type { Style } from './style.ts';

export type EntryKind = 'directory' | 'file';

/** What an attribute is to be: a string, a boolean, or an expression as it is written. */
export type AttributeValue = string | boolean | { readonly nix: string };

/** Options of an entry besides its path (`mode`, `how`, `parent.mode` …), by dotted names, in the order they are to be written. */
export type EntryAttributes = Readonly<Record<string, AttributeValue>>;

/** An element to be written into a list: as a plain string, or as a set of attributes. */
export interface ElementText {
  /** What the element keeps, as it is compared and sorted. */
  readonly key: string;
  /** More than one attribute: a formatter may want it on several lines. */
  readonly composite: boolean;
  readonly form: 'string' | 'set';
  /** On one line. */
  readonly inline: (style: Style) => string;
  /** On several lines, the first without indentation and the others at or below `indent`. */
  readonly block: (style: Style, indent: string) => string;
}

/** The Nix text of an entry: `"/path"`, or `{ directory = "/path"; mode = "0700"; }`. Null when its characters can't stand in a Nix file. */
export function entryElement(kind: EntryKind, path: string, attributes: EntryAttributes = {}): ElementText | null {
  const quoted = quoteNixString(path);
  return quoted === null ? null : writtenElement(kind, path, quoted, attributes);
}

/** The same of a path whose text is `written` (a string with interpolation, say), and is compared and sorted as `key`. */
export function writtenElement(kind: EntryKind, key: string, written: string, attributes: EntryAttributes): ElementText | null {
  const bindings = [`${kind} = ${written};`];
  for (const [name, value] of Object.entries(attributes)) {
    const binding = attributeBinding(name, value);
    if (binding === null) return null;
    bindings.push(binding);
  }
  if (bindings.length === 1) return { key, composite: false, form: 'string', inline: () => written, block: () => written };
  return {
    key,
    composite: true,
    form: 'set',
    inline: (style) => `{${style.setPadding}${bindings.join(' ')}${style.setPadding}}`,
    block: (style, indent) => ['{', ...bindings.map((binding) => indent + style.unit + binding), `${indent}}`].join(style.eol),
  };
}

/** `mode = "0700";`, or null when that can't be written. */
export function attributeBinding(name: string, value: AttributeValue): string | null {
  const names = name.split('.').map(attributeName);
  const written = attributeText(value);
  return names.includes(null) || written === null ? null : `${names.join('.')} = ${written};`;
}

/** The text of an attribute's value; null when it can't be written. */
export function attributeText(value: AttributeValue): string | null {
  if (typeof value === 'object') return value.nix;
  return typeof value === 'string' ? quoteNixString(value) : String(value);
}
