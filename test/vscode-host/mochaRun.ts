import Mocha from 'mocha';
import { countTests } from '../support/suiteResult.ts';
import type { SuiteResult } from '../support/suiteResult.ts';

/**
 * Runs test files in this process (TDD interface, a test may take three minutes and is tried twice) and prints what mocha prints.
 * @param files - absolute paths.
 * @param grep - only tests whose full title holds this; all when empty or undefined.
 */
export function runMocha(files: readonly string[], grep: string | undefined): Promise<SuiteResult> {
  const mocha = new Mocha({ ui: 'tdd', color: false, timeout: 180_000, slow: 15_000, retries: 1, ...(grep ? { grep } : {}) });
  for (const file of files) mocha.addFile(file);
  return new Promise((resolve) => {
    const runner = mocha.run(() => resolve(result));
    const result = countTests(runner);
  });
}
