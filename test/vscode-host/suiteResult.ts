import { readFileSync, writeFileSync } from 'node:fs';

/** How a suite ended, in numbers of tests. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What a suite left in `file`; null when it is not there or is not a result. */
export function readSuiteResult(file: string): SuiteResult | null {
  try {
    const { passed, failed, skipped } = JSON.parse(readFileSync(file, 'utf8')) as Partial<SuiteResult>;
    if (typeof passed !== 'number' || typeof failed !== 'number' || typeof skipped !== 'number') return null;
    return { passed, failed, skipped };
  } catch {
    return null;
  }
}

/** Leaves the result where the caller of a runner wants it: the file in `KEEPSAKE_TEST_RESULT`, if that is set. */
export function reportSuiteResult(result: SuiteResult, environment: NodeJS.ProcessEnv): void {
  const file = environment['KEEPSAKE_TEST_RESULT'];
  if (file) writeFileSync(file, `${JSON.stringify(result)}\n`);
}
