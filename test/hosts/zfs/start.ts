// `KEEPSAKE_ZFS_MACHINE=DIR node --import tsx test/hosts/zfs/start.ts [--blank]`: starts the ZFS machine, fills it with the scenario unless
// it is to stay blank, prints how to reach it, and ends it on Ctrl-C.
import { once } from 'node:events';
import { startZfsMachine } from '../zfsMachine.ts';
import { scenario } from './scenario.ts';

async function start(): Promise<void> {
  const interrupted = once(process, 'SIGINT');
  const machine = await startZfsMachine();
  try {
    if (!process.argv.includes('--blank')) console.log((await machine.exec(scenario())).stderr);
    console.log(`ssh -F ${machine.sshConfig} ${machine.host}`);
    const alive = setInterval(() => undefined, 60_000);
    await interrupted;
    clearInterval(alive);
  } finally {
    await machine.stop();
  }
}

void start();
