import { PathTrie } from './pathTrie.ts';
import type { TrieMatch, TrieStep } from './pathTrie.ts';
import { splitPattern, usualHomes } from './pattern.ts';
import type { EphemeralPattern } from './types.ts';

/** Patterns of paths that are made anew, asked a component at a time. The longest pattern wins; a name anywhere is the shortest. */
export interface EphemeralIndex {
  readonly paths: PathTrie<EphemeralPattern>;
  readonly names: readonly { readonly suffix: string; readonly pattern: EphemeralPattern }[];
}

/**
 * Indexes patterns of `ephemeral.json`. Of names anywhere (`**` first) only `*SUFFIX` is supported, which is all the list uses;
 * what can't be read is left out.
 */
export function indexEphemeral(patterns: readonly EphemeralPattern[], homes: readonly string[] = usualHomes): EphemeralIndex {
  const paths = new PathTrie<EphemeralPattern>();
  const names: { suffix: string; pattern: EphemeralPattern }[] = [];
  for (const pattern of patterns) {
    for (const split of splitPattern(pattern.pattern, homes) ?? []) {
      if (split.kind === 'path') paths.add(split.components, pattern, split.below);
      else if (split.name.startsWith('*')) names.push({ suffix: split.name.slice(1), pattern });
    }
  }
  return { paths, names };
}

/** What makes `name` in the directory of `step` anew, or only looks so (`safe: false`); null when nothing is known. */
export function ephemeralAt(index: EphemeralIndex, step: TrieStep<EphemeralPattern>, name: string): TrieMatch<EphemeralPattern> | null {
  const match = index.paths.at(step, name);
  if (match !== null) return match;
  const found = index.names.find(({ suffix }) => name.endsWith(suffix));
  return found === undefined ? null : { value: found.pattern, depth: 0 };
}
