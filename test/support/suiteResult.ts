import { readFileSync, writeFileSync } from 'node:fs';
import type { Runner, Test } from 'mocha';

/** How a suite ended, in numbers of tests. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, a text each: the full title, and the error as mocha has it. */
  readonly failures: readonly string[];
  /** What passed only when it was tried a second time, likewise with the error of the first. */
  readonly secondTries: readonly string[];
}

function told(test: Test, error: unknown): string {
  return `${test.fullTitle()}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** Counts what `runner` (mocha's) runs. The numbers are whole when the run has ended; a hook that failed counts as a failed test. */
export function countTests(runner: Runner): SuiteResult {
  const failures: string[] = [];
  const secondTries: string[] = [];
  const counts = { passed: 0, failed: 0, skipped: 0, failures, secondTries };
  runner.on('pass', () => (counts.passed += 1));
  runner.on('pending', () => (counts.skipped += 1));
  runner.on('retry', (test, error) => secondTries.push(told(test, error)));
  runner.on('fail', (test, error) => {
    counts.failed += 1;
    failures.push(told(test, error));
  });
  return counts;
}

/** What a suite left in `file`; null when it is not there or is not a result. */
export function readSuiteResult(file: string): SuiteResult | null {
  try {
    const { passed, failed, skipped, failures = [], secondTries = [] } = JSON.parse(readFileSync(file, 'utf8')) as Partial<SuiteResult>;
    if (typeof passed !== 'number' || typeof failed !== 'number' || typeof skipped !== 'number') return null;
    return { passed, failed, skipped, failures, secondTries };
  } catch {
    return null;
  }
}

/** Leaves the result where the caller of a runner wants it: the file in `KEEPSAKE_TEST_RESULT`, if that is set. */
export function reportSuiteResult(result: SuiteResult, environment: NodeJS.ProcessEnv): void {
  const file = environment['KEEPSAKE_TEST_RESULT'];
  if (file) writeFileSync(file, `${JSON.stringify(result)}\n`);
}
