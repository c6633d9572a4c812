import { fileURLToPath } from 'node:url';
import { loadNixGrammar, type NixGrammar } from '../../server/src/syntax/grammar.ts';

/** The grammar that ships, with the runtime that is installed. */
export function nixGrammar(): Promise<NixGrammar> {
  const root = new URL('../../', import.meta.url);
  return loadNixGrammar({
    runtime: fileURLToPath(new URL('node_modules/web-tree-sitter/web-tree-sitter.wasm', root)),
    grammar: fileURLToPath(new URL('syntaxes/tree-sitter-nix.wasm', root)),
  });
}
