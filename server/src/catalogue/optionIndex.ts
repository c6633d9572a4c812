import type { StateEntry } from './types.ts';

/** The entries of the catalogue that an option implies, by option path; `*` stands for a name or list item that users choose. */
export interface OptionIndexNode {
  /** Entries that this very option implies. */
  readonly entries: readonly StateEntry[];
  readonly below: ReadonlyMap<string, OptionIndexNode>;
}

/** Components of an option as the catalogue writes it: `services.akkoma.config.":pleroma".upload_dir`. `<name>` becomes `*`. */
export function splitOption(option: string): readonly string[] {
  if (!/["<]/.test(option)) return option.split('.').filter((part) => part !== '');
  const parts = option.match(/"[^"]*"|[^.]+/g) ?? [];
  return parts.map((part) => (part.startsWith('"') ? part.slice(1, -1) : /^<[^>]*>$/.test(part) ? '*' : part));
}

/** Indexes entries by their `options` or by their `hmOptions`. */
export function indexOptions(entries: readonly StateEntry[], which: 'options' | 'hmOptions'): OptionIndexNode {
  interface Open {
    readonly entries: StateEntry[];
    readonly below: Map<string, Open>;
  }
  const root: Open = { entries: [], below: new Map() };
  for (const entry of entries) {
    for (const option of entry[which] ?? []) {
      let node = root;
      for (const part of splitOption(option)) {
        const next = node.below.get(part) ?? { entries: [], below: new Map<string, Open>() };
        node.below.set(part, next);
        node = next;
      }
      node.entries.push(entry);
    }
  }
  return root;
}
