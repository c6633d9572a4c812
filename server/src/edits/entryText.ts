import { attributeName, quoteNixString } from './nixString.ts';
import type { Style } from './style.ts';

export type EntryKind = 'directory' | 'file';

/** Options of an entry besides its path (`mode`, `user`, `how`, `inInitrd` …), in the order they are to be written. */
export type EntryAttributes = Readonly<Record<string, string | boolean>>;

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
  if (quoted === null) return null;
  const bindings = [`${kind} = ${quoted};`];
  for (const [name, value] of Object.entries(attributes)) {
    const key = attributeName(name);
    const written = typeof value === 'string' ? quoteNixString(value) : String(value);
    if (key === null || written === null) return null;
    bindings.push(`${key} = ${written};`);
  }
  if (bindings.length === 1) return { key: path, composite: false, form: 'string', inline: () => quoted, block: () => quoted };
  return {
    key: path,
    composite: true,
    form: 'set',
    inline: (style) => `{${style.setPadding}${bindings.join(' ')}${style.setPadding}}`,
    block: (style, indent) => ['{', ...bindings.map((binding) => indent + style.unit + binding), `${indent}}`].join(style.eol),
  };
}
