/**
 * The walk on a real machine with a ZFS root (KEEPSAKE_ZFS_MACHINE), beside `find / -xdev` and `zfs diff` on the same machine: ratios, since
 * the machine is emulated. Each is a command of its own over a connection that is there. Time to the first rows is from ssh's first byte. `node --import tsx test/bench/walk.ts`
 */
import { testHost } from '../support/remoteTools.ts';
import { startZfsMachine, zfsMachineMissing } from '../hosts/zfsMachine.ts';

const changed = 10_000;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** What is measured side by side, so that what else the machine does falls on all of it alike. */
const rounds = 7;

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] as number;
}

/** How many times as long `left` took as `right`, by the round. */
function ratio(left: readonly number[], right: readonly number[]): string {
  return `${median(left.map((each, round) => each / (right[round] as number))).toFixed(1)} x`;
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
const typical = (values: readonly number[]): string => seconds(median(values));

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
    const asked: number[] = [];
    const find: number[] = [];
    const told: number[] = [];
    const walk: number[] = [];
    const first: number[] = [];
    const probe: number[] = [];
    const token: number[] = [];
    for (let round = 0; round < rounds; round++) {
      find.push(await timed(() => machine.exec('find / -xdev >/dev/null')));
      told.push(await timed(() => machine.exec('find / -xdev')));
      firstRows = begun = 0;
      before = host.live.session.run;
      walk.push(await timed(() => host.list(request)));
      first.push(firstRows - begun);
      const { counts, state } = host.live.describe();
      if (state !== 'done' || counts.lost.unknown < changed) throw new Error(`${state} ${counts.lost.unknown}`);
      probe.push(await timed(() => fresh.reader.reach({ ...request, sudo: false }, new AbortController().signal)));
      // Something else was asked for before, so that the host is asked what it is.
      asked.push(await timed(() => fresh.list({ ...request, baseline: round % 2 === 0 ? 'blank' : null })));
      token.push(await timed(() => machine.exec('zfs get -Hp -o value written@blank rpool/local/root')));
    }
    const diff = await timed(() => host.list({ ...request, backend: 'zfs-diff' }));
    console.log(`${changed} changed files on ZFS, over ssh; medians of ${rounds} rounds`);
    console.log(`find / -xdev               ${typical(find)}; ${typical(told)} when what it prints is sent to us`);
    console.log(`walk                       ${typical(walk)}   ${ratio(walk, find)} find, ${ratio(walk, told)} find that is sent`);
    console.log(`walk that asks first       ${typical(asked)}   ${ratio(asked, find)} find`);
    console.log(`the asking                 ${typical(probe)}   ${ratio(probe, find)} find`);
    console.log(
      `zfs diff, which asks first ${seconds(diff)}   ${(diff / median(walk)).toFixed(1)} x the walk, ${(diff / median(asked)).toFixed(1)} x the one that asks first`,
    );
    console.log(`first rows                 ${typical(first)} after the listing began`);
    console.log(`one look at the token      ${typical(token)}`);
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
