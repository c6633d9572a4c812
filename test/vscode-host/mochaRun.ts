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
  /** Told what there is when a file has ended, for a run that is ended before its end. */
  readonly soFar?: (result: SuiteResult) => void;
}

/**
 * Runs test files in this process (TDD interface, a test may take three minutes) and prints what mocha prints.
 * @param files - absolute paths.
 * @returns the numbers of all files together.
 */
export async function runMocha(files: readonly string[], options: RunOptions): Promise<SuiteResult> {
  const grep = options.grep ? { grep: options.grep } : {};
  if (options.buildOnEachOther !== true) return runOnce(files, { retries: 1, ...grep });
  const results: SuiteResult[] = [];
  for (const file of files) {
    let result = await runOnce([file], { bail: true, ...grep });
    if (result.failed > 0) {
      const { failures } = result;
      console.log(`  ${file} is tried again from its start; it failed with:\n${failures.join('\n')}\n`);
      const second = await runOnce([file], { bail: true, ...grep });
      result = { ...second, secondTries: [...failures, ...second.secondTries] };
    }
    results.push(result);
    options.soFar?.(together(results));
  }
  return together(results);
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

function together(results: readonly SuiteResult[]): SuiteResult {
  const sum = (number: 'passed' | 'failed' | 'skipped'): number => results.reduce((total, result) => total + result[number], 0);
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    failures: results.flatMap(({ failures }) => failures),
    secondTries: results.flatMap(({ secondTries }) => secondTries),
  };
}
