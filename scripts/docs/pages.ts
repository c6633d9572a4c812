import ephemeral from '../../server/src/catalogue/ephemeral.json';
import state from '../../server/src/catalogue/state.json';
import type { EphemeralPattern, StateEntry } from '../../server/src/catalogue/types.ts';
import { rulePage, ruleIndex } from '../../server/src/findings/manual.ts';
import { RULES } from '../../server/src/findings/rules.ts';
import { keepsakeSchema } from '../../server/src/workspace/keepsakeSchema.ts';
import { cataloguePage } from './cataloguePage.ts';
import { keepsakeJsonPage, keepsakeJsonRulePage } from './keepsakeJsonPage.ts';

/** The generated files, by path from the project's root: the manual's pages, and the schema of `keepsake.json`. */
export function pages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/rules/README.md', ruleIndex(RULES)],
    ...RULES.map((rule): readonly [string, string] => [`docs/rules/${rule.code}.md`, rulePage(rule)]),
    ['docs/rules/keepsake-json.md', keepsakeJsonRulePage()],
    ['docs/keepsake-json.md', keepsakeJsonPage()],
    ['docs/catalogue.md', cataloguePage(state as readonly StateEntry[], ephemeral as readonly EphemeralPattern[])],
    ['schemas/keepsake.schema.json', `${JSON.stringify(keepsakeSchema(), null, 2)}\n`],
  ]);
}
