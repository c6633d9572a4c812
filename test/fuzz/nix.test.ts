import assert from 'node:assert/strict';
import { MemoryFiles } from '../support/coreFiles.ts';
import { grammarOnce } from '../support/coreGrammar.ts';
import { FaultTable } from '../support/faultTable.ts';
import { fleetTexts } from '../unit/workspace/support.ts';
import { describe, fleetRun } from './nixRuns.ts';

/** Runs by count, so that a seed says the same on any machine; KEEPSAKE_FUZZ_RUNS and KEEPSAKE_SEED for longer or repeated ones. */
const RUNS = Number(process.env['KEEPSAKE_FUZZ_RUNS'] ?? 250);
const SEED = Number(process.env['KEEPSAKE_SEED'] ?? 20251);

/** Of the processor: one analysis of the fleet takes some hundreds of milliseconds; what takes this long hangs for a person who types. */
const MOST_MILLISECONDS = 5000;

suite('fuzz: Nix files', () => {
  const table = new FaultTable('Fuzz: Nix files');
  suiteTeardown(() => table.print());
  test(`${RUNS} mutated fleets are read without an exception and in time`, async function () {
    this.timeout(0);
    const grammar = await grammarOnce;
    const fleet = fleetTexts();
    let slowest = 0;
    let different = 0;
    const before = describe(grammar, new MemoryFiles(fleet), '/fleet');
    for (let seed = SEED; seed < SEED + RUNS; seed++) {
      const run = fleetRun(grammar, fleet, seed);
      const start = process.cpuUsage();
      try {
        const noticed = run.go() !== before;
        if (noticed) different++;
        table.note('a fleet with mutated files', noticed ? 'read, and said to be another' : 'read, the same');
      } catch (error) {
        // A stack that ran over has thousands of lines that say the same.
        if (error instanceof Error) error.stack = error.stack?.split('\n').slice(0, 15).join('\n') ?? '';
        const texts = [...run.texts].map(([file, text]) => `${file}\n${text}`).join('\n');
        throw new Error(`KEEPSAKE_SEED=${seed} KEEPSAKE_FUZZ_RUNS=1: ${String(error)}\n${texts}`, { cause: error });
      }
      const { user, system } = process.cpuUsage(start);
      const took = (user + system) / 1000;
      slowest = Math.max(slowest, took);
      assert.ok(took < MOST_MILLISECONDS, `KEEPSAKE_SEED=${seed} KEEPSAKE_FUZZ_RUNS=1: it took ${Math.round(took)} ms`);
    }
    // Mutations that nobody notices would find nothing.
    assert.ok(different > RUNS / 4, `only ${different} of ${RUNS} were noticed`);
    console.log(`      ${different} of ${RUNS} differ, the slowest took ${Math.round(slowest)} ms`);
  });
});
