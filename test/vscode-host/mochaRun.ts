import Mocha from 'mocha';
import type { SuiteResult } from './suiteResult.ts';

/**
 * Runs test files in this process (TDD interface, a test may take a minute) and prints what mocha prints.
 * @param files - absolute paths.
 * @param grep - only tests whose full title holds this; all when empty or undefined.
 * @returns the numbers; a hook that failed counts as a failed test.
 */
export function runMocha(files: readonly string[], grep: string | undefined): Promise<SuiteResult> {
  const mocha = new Mocha({ ui: 'tdd', color: false, timeout: 60_000, slow: 15_000, ...(grep ? { grep } : {}) });
  for (const file of files) mocha.addFile(file);
  return new Promise((resolve) => {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const runner = mocha.run(() => resolve(counts));
    runner.on('pass', () => (counts.passed += 1));
    runner.on('fail', () => (counts.failed += 1));
    runner.on('pending', () => (counts.skipped += 1));
  });
}
