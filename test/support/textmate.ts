import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadWASM, OnigScanner, OnigString } from 'vscode-oniguruma';
import { INITIAL, parseRawGrammar, Registry } from 'vscode-textmate';
import type { IOnigLib } from 'vscode-textmate';

/** A stretch of one line and its scopes, outermost first, the grammar's own name included. */
export interface Token {
  readonly text: string;
  readonly scopes: readonly string[];
}

/** A grammar file and the scope name it answers to. */
export interface GrammarFile {
  readonly scopeName: string;
  readonly path: string;
}

/** The regular expression library that VS Code uses. Its wasm is loaded once in a process, whoever asks. */
async function loadOniguruma(): Promise<IOnigLib> {
  await loadWASM(readFileSync(createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm')));
  return {
    createOnigScanner: (patterns) => new OnigScanner(patterns),
    createOnigString: (text) => new OnigString(text),
  };
}

/**
 * Makes a tokenizer as VS Code would: text in, tokens of each line out.
 * @param root scope name of the language's grammar; `grammars` must hold it
 * @param injections scope names of the grammars that are injected into it
 */
export async function tokenizer(
  grammars: readonly GrammarFile[],
  root: string,
  injections: readonly string[] = [],
): Promise<(text: string) => Token[][]> {
  const registry = new Registry({
    onigLib: loadOniguruma(),
    loadGrammar: (scopeName) => {
      const file = grammars.find((grammar) => grammar.scopeName === scopeName);
      return Promise.resolve(file === undefined ? null : parseRawGrammar(readFileSync(file.path, 'utf8'), file.path));
    },
    getInjections: (scopeName) => (scopeName === root ? [...injections] : []),
  });
  const grammar = await registry.loadGrammar(root);
  if (grammar === null) throw new Error(`no grammar for ${root}`);
  return (text) => {
    let state = INITIAL;
    return text.split('\n').map((line) => {
      const result = grammar.tokenizeLine(line, state);
      state = result.ruleStack;
      return result.tokens.map((token) => ({ text: line.slice(token.startIndex, token.endIndex), scopes: token.scopes }));
    });
  };
}
