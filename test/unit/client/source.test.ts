import assert from 'node:assert/strict';
import { readSettings, type HostSettings } from '../../../client/src/settings.ts';
import { destinationProblem, isLiveReadable, parseSnapshot, sourceOf } from '../../../client/src/source.ts';
import type { HostDto } from '../../../server/src/protocol.ts';

const place = { uri: 'file:///flake/flake.nix', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } } };
const host = (rollback: HostDto['rollback']): HostDto => ({
  name: 'web',
  location: place,
  rootFilesystem: 'zfs',
  rollback,
  storages: [],
  unresolved: 0,
});
const settings = (web: HostSettings) => readSettings({ get: (name) => (name === 'hosts' ? { web } : undefined) });
const blank = { dataset: 'rpool/local/root', snapshot: 'blank' };

const on = (rootFilesystem: string | null): HostDto => ({ ...host(null), rootFilesystem });

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

  test('asks for the snapshot when nothing names it', () => {
    assert.deepEqual(
      sourceOf(host(null), settings({ destination: 'web', dataset: 'rpool' }), (path) => path),
      { missing: 'snapshot' },
    );
  });

  test('prefers a capture', () => {
    const source = sourceOf(host(blank), settings({ destination: 'web', capture: 'a.zfsdiff' }), (path) => `file:///flake/${path}`);
    assert.deepEqual(source, { source: { kind: 'capture', uri: 'file:///flake/a.zfsdiff' } });
  });

  test('doubts hosts whose root is known to be on another file system', () => {
    assert.equal(isLiveReadable(on('zfs'), settings({})), true);
    assert.equal(isLiveReadable(on(null), settings({})), true);
    assert.equal(isLiveReadable(on('btrfs'), settings({})), false);
    assert.equal(isLiveReadable(on('btrfs'), settings({ dataset: 'rpool' })), true);
    assert.equal(isLiveReadable({ ...on('btrfs'), rollback: blank }, settings({})), true);
  });

  test('refuses destinations that ssh would read as an option', () => {
    for (const bad of ['', '  ', '-oProxyCommand=x', 'a b', 'a\nb', 'a\u0000'])
      assert.notEqual(destinationProblem(bad), null, JSON.stringify(bad));
    for (const good of ['web', 'root@192.0.2.7', 'root@[2001:db8::1]', 'ssh://me@web:2222'])
      assert.equal(destinationProblem(good), null, good);
  });

  test('reads dataset@snapshot', () => {
    assert.deepEqual(parseSnapshot(' rpool/local/root@blank '), blank);
    for (const bad of ['', 'rpool', '@blank', 'rpool@', 'a@b@c', 'rpool;x@blank', '-r@blank', 'rpool@$(x)'])
      assert.ok('problem' in parseSnapshot(bad), bad);
  });
});
