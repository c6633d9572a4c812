// Runs every bench, one after the other: each in a process of its own, so that none inherits another's memory.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
let failed = false;
for (const name of readdirSync(here)
  .filter((file) => file.endsWith('.ts'))
  .sort()) {
  console.log(`\n== ${name.replace(/\.ts$/, '')}`);
  const { status } = spawnSync(process.execPath, ['--expose-gc', '--import', 'tsx', join(here, name)], {
    stdio: 'inherit',
    cwd: join(here, '../..'),
  });
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
