import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runMocha } from './mochaRun.ts';
import { projectRoot } from './scratch.ts';
import { reportSuiteResult } from '../support/suiteResult.ts';
import type { SuiteResult } from '../support/suiteResult.ts';

/**
 * Packages the extension and runs the tests that click the real workbench (`test/e2e`), after those of the bed itself.
 * @returns the exit code.
 */
export async function runBrowserTests(environment: NodeJS.ProcessEnv): Promise<number> {
  execFileSync('npm', ['run', '--silent', 'package'], { cwd: projectRoot, stdio: ['ignore', 'ignore', 'inherit'] });
  const files = ['test/vscode-host', 'test/e2e'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder))
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => join(projectRoot, folder, name)),
  );
  const soFar = (result: SuiteResult): void => reportSuiteResult(result, environment);
  const result = await runMocha(files, { grep: environment['MOCHA_GREP'], buildOnEachOther: true, soFar });
  return result.failed === 0 && result.passed > 0 ? 0 : 1;
}
