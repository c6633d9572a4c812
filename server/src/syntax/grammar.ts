import { Language, Parser } from 'web-tree-sitter';
import { lower } from './lower.ts';
import type { NixSource } from './nixSource.ts';
import { copyTree, type RawNode } from './rawTree.ts';
import type { SourceRange } from './source.ts';

/** Larger texts are not read: no configuration written by people comes near. In UTF-16 code units. */
export const MAX_TEXT_LENGTH = 4 * 1024 * 1024;

/** The Nix grammar, ready to read texts. */
export interface NixGrammar {
  /** Never throws; a text that is no Nix at all gives an `error` expression with the reason. Holds no parser memory afterwards. */
  parse(file: string, text: string): NixSource;
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
  return {
    parse(file, text) {
      const refusal = unreadable(text);
      if (refusal) return { file, text, root: { kind: 'error', reason: refusal, start: 0, end: 0 }, comments: [], broken: true };
      const tree = parser.parse(text);
      if (!tree)
        return {
          file,
          text,
          root: { kind: 'error', reason: 'the text could not be parsed', start: 0, end: 0 },
          comments: [],
          broken: true,
        };
      try {
        const raw = copyTree(tree);
        return { file, text, root: lower(raw, text), comments: comments(raw, text), broken: tree.rootNode.hasError };
      } finally {
        tree.delete();
      }
    },
  };
}

function unreadable(text: string): string | null {
  if (text.startsWith('\0GITCRYPT')) return 'the file is encrypted (git-crypt)';
  if (text.includes('\0')) return 'the file is not text';
  if (text.length > MAX_TEXT_LENGTH) return 'the file is larger than 4 MB';
  return null;
}

/** The grammar counts the CR of CR LF to a line comment; an edit behind the comment must not come between the two. */
function comments(root: RawNode, text: string): readonly SourceRange[] {
  const found: SourceRange[] = [];
  const stack: RawNode[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'comment') {
      const withCr = text.charAt(node.start) === '#' && text.charAt(node.end - 1) === '\r';
      found.push({ start: node.start, end: withCr ? node.end - 1 : node.end });
    } else for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i] as RawNode);
  }
  return found;
}
