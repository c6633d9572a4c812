// Runs every bench, one after the other: each in a process of its own, so that none inherits another's memory. `npm run bench NAME` runs one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const here = import.meta.dirname;
const bundles = mkdtempSync(join(tmpdir(), 'keepsake-bundles-'));
// Code that every row goes through is measured as users have it: as scripts/build.mjs bundles it.
const bundled = new Set(['remote.ts']);
let failed = false;

/** What node is to run for a bench. */
function programOf(name) {
  if (!bundled.has(name)) return ['--import', 'tsx', join(here, name)];
  const outfile = join(bundles, name.replace(/\.ts$/, '.cjs'));
  const options = { bundle: true, platform: 'node', target: 'node20', format: 'cjs', minify: true, logLevel: 'warning' };
  buildSync({ ...options, entryPoints: [join(here, name)], outfile });
  return [outfile];
}

for (const name of readdirSync(here)
  .filter((file) => file.endsWith('.ts') && (process.argv[2] === undefined || file === `${process.argv[2]}.ts`))
  .sort()) {
  console.log(`\n== ${name.replace(/\.ts$/, '')}`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', ...programOf(name)], {
    stdio: 'inherit',
    cwd: join(here, '../..'),
  });
  failed ||= status !== 0;
}
rmSync(bundles, { recursive: true });
process.exitCode = failed ? 1 : 0;
