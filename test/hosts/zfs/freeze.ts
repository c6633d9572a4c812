// The last step of build.sh: boots the machine once and keeps its disk and memory as frozen.qcow2 and state.zst.
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from '../run.ts';
import { until } from '../until.ts';
import { emulate } from './machine.ts';

async function freeze(directory: string): Promise<void> {
  const runDirectory = mkdtempSync(join(tmpdir(), 'keepsake-vm-'));
  const machine = await emulate({ directory, runDirectory, from: 'disk' });
  try {
    await machine.reachable();
    // One diff loads everything a diff needs; dropping the caches makes the memory image small.
    const warmed = await run('ssh', ['-F', machine.sshConfig, 'vm', 'bash -s'], {
      input: 'zfs diff rpool/local/root@blank >/dev/null && zpool sync && sync && echo 3 >/proc/sys/vm/drop_caches',
    });
    if (warmed.status !== 0) throw new Error(`the machine cannot diff: ${warmed.stderr}`);
    await machine.qmp.execute('stop');
    await machine.qmp.execute('migrate-set-parameters', { 'max-bandwidth': 2 ** 32 });
    await machine.qmp.execute('migrate', { uri: `exec:zstd -q -f -3 -T2 -o "$KEEPSAKE_FROZEN_MEMORY"` });
    await until('the frozen memory', 300, async () => {
      const { status } = (await machine.qmp.execute('query-migrate')) as { readonly status?: string };
      if (status === 'failed') throw new Error('QEMU could not save its memory');
      return status === 'completed';
    });
  } finally {
    // Not killed: QEMU keeps parts of the disk image in its own memory until it ends properly.
    const ended = once(machine.process, 'exit');
    // It may hang up before it answers.
    await machine.qmp.execute('quit').catch(() => undefined);
    await ended;
  }
  copyFileSync(join(runDirectory, 'disk.qcow2'), join(directory, 'frozen.qcow2'));
  // A relative backing file, so that the directory can be moved.
  const rebased = await run('sh', ['-c', 'cd "$1" && qemu-img rebase -u -b disk.qcow2 -F qcow2 frozen.qcow2', 'sh', directory]);
  rmSync(runDirectory, { recursive: true, force: true });
  if (rebased.status !== 0) throw new Error(`qemu-img: ${rebased.stderr}`);
}

void freeze(resolve(process.argv[2] ?? '.'));
