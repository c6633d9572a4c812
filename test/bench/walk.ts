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

/** The quickest of three: the machine this runs on has other things to do as well. */
async function best(work: () => Promise<unknown>): Promise<number> {
  return Math.min(await timed(work), await timed(work), await timed(work));
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
  const fresh = testHost(machine.sshConfig, 'vm');
  try {
    await machine.exec(`chmod 666 /dev/null; mkdir -p /srv/many; cd /srv/many
      for d in $(seq ${changed / 100}); do mkdir d$d; (cd d$d; seq 100 | xargs touch); done; zpool sync`);
    const request = { dataset: 'rpool/local/root', snapshot: 'blank' } as const;
    // Everything is warm for all of them, and connected.
    await host.list(request);
    await fresh.reader.reach({ ...request, sudo: false }, new AbortController().signal);
    const asked = await timed(() => fresh.list(request));
    const command =
      (script: string): (() => Promise<unknown>) =>
      () =>
        machine.exec(script);
    const find = await best(command('find / -xdev >/dev/null'));
    const told = await best(command('find / -xdev'));
    const walk = await best(async () => {
      firstRows = begun = 0;
      before = host.live.session.run;
      await host.list(request);
    });
    const { counts, state } = host.live.describe();
    if (state !== 'done' || counts.lost.unknown < changed) throw new Error(`${state} ${counts.lost.unknown}`);
    const first = firstRows - begun;
    const probe = await best(() => host.reader.reach({ ...request, sudo: false }, new AbortController().signal));
    const diff = await timed(() => host.list({ ...request, backend: 'zfs-diff' }));
    const token = await best(command('zfs get -Hp -o value written@blank rpool/local/root'));
    console.log(`${changed} changed files on ZFS, over ssh`);
    console.log(`find / -xdev               ${seconds(find)}; ${seconds(told)} when what it prints is sent to us`);
    console.log(
      `walk                       ${seconds(walk)}   ${(walk / find).toFixed(1)} x find, ${(walk / told).toFixed(1)} x find that is sent`,
    );
    console.log(`walk that asks first       ${seconds(asked)}   ${(asked / find).toFixed(1)} x find`);
    console.log(`the asking                 ${seconds(probe)}   ${(probe / find).toFixed(1)} x find`);
    console.log(
      `zfs diff, which asks first ${seconds(diff)}   ${(diff / walk).toFixed(1)} x the walk, ${(diff / asked).toFixed(1)} x the one that asks first`,
    );
    console.log(`first rows                 ${seconds(first)} after the listing began`);
    console.log(`one look at the token      ${seconds(token)}`);
  } finally {
    await fresh.close();
    await host.close();
    await machine.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
