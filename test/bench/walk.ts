/**
 * The walk on a real machine with a ZFS root (KEEPSAKE_ZFS_MACHINE), beside `find / -xdev` and `zfs diff` on the same machine: ratios, since
 * the machine is emulated. Time to the first rows is from ssh's first byte. `node --import tsx test/bench/walk.ts`
 */
import { testHost } from '../support/remoteTools.ts';
import { startZfsMachine, zfsMachineMissing } from '../hosts/zfsMachine.ts';

const changed = 10_000;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;

async function main(): Promise<void> {
  const missing = zfsMachineMissing();
  if (missing !== null) {
    console.log(`not measured: ${missing}`);
    return;
  }
  const machine = await startZfsMachine();
  let firstRows = 0;
  let begun = 0;
  let before = 0;
  const host = testHost(machine.sshConfig, 'vm', {
    changed: (session) => {
      if (session.state === 'running') begun ||= performance.now();
      if (session.state === 'running' && session.run > before) firstRows ||= performance.now();
    },
  });
  try {
    await machine.exec(`chmod 666 /dev/null; mkdir -p /srv/many; cd /srv/many
      for d in $(seq ${changed / 100}); do mkdir d$d; (cd d$d; seq 100 | xargs touch); done; zpool sync`);
    const request = { dataset: 'rpool/local/root', snapshot: 'blank' } as const;
    // Everything is warm for all of them.
    await host.list(request);
    firstRows = begun = 0;
    before = host.live.session.run;
    const command = (): Promise<unknown> => machine.exec('find / -xdev >/dev/null');
    const find = Math.min(await timed(command), await timed(command));
    const walk = await timed(() => host.list(request));
    const { counts, state } = host.live.describe();
    if (state !== 'done' || counts.lost.unknown < changed) throw new Error(`${state} ${counts.lost.unknown}`);
    const first = firstRows - begun;
    const listing = performance.now() - begun;
    const diff = await timed(() => host.list({ ...request, backend: 'zfs-diff' }));
    const token = await timed(() => machine.exec('zfs get -Hp -o value written@blank rpool/local/root'));
    console.log(`${changed} changed files on ZFS, over ssh`);
    console.log(`find / -xdev               ${seconds(find)}`);
    console.log(`walk, with the probe       ${seconds(walk)}   ${(walk / find).toFixed(1)} x find`);
    console.log(`the listing of it          ${seconds(listing)}   ${(listing / find).toFixed(1)} x find`);
    console.log(`zfs diff, with the probe   ${seconds(diff)}   ${(diff / walk).toFixed(1)} x the walk`);
    console.log(`first rows                 ${seconds(first)} after the listing began`);
    console.log(`one look at the token      ${seconds(token)}`);
  } finally {
    await host.close();
    await machine.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
