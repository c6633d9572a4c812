import { rulePage, ruleIndex } from '../../server/src/findings/manual.ts';
import { RULES } from '../../server/src/findings/rules.ts';

/** The generated pages of the manual, by path below `docs/`. */
export function pages(): ReadonlyMap<string, string> {
  return new Map([
    ['rules/README.md', ruleIndex(RULES)],
    ...RULES.map((rule): readonly [string, string] => [`rules/${rule.code}.md`, rulePage(rule)]),
  ]);
}
