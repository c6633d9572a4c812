/**
 * What the rules cost, beside making the models that they look at: all rules over all hosts of a workspace, and the slowest of them. No
 * more than a tenth is wanted.
 * `node --import tsx test/bench/rules.ts [DIR]` (default: the example fleet); every figure is of this run.
 */
import { join, resolve } from 'node:path';
import { indexEphemeral } from '../../server/src/catalogue/ephemeralIndex.ts';
import { builtInCatalogue } from '../../server/src/catalogue/load.ts';
import { indexState } from '../../server/src/catalogue/stateIndex.ts';
import { optionIndices, RuleContext } from '../../server/src/findings/context.ts';
import { mayLose } from '../../server/src/findings/ephemeral.ts';
import { RULES } from '../../server/src/findings/rules.ts';
import { loadNixGrammar } from '../../server/src/syntax/grammar.ts';
import { diskFileSystem } from '../../server/src/workspace/fileSystem.ts';
import { Workspace } from '../../server/src/workspace/workspace.ts';

const repository = join(import.meta.dirname, '../..');
const directory = resolve(process.argv[2] ?? join(repository, 'examples/fleet'));
const ROUNDS = 7;

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

async function main(): Promise<void> {
  const runtime = join(repository, 'node_modules/web-tree-sitter/web-tree-sitter.wasm');
  const grammar = await loadNixGrammar({ runtime, grammar: join(repository, 'syntaxes/tree-sitter-nix.wasm') });
  const { state, ephemeral } = builtInCatalogue();
  const knowledge = { state, ...optionIndices(state), byPath: indexState(state), ephemeral: indexEphemeral(ephemeral) };
  const models: number[] = [];
  const rules: number[] = [];
  const byRule = new Map<string, number[]>(RULES.map(({ code }) => [code, []]));
  let told = '';
  for (let round = 0; round < ROUNDS; round++) {
    const workspace = new Workspace({ grammar, fileSystem: diskFileSystem, roots: [directory] });
    // The models are made with their findings; what these took is taken off by asking the rules once more.
    const start = performance.now();
    const { hosts, findings } = workspace.analysis();
    const whole = performance.now() - start;
    let sum = 0;
    for (const host of hosts) {
      const context = new RuleContext(host, knowledge, null);
      // As a check asks them: of a host that loses nothing, only those that speak of such.
      for (const rule of RULES.filter(({ always }) => always === true || mayLose(host))) {
        const before = performance.now();
        rule.check(context);
        const took = performance.now() - before;
        byRule.get(rule.code)?.push(took);
        sum += took;
      }
    }
    models.push(whole - sum);
    rules.push(sum);
    told = `${hosts.length} hosts, ${findings.length} findings of ${RULES.length} rules`;
  }
  const sums = [...byRule].map(([code, times]) => [code, times.reduce((all, each) => all + each, 0) / ROUNDS] as const);
  const slowest = sums.toSorted(([, a], [, b]) => b - a).slice(0, 3);
  console.log(`${told}; making the models: ${median(models).toFixed(1)} ms`);
  console.log(`all rules: ${median(rules).toFixed(1)} ms, ${(median(rules) / median(models)).toFixed(3)} of that (wanted: under 0.1)`);
  console.log(`the slowest: ${slowest.map(([code, time]) => `${code} ${time.toFixed(1)} ms`).join(', ')}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
