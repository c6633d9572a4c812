/**
 * Fuzzing for as long as one likes, in one process: mutated fleets, generated and mutated expressions, and mutated files of real
 * workspaces. `node --expose-gc --import tsx test/fuzz/long.ts`; every run can be done again by its seed.
 *
 * KEEPSAKE_FUZZ_MINUTES (10), KEEPSAKE_SEED (by the clock), KEEPSAKE_FUZZ_DIR: a directory of workspaces, one in each directory of it;
 * KEEPSAKE_FUZZ_FOUND: where texts that failed are left (a new directory below the temporary one). One line a minute says how it goes;
 * the exit status is 1 when something was found.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { diskFileSystem } from '../../server/src/workspace/fileSystem.ts';
import { Workspace } from '../../server/src/workspace/workspace.ts';
import type { NixGrammar } from '../../server/src/syntax/grammar.ts';
import { nixGrammar } from '../support/nixGrammar.ts';
import { Random } from '../support/random.ts';
import { fleetTexts } from '../unit/workspace/support.ts';
import { expressionRun, fileRun, fleetRun, type Run } from './nixRuns.ts';

const minutes = Number(process.env['KEEPSAKE_FUZZ_MINUTES'] ?? 10);
const firstSeed = Number(process.env['KEEPSAKE_SEED'] ?? Date.now() % 1_000_000_000);
const corpus = process.env['KEEPSAKE_FUZZ_DIR'];
const found = process.env['KEEPSAKE_FUZZ_FOUND'] ?? mkdtempSync(join(tmpdir(), 'keepsake-fuzz-'));

/** What takes longer of the processor's time hangs for a person who waits for it. */
const SLOW_MILLISECONDS = 15_000;
const MOST_FILES = 800;

interface Kind {
  readonly name: string;
  make(seed: number): Run;
}

/** The workspaces of a directory; those without a flake are read file by file all the same. */
function corpusKinds(grammar: NixGrammar, directory: string): readonly Kind[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const root = join(directory, name);
      const files = diskFileSystem.nixFiles(root);
      if (files.length === 0 || files.length > MOST_FILES) return [];
      let workspace: Workspace | null = null;
      return [
        {
          name,
          make: (seed: number) =>
            fileRun((workspace ??= new Workspace({ grammar, fileSystem: diskFileSystem, roots: [root] })), files, textOf, seed),
        },
      ];
    });
}

const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

function textOf(file: string): string {
  return readFileSync(file, 'utf8');
}

async function main(): Promise<void> {
  const grammar = await nixGrammar();
  const fleet = fleetTexts();
  const own: readonly Kind[] = [
    { name: 'expressions', make: (seed) => expressionRun(grammar, seed) },
    { name: 'fleet', make: (seed) => fleetRun(grammar, fleet, seed) },
  ];
  const workspaces = corpus === undefined ? [] : corpusKinds(grammar, corpus);
  mkdirSync(found, { recursive: true });
  const counts = new Map<string, { runs: number; failed: number; slowest: number; slowestSeed: number }>();
  const end = Date.now() + minutes * 60_000;
  let nextLine = Date.now();
  let failures = 0;
  for (let seed = firstSeed; Date.now() < end; seed++) {
    const random = new Random(seed);
    // A workspace is stayed with for a while: reading it for the first time costs more than all that follows.
    const rotation = workspaces[Math.floor((seed - firstSeed) / 200) % Math.max(1, workspaces.length)];
    const kind = rotation !== undefined && random.chance(0.5) ? rotation : random.pick(own);
    const group = own.includes(kind) ? kind.name : 'real files';
    const count = counts.get(group) ?? { runs: 0, failed: 0, slowest: 0, slowestSeed: 0 };
    counts.set(group, count);
    count.runs++;
    // Should this run never end, or take the process with it, its seed is known.
    writeFileSync(join(found, 'current'), `${seed} ${kind.name}\n`);
    const start = process.cpuUsage();
    let run: Run | null = null;
    let problem: string | null = null;
    try {
      run = kind.make(seed);
      run.go();
    } catch (error) {
      problem = error instanceof Error ? (error.stack ?? '').split('\n').slice(0, 15).join('\n') : String(error);
    }
    const { user, system } = process.cpuUsage(start);
    const took = (user + system) / 1000;
    if (took > count.slowest) Object.assign(count, { slowest: took, slowestSeed: seed });
    if (took > SLOW_MILLISECONDS) problem ??= `it took ${Math.round(took)} ms`;
    if (problem !== null) {
      failures++;
      count.failed++;
      console.log(`FOUND seed ${seed} ${kind.name}: ${problem}`);
      for (const [file, text] of run?.texts ?? []) writeFileSync(join(found, `${seed}-${basename(file)}`), text);
    }
    if (Date.now() >= nextLine) {
      nextLine = Date.now() + 60_000;
      globalThis.gc?.();
      const said = [...counts].map(
        ([name, each]) =>
          `${name}: ${each.runs} runs, ${each.failed} failed, slowest ${Math.round(each.slowest)} ms (seed ${each.slowestSeed})`,
      );
      const memory = process.memoryUsage();
      console.log(
        `${new Date().toISOString()} seed ${seed}; ${said.join('; ')}; heap ${megabytes(memory.heapUsed)} MB, all ${megabytes(memory.rss)} MB`,
      );
    }
  }
  console.log(`${failures} found with seeds from ${firstSeed}; texts in ${found}`);
  process.exitCode = failures > 0 ? 1 : 0;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
