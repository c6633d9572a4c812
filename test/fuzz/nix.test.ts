import assert from 'node:assert/strict';
import { MemoryFiles } from '../support/coreFiles.ts';
import { grammarOnce } from '../support/coreGrammar.ts';
import { Random } from '../support/random.ts';
import { Workspace } from '../../server/src/workspace/workspace.ts';
import { describeWorkspace, fleetTexts } from '../unit/workspace/support.ts';
import { mutate } from './nixMutations.ts';

/** Runs by count, so that a seed says the same on any machine; KEEPSAKE_FUZZ_RUNS and KEEPSAKE_SEED for longer or repeated ones. */
const RUNS = Number(process.env['KEEPSAKE_FUZZ_RUNS'] ?? 700);
const SEED = Number(process.env['KEEPSAKE_SEED'] ?? 20251);

/** One analysis of the fleet takes some tens of milliseconds; what takes this long hangs for a person who types. */
const MOST_MILLISECONDS = 5000;

suite('fuzz: Nix files', () => {
  test(`${RUNS} mutated fleets are read without an exception and in time`, async function () {
    this.timeout(0);
    const grammar = await grammarOnce;
    const fleet = fleetTexts();
    const names = [...fleet.keys()];
    let slowest = 0;
    let different = 0;
    const whole = new Workspace({ grammar, fileSystem: new MemoryFiles(fleet), roots: ['/fleet'] });
    const before = JSON.stringify(describeWorkspace(whole));
    for (let run = 0; run < RUNS; run++) {
      const seed = SEED + run;
      const random = new Random(seed);
      const files = new MemoryFiles(fleet);
      const workspace = new Workspace({ grammar, fileSystem: files, roots: ['/fleet'] });
      const changed: string[] = [];
      for (let count = random.below(4) + 1; count > 0; count--) {
        const file = random.pick(names);
        const text = mutate(files.files.get(file) as string, random, [...fleet.values()]);
        files.files.set(file, text);
        changed.push(file);
      }
      const start = performance.now();
      try {
        const said = JSON.stringify(describeWorkspace(workspace));
        if (said !== before) different++;
        // Typed instead of saved: the same texts over the good ones.
        const typed = new Workspace({ grammar, fileSystem: new MemoryFiles(fleet), roots: ['/fleet'] });
        typed.analysis();
        for (const [version, file] of changed.entries()) typed.openText(file, files.files.get(file) as string, version);
        typed.analysis();
      } catch (error) {
        // A stack that ran over has thousands of lines that say the same.
        if (error instanceof Error) error.stack = error.stack?.split('\n').slice(0, 15).join('\n') ?? '';
        throw new Error(
          `KEEPSAKE_SEED=${seed} KEEPSAKE_FUZZ_RUNS=1: ${String(error)}\n${changed.map((file) => `${file}\n${files.files.get(file) as string}`).join('\n')}`,
          {
            cause: error,
          },
        );
      }
      const took = performance.now() - start;
      slowest = Math.max(slowest, took);
      assert.ok(took < MOST_MILLISECONDS, `KEEPSAKE_SEED=${seed} KEEPSAKE_FUZZ_RUNS=1: it took ${Math.round(took)} ms`);
    }
    // Mutations that nobody notices would find nothing.
    assert.ok(different > RUNS / 4, `only ${different} of ${RUNS} were noticed`);
    console.log(`      ${different} of ${RUNS} differ, the slowest took ${Math.round(slowest)} ms`);
  });
});
