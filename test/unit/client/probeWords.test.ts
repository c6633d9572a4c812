import assert from 'node:assert/strict';
import { probeWords } from '../../../client/src/panel/probeWords.ts';
import type { ProbeDto } from '../../../server/src/protocol/live.ts';

const zfsRoot: ProbeDto = {
  user: 'root',
  rights: 'root',
  system: 'Linux 6.12.95',
  bootedAt: 5,
  clockSkewSeconds: 0,
  generation: '/nix/store/b-nixos',
  bootedGeneration: '/nix/store/a-nixos',
  root: { type: 'zfs', source: 'rpool/root' },
  erased: [
    { mountPoint: '/', type: 'zfs', source: 'rpool/root', blank: 'blank' },
    { mountPoint: '/tmp', type: 'tmpfs', source: 'none', blank: null },
  ],
  zfs: { version: 'zfs-2.3.2', datasets: [], snapshots: ['blank'] },
  kept: [{ mountPoint: '/persist', source: 'rpool/persist', type: 'zfs' }],
  backends: [],
};
const words = (probe: Partial<ProbeDto>): string[] => probeWords({ ...zfsRoot, ...probe }, (time) => `moment ${time}`);

suite('what a host said of itself', () => {
  test('is told a line each', () => {
    assert.deepEqual(words({}), [
      'Read by root, as root',
      'Linux 6.12.95, zfs-2.3.2',
      'Booted at moment 5',
      'Switched since it was booted',
      'Erased at boot: / (zfs rpool/root, compared with blank)',
      'Erased at boot: /tmp (tmpfs none)',
      '1 mount outlives a boot',
    ]);
  });

  test('what it did not say is left out, and what it said can not draw on the tooltip', () => {
    const silent = words({
      system: '',
      zfs: null,
      bootedAt: null,
      bootedGeneration: null,
      erased: [],
      kept: [],
      rights: 'user',
      user: 'a\nb',
    });
    assert.equal(silent.length, 2);
    assert.ok(!silent[0]?.includes('\n') && silent[0]?.endsWith(', with its own rights'));
    assert.equal(silent[1], '0 mounts outlive a boot');
  });
});
