import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runMocha } from '../vscode-host/mochaRun.ts';

/** Called by VS Code inside the extension host: runs every bundled suite, leaves the result file and fails when a test has. */
export async function run(): Promise<void> {
  const suites = readdirSync(__dirname).filter((name) => name.endsWith('.test.js'));
  const result = await runMocha(
    suites.sort().map((name) => join(__dirname, name)),
    { grep: process.env['MOCHA_GREP'] },
  );
  // The proof that the suites ran to their end; VS Code's exit code alone is none.
  const file = process.env['KEEPSAKE_SUITE_RESULT'];
  if (file) writeFileSync(file, JSON.stringify(result));
  if (result.failed > 0) throw new Error(`${result.failed} tests failed`);
}
