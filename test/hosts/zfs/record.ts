// `node --import tsx test/hosts/zfs/record.ts`: runs the scenario on a fresh ZFS machine and keeps what the host says then as the
// capture that the example fleet's host `tank` is shown with. Run it again whenever scenario.sh or the machine changes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startZfsMachine } from '../zfsMachine.ts';
import { scenario } from './scenario.ts';

async function record(directory: string): Promise<void> {
  const machine = await startZfsMachine();
  try {
    const written = await machine.exec(scenario());
    if (written.status !== 0 || written.stderr !== '') throw new Error(`the scenario failed: ${written.stderr}`);
    const diff = await machine.exec('zfs diff -H -F -t rpool/local/root@blank');
    if (diff.status !== 0 || diff.stderr !== '') throw new Error(`zfs diff failed: ${diff.stderr}`);
    const mounts = await machine.exec('cat /proc/self/mountinfo');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'tank-root.zfsdiff'), diff.bytes);
    writeFileSync(join(directory, 'tank-root.mountinfo'), mounts.bytes);
  } finally {
    await machine.stop();
  }
}

void record(join(import.meta.dirname, '../../../examples/fleet/captures'));
