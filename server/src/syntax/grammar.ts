import { Language, Parser } from 'web-tree-sitter';
import { lower } from './lower.ts';
import type { NixSource } from './nixSource.ts';
import { copyTree } from './rawTree.ts';
import { spliceChange, type Fragment } from './splice.ts';

/** Larger texts are not read: no configuration written by people comes near. In UTF-16 code units. */
export const MAX_TEXT_LENGTH = 4 * 1024 * 1024;

/** The Nix grammar, ready to read texts. */
export interface NixGrammar {
  /**
   * Never throws; a text that is no Nix at all gives an `error` expression with the reason. Holds no parser memory afterwards.
   * `previous` is what the same file was before a small change: then only what is around the change is read again.
   */
  parse(file: string, text: string, previous?: NixSource): NixSource;
}

/** Where the two wasm files are; absolute paths. */
export interface GrammarFiles {
  readonly runtime: string;
  readonly grammar: string;
}

/** Loads the tree-sitter runtime and the Nix grammar. Rejects when a file is missing or no wasm. */
export async function loadNixGrammar(files: GrammarFiles): Promise<NixGrammar> {
  await Parser.init({ locateFile: () => files.runtime });
  const language = await Language.load(files.grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  const read = (text: string): Fragment => {
    const tree = parser.parse(text);
    if (!tree)
      return {
        root: { kind: 'error', reason: 'the text could not be parsed', start: 0, end: 0 },
        comments: [],
        broken: true,
        errorAt: null,
      };
    try {
      const { root, ...rest } = copyTree(tree, language, text);
      return { root: lower(root, text), ...rest };
    } finally {
      tree.delete();
    }
  };
  return {
    parse(file, text, previous) {
      const refusal = unreadable(text);
      if (refusal)
        return { file, text, root: { kind: 'error', reason: refusal, start: 0, end: 0 }, comments: [], broken: true, errorAt: null };
      return (previous && spliceChange(previous, text, read)) ?? { file, text, ...read(text) };
    },
  };
}

function unreadable(text: string): string | null {
  if (text.startsWith('\0GITCRYPT')) return 'the file is encrypted (git-crypt)';
  if (text.includes('\0')) return 'the file is not text';
  if (text.length > MAX_TEXT_LENGTH) return 'the file is larger than 4 MB';
  return null;
}
