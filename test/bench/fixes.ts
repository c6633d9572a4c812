/**
 * What fixes cost, beside reading the workspace once: the edits of every fix of every finding, as a menu of them all would need; and
 * making all that are safe, one after the other, as `keepsake check --fix` does.
 * `node --import tsx test/bench/fixes.ts [DIR]` (default: the example fleet); every figure is of this run.
 */
import { join, resolve } from 'node:path';
import { loadNixGrammar } from '../../server/src/syntax/grammar.ts';
import { diskFileSystem } from '../../server/src/workspace/fileSystem.ts';
import { fixAll } from '../../server/src/workspace/fixAll.ts';
import { findingEdit } from '../../server/src/workspace/safeFix.ts';
import { Workspace } from '../../server/src/workspace/workspace.ts';

const repository = join(import.meta.dirname, '../..');
const directory = resolve(process.argv[2] ?? join(repository, 'examples/fleet'));
const ROUNDS = 15;

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

async function main(): Promise<void> {
  const runtime = join(repository, 'node_modules/web-tree-sitter/web-tree-sitter.wasm');
  const grammar = await loadNixGrammar({ runtime, grammar: join(repository, 'syntaxes/tree-sitter-nix.wasm') });
  const cold: number[] = [];
  const edits: number[] = [];
  const all: number[] = [];
  let told = '';
  for (let round = 0; round < ROUNDS; round++) {
    const workspace = new Workspace({ grammar, fileSystem: diskFileSystem, roots: [directory] });
    const start = performance.now();
    const { findings } = workspace.analysis();
    const read = performance.now();
    let made = 0;
    for (const finding of findings) for (const fix of finding.fixes) if (!('problem' in findingEdit(workspace, finding, fix))) made++;
    const edited = performance.now();
    const { done } = fixAll(workspace, () => true, true);
    const fixed = performance.now();
    cold.push(read - start);
    edits.push(edited - read);
    all.push(fixed - edited);
    told = `${made} edits of ${findings.length} findings; ${done.length} safe fixes`;
  }
  const share = (times: readonly number[]): string =>
    `${median(times).toFixed(1)} ms, ${(median(times) / median(cold)).toFixed(2)} of that`;
  console.log(`${told}; reading the workspace: ${median(cold).toFixed(1)} ms`);
  console.log(`the edits of all fixes: ${share(edits)}`);
  console.log(`all safe fixes, in rounds: ${share(all)}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
