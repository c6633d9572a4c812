import assert from 'node:assert/strict';
import { choosePlan } from '../../../server/src/remote/choose.ts';
import type { Wanted } from '../../../server/src/remote/choose.ts';
import { factsOf } from '../../../server/src/remote/hostFacts.ts';

const own: Wanted = { dataset: null, snapshot: null, backend: null, baseline: null };

/** A machine started at 1000 with its root and home in subvolumes of one btrfs. */
function plan(subvolumes: readonly string[], wanted: Partial<Wanted> = {}, { root = 'root', madeAt = 10 } = {}): unknown {
  const mountinfo = [
    `1 0 0:30 /${root} / rw - btrfs /dev/vda rw,subvol=/${root}`,
    '2 1 0:30 /home /home rw - btrfs /dev/vda rw,subvol=/home',
    '3 1 0:31 /home /data rw - btrfs /dev/vdb rw,subvol=/home',
    '4 1 0:30 /home/x /srv rw - btrfs /dev/vda rw,subvol=/home',
  ].join('\n');
  const sections = { who: '0\nroot\nLinux', time: '2000\n1000', find: 'ok', subvolumes: subvolumes.join('\n'), born: String(madeAt) };
  const found = choosePlan(factsOf(new Map(Object.entries(sections)), Buffer.from(mountinfo)), { ...own, ...wanted });
  if ('message' in found) return found.code;
  const told = found.targets.map(({ mountPoint, against }) =>
    `${mountPoint} ${against.kind === 'nothing' ? '-' : against.path}`.concat(against.kind === 'subvolume' ? ` on ${against.device}` : ''),
  );
  return [found.baseline, ...told];
}

suite('choosing how a btrfs is listed', () => {
  test('the blank subvolume is the root’s own, or nobody’s', () => {
    assert.deepEqual(plan(['home', 'home-blank', 'root', 'root-blank']), ['blank', '/ root-blank on /dev/vda']);
    assert.deepEqual(plan(['@blank', '@', '@home', '@home-blank'], {}, { root: '@' }), ['blank', '/ @blank on /dev/vda']);
    assert.deepEqual(plan(['blank', 'home', 'home-blank', 'root']), ['blank', '/ blank on /dev/vda']);
    assert.deepEqual(plan(['home', 'home-blank', 'root']), ['boot', '/ -']);
  });

  test('a root that was made at boot began empty', () => {
    assert.deepEqual(plan(['home', 'home-blank', 'root', 'old_roots', 'old_roots/2026-01-01'], {}, { madeAt: 1000, root: 'root' }), [
      'empty',
      '/ -',
    ]);
  });

  test('what the configuration makes subvolumes of goes before their names', () => {
    const renewed = [{ subvolume: 'root', blank: 'snapshots/root' }];
    assert.deepEqual(plan(['root-blank', 'root'], { renewed }), ['blank', '/ snapshots/root on /dev/vda']);
    assert.deepEqual(plan(['root-blank', 'root'], { renewed, snapshot: '/mine' }), ['blank', '/ mine on /dev/vda']);
  });

  test('subvolumes that are replaced beside the root’s are listed with it, each against its own', () => {
    const renewed = [
      { subvolume: 'root', blank: 'root-blank' },
      { subvolume: 'home', blank: 'home-blank' },
    ];
    const names = ['root-blank', 'root', 'home', 'home-blank'];
    assert.deepEqual(plan(names, { renewed }), ['blank', '/ root-blank on /dev/vda', '/home home-blank on /dev/vda']);
    const empty = renewed.map((each) => ({ ...each, blank: null }));
    assert.deepEqual(plan(names, { renewed: empty }, { madeAt: 1000 }), ['empty', '/ -', '/home -']);
    // The clock may have been wrong when the root was made.
    assert.deepEqual(plan(names, { renewed: empty }), ['empty', '/ -', '/home -']);
    assert.deepEqual(plan(names, { renewed, baseline: 'boot' }), ['boot', '/ -']);
  });
});
