import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { running } from '../../hosts/running.ts';
import { until } from '../../vscode-host/until.ts';

suite('asking the real Nix', () => {
  test('it does not outlive who asked', async () => {
    const program = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'nixEvalAsker.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    program.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await once(program, 'close');
    const pid = Number(said);
    assert.ok(pid > 0, said);
    await until('the evaluation to end', async () => !(await running('sleep 600')).some((line) => Number.parseInt(line) === pid));
  });
});
