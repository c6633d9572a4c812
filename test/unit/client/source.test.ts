import assert from 'node:assert/strict';
import { readSettings, type HostSettings } from '../../../client/src/settings.ts';
import { parseSnapshot, sourceOf } from '../../../client/src/source.ts';
import type { HostDto } from '../../../server/src/protocol.ts';

const place = { uri: 'file:///flake/flake.nix', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } } };
const host = (rollback: HostDto['rollback']): HostDto => ({
  name: 'web',
  location: place,
  rootFilesystem: 'zfs',
  rollback,
  storages: [],
  unresolved: 0,
  shared: { ssh: null, dataset: null, snapshot: null },
});
const settings = (web: HostSettings) => readSettings({ get: (name) => (name === 'hosts' ? { web } : undefined) });
const blank = { dataset: 'rpool/local/root', snapshot: 'blank' };

suite('client source of changes', () => {
  test('asks for the destination of a host that has none, even when all else is known', () => {
    assert.deepEqual(
      sourceOf(host(blank), settings({}), (path) => path),
      { missing: 'destination' },
    );
  });

  test('takes the snapshot from the configuration, and a setting before it', () => {
    const source = sourceOf(host(blank), settings({ destination: 'web', snapshot: 'empty' }), (path) => path);
    assert.ok('source' in source && source.source.kind === 'ssh');
    assert.equal(source.source.dataset, 'rpool/local/root');
    assert.equal(source.source.snapshot, 'empty');
  });

  test('takes what the team says in keepsake.json where no setting says it', () => {
    const shared = { ssh: 'root@web.lan', dataset: 'tank/root', snapshot: 'empty' };
    const team = sourceOf({ ...host(blank), shared }, settings({}), (path) => path);
    assert.ok('source' in team && team.source.kind === 'ssh');
    assert.deepEqual([team.source.destination, team.source.dataset, team.source.snapshot], ['root@web.lan', 'tank/root', 'empty']);
    const own = sourceOf({ ...host(blank), shared }, settings({ destination: 'web', snapshot: 'mine' }), (path) => path);
    assert.ok('source' in own && own.source.kind === 'ssh');
    assert.deepEqual([own.source.destination, own.source.dataset, own.source.snapshot], ['web', 'tank/root', 'mine']);
  });

  test('leaves it to the host what is listed when nothing names it, and how', () => {
    const source = sourceOf({ ...host(null), rootFilesystem: 'btrfs' }, settings({ destination: 'web' }), (path) => path);
    assert.ok('source' in source && source.source.kind === 'ssh');
    const { dataset, snapshot, backend, baseline } = source.source;
    assert.deepEqual([dataset, snapshot, backend, baseline], [null, null, null, null]);
    const chosen = sourceOf(host(null), settings({ destination: 'web', backend: 'zfs-diff', baseline: 'boot' }), (path) => path);
    assert.ok('source' in chosen && chosen.source.kind === 'ssh');
    assert.deepEqual([chosen.source.backend, chosen.source.baseline], ['zfs-diff', 'boot']);
  });

  test('reads this machine without ssh where it is said to be the host', () => {
    const source = sourceOf(host(blank), settings({ local: true }), (path) => path);
    assert.ok('source' in source && source.source.kind === 'local');
    assert.equal(source.source.dataset, 'rpool/local/root');
  });

  test('prefers a capture', () => {
    const source = sourceOf(host(blank), settings({ destination: 'web', capture: 'a.zfsdiff' }), (path) => `file:///flake/${path}`);
    assert.deepEqual(source, { source: { kind: 'capture', uri: 'file:///flake/a.zfsdiff' } });
  });

  test('reads dataset@snapshot', () => {
    assert.deepEqual(parseSnapshot(' rpool/local/root@blank '), blank);
    for (const bad of ['', 'rpool', '@blank', 'rpool@', 'a@b@c', 'rpool;x@blank', '-r@blank', 'rpool@$(x)'])
      assert.ok('problem' in parseSnapshot(bad), bad);
  });
});
