import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { isWhole, listedMount, outlives, parseMountinfo, visibleMounts } from '../../../server/src/remote/mountinfo.ts';

const text = String.raw`
22 1 0:21 / / rw,noatime - zfs rpool/local/root rw,xattr,posixacl
23 22 0:22 / /proc rw,nosuid - proc proc rw
24 22 0:5 / /dev rw - devtmpfs udev rw
30 22 0:30 / /nix rw shared:3 - zfs rpool/local/nix rw
31 22 0:31 / /persist rw shared:4 master:2 - zfs rpool/safe/persist rw
32 22 0:31 /etc/machine-id /etc/machine-id rw - zfs rpool/safe/persist rw
33 22 0:31 /var/lib/with\040space /var/lib/with\040space rw - zfs rpool/safe/persist rw
34 22 0:40 / /run rw - tmpfs tmpfs rw
35 22 0:41 / /mnt/below rw - ext4 /dev/vdb rw
36 22 0:42 / /mnt rw - tmpfs over rw
37 36 0:43 / /mnt rw - ext4 /dev/vdc rw
38 22 0:44 /home /home rw - btrfs /dev/vdd rw,subvolid=256,subvol=/home
39 22 0:44 /data/www /srv rw - btrfs /dev/vdd rw,subvolid=257,subvol=/data
nonsense
40 22 - zfs x rw
`.trimStart();

suite('mountinfo', () => {
  const mounts = parseMountinfo(Buffer.from(text));
  const visible = visibleMounts(mounts);
  const at = (point: string): NonNullable<ReturnType<typeof visible.get>> => {
    const mount = visible.get(point);
    assert.ok(mount, point);
    return mount;
  };

  test('fields, escapes, and lines that are none', () => {
    assert.equal(mounts.length, 13);
    assert.equal(at('/var/lib/with space').root, '/var/lib/with space');
    assert.deepEqual([at('/persist').source, at('/persist').type, at('/persist').device], ['rpool/safe/persist', 'zfs', '0:31']);
  });

  test('the topmost mount of a point wins, and hides what was below', () => {
    assert.equal(at('/mnt').source, '/dev/vdc');
    assert.equal(visible.has('/mnt/below'), false);
  });

  test('what outlives a boot', () => {
    const root = at('/');
    const lasting = [...visible.keys()].filter((point) => outlives(at(point), root));
    assert.deepEqual(lasting.sort(), ['/etc/machine-id', '/home', '/mnt', '/nix', '/persist', '/srv', '/var/lib/with space']);
    assert.equal(outlives(root, root), false);
  });

  test('of one btrfs, what lies in a subvolume beside the root outlives it, and what lies in the root does not', () => {
    const there = visibleMounts(
      parseMountinfo(
        Buffer.from(
          [
            '1 0 0:30 /root / rw - btrfs /dev/vda rw,subvolid=300,subvol=/root',
            '2 1 0:30 /persist /persist rw - btrfs /dev/vda rw,subvolid=257,subvol=/persist',
            '3 1 0:30 /persist/var/lib/nixos /var/lib/nixos rw - btrfs /dev/vda rw,subvolid=257,subvol=/persist',
            '4 1 0:30 /root/srv /mnt rw - btrfs /dev/vda rw,subvolid=300,subvol=/root',
            '5 1 0:30 /root-data /data rw - btrfs /dev/vda rw,subvolid=301,subvol=/root-data',
          ].join('\n'),
        ),
      ),
    );
    const root = there.get('/') ?? null;
    assert.deepEqual(
      [...there.values()]
        .filter((mount) => outlives(mount, root))
        .map(({ mountPoint }) => mountPoint)
        .sort(),
      ['/data', '/persist', '/var/lib/nixos'],
    );
  });

  test('whole file systems and parts of them', () => {
    assert.deepEqual(
      ['/nix', '/etc/machine-id', '/home', '/srv'].map((point) => isWhole(at(point))),
      [true, false, true, false],
    );
  });

  test('where a dataset was listed', () => {
    assert.equal(listedMount(visible, 'rpool/local/nix')?.mountPoint, '/nix');
    assert.equal(listedMount(visible, 'rpool/none')?.mountPoint, '/');
    assert.equal(listedMount(visible, null)?.mountPoint, '/');
  });

  test('the real file of this machine: every line is read, and a root is found', () => {
    const real = readFileSync('/proc/self/mountinfo');
    const here = parseMountinfo(real);
    assert.equal(here.length, real.toString('latin1').trimEnd().split('\n').length);
    assert.ok(visibleMounts(here).has('/'));
  });

  test('loops of parents end', () => {
    const loop = parseMountinfo(Buffer.from('1 2 0:1 / / rw - zfs a rw\n2 1 0:2 / /x rw - zfs b rw\n3 3 0:3 / / rw - zfs c rw\n'));
    assert.equal(visibleMounts(loop).get('/')?.source, 'c');
  });
});
