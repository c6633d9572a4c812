/**
 * What typing costs: from a one-character edit in a file of 1,000 lines to new findings of the whole fleet, beside
 * `nix-instantiate --parse` of the same file; and 2,000 edits of a 280 kB file, whose memory must stay flat.
 * `node --expose-gc --import tsx test/bench/editing.ts [EDITS]`; every figure is of this run.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadNixGrammar } from '../../server/src/syntax/grammar.ts';
import { diskFileSystem } from '../../server/src/workspace/fileSystem.ts';
import { Workspace } from '../../server/src/workspace/workspace.ts';

const repository = join(import.meta.dirname, '../..');
const EDITS = 200;
/** Edits of the big file. */
const BIG_EDITS = Number(process.argv[2] ?? 2000);

/** The middle one and the one that 95 of 100 stay below. */
function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return `median ${at(0.5).toFixed(1)} ms, 95th percentile ${at(0.95).toFixed(1)} ms`;
}

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

/** A host module of so many lines: options as people write them, and a long list of persisted directories. */
function longModule(text: string, lines: number): string {
  const more: string[] = [];
  for (let i = 0; text.split('\n').length + more.length < lines; i++) {
    more.push(`  environment.etc."generated/${i}.conf" = { text = "value = \${toString ${i}}"; mode = "0644"; };`);
  }
  return text.replace(/\}\s*$/, `${more.join('\n')}\n}\n`);
}

async function main(): Promise<void> {
  const modules = join(repository, 'node_modules/web-tree-sitter/web-tree-sitter.wasm');
  const grammar = await loadNixGrammar({ runtime: modules, grammar: join(repository, 'syntaxes/tree-sitter-nix.wasm') });
  const scratch = mkdtempSync(join(tmpdir(), 'keepsake-bench-'));
  try {
    cpSync(join(repository, 'examples/fleet'), scratch, { recursive: true });
    const file = join(scratch, 'hosts/tank/persistence.nix');
    const text = longModule(readFileSync(file, 'utf8'), 1000);
    writeFileSync(file, text);
    const workspace = new Workspace({ grammar, fileSystem: diskFileSystem, roots: [scratch] });
    const start = performance.now();
    const { hosts, findings } = workspace.analysis();
    console.log(`cold model of ${hosts.length} hosts, ${findings.length} findings: ${(performance.now() - start).toFixed(0)} ms`);
    const at = text.indexOf('value = ') + 5;
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let i = 0; i < EDITS; i++) {
      const edited = `${text.slice(0, at)}${i % 10}${text.slice(at)}`;
      const before = performance.now();
      workspace.openText(file, edited, i + 1);
      if (workspace.analysis().findings.length !== findings.length) throw new Error('the findings changed');
      ours.push(performance.now() - before);
      if (i % 10 === 0) {
        const asked = performance.now();
        const { status } = spawnSync('nix-instantiate', ['--parse', file], { stdio: 'ignore' });
        if (status === 0) theirs.push(performance.now() - asked);
      }
    }
    console.log(`edit of ${text.split('\n').length} lines to findings: ${spread(ours)}`);
    if (theirs.length === 0) console.log('nix-instantiate is not here to compare with');
    else console.log(`nix-instantiate --parse of it: ${spread(theirs)}; ours takes ${(median(ours) / median(theirs)).toFixed(2)} of that`);

    const big = longModule(text, 3600);
    const memory: number[] = [];
    for (let i = 0; i < BIG_EDITS; i++) {
      workspace.openText(file, `${big.slice(0, at)}${i % 10}${big.slice(at)}`, EDITS + i + 1);
      workspace.analysis();
      if (i % 500 === 499) {
        globalThis.gc?.();
        memory.push(megabytes(process.memoryUsage().rss));
      }
    }
    console.log(`${BIG_EDITS} edits of ${Math.round(big.length / 1000)} kB: memory after each 500: ${memory.join(', ')} MB`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
