import Mocha from 'mocha';
import { countTests } from '../support/suiteResult.ts';
import type { SuiteResult } from '../support/suiteResult.ts';

/** What a run may differ in. */
export interface RunOptions {
  /** Only tests whose full title holds this; all when empty or undefined. */
  readonly grep: string | undefined;
  /**
   * The tests of a file build on each other, as in a window that is worked from top to bottom: the first failure ends the file, and
   * the whole file is tried again from its start. Without it each test is tried twice by itself.
   */
  readonly buildOnEachOther?: boolean;
}

/**
 * Runs test files in this process (TDD interface, a test may take three minutes) and prints what mocha prints.
 * @param files - absolute paths.
 * @returns the numbers of all files together.
 */
export async function runMocha(files: readonly string[], { grep, buildOnEachOther = false }: RunOptions): Promise<SuiteResult> {
  if (!buildOnEachOther) return runOnce(files, { retries: 1, ...(grep ? { grep } : {}) });
  const results: SuiteResult[] = [];
  for (const file of files) {
    const options = { bail: true, ...(grep ? { grep } : {}) };
    const first = await runOnce([file], options);
    if (first.failed === 0) {
      results.push(first);
      continue;
    }
    console.log(`  ${file} is tried again from its start; it failed with:\n${first.failures.join('\n')}\n`);
    const second = await runOnce([file], options);
    results.push({ ...second, secondTries: [...first.failures, ...second.secondTries] });
  }
  return {
    passed: sum(results.map(({ passed }) => passed)),
    failed: sum(results.map(({ failed }) => failed)),
    skipped: sum(results.map(({ skipped }) => skipped)),
    failures: results.flatMap(({ failures }) => failures),
    secondTries: results.flatMap(({ secondTries }) => secondTries),
  };
}

function runOnce(files: readonly string[], options: Mocha.MochaOptions): Promise<SuiteResult> {
  const mocha = new Mocha({ ui: 'tdd', color: false, timeout: 180_000, slow: 15_000, ...options });
  for (const file of files) mocha.addFile(file);
  // What was loaded before would not register its suites again.
  mocha.unloadFiles();
  return new Promise((resolve) => {
    const runner = mocha.run(() => resolve(result));
    const result = countTests(runner);
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
