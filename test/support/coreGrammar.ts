import { nixGrammar } from './nixGrammar.ts';
import type { NixGrammar } from '../../server/src/syntax/grammar.ts';

/** The grammar that ships, loaded once for all test files of a run. */
export const grammarOnce: Promise<NixGrammar> = nixGrammar();
