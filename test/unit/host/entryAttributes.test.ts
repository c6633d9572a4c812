import assert from 'node:assert/strict';
import { attributesFor, type RealFile } from '../../../server/src/host/entryAttributes.ts';

const root: RealFile = { kind: 'directory', mode: '0755', user: 'root', group: 'root', uid: 0, gid: 0, size: 0, modified: 0 };
const alice: RealFile = { ...root, user: 'alice', group: 'users', uid: 1000, gid: 100 };

suite('attributes of an entry, from the real file', () => {
  test('none where the mechanism gives the same by itself', () => {
    assert.deepEqual(attributesFor('impermanence', 'directory', root, null), {});
    assert.deepEqual(attributesFor('preservation', 'directory', root, null), {});
    assert.deepEqual(attributesFor('preservation', 'file', { ...root, kind: 'file', mode: '0644' }, null), {});
    assert.deepEqual(attributesFor('impermanence', 'directory', alice, { user: 'alice', group: 'users' }), {});
  });

  test('owner and mode where they differ, in the order they are written', () => {
    assert.deepEqual(Object.entries(attributesFor('impermanence', 'directory', { ...alice, mode: '0700' }, null)), [
      ['user', 'alice'],
      ['group', 'users'],
      ['mode', '0700'],
    ]);
    assert.deepEqual(attributesFor('preservation', 'file', { ...root, kind: 'file', mode: '0600' }, null), { mode: '0600' });
    assert.deepEqual(attributesFor('impermanence', 'directory', { ...root, mode: '0700' }, { user: 'alice', group: null }), {
      user: 'root',
      mode: '0700',
    });
  });

  test('none that the mechanism does not take, and none for another kind', () => {
    assert.deepEqual(attributesFor('impermanence', 'file', { ...root, kind: 'file', mode: '0600' }, null), {});
    assert.deepEqual(attributesFor('home-manager', 'directory', { ...root, mode: '0700' }, null), {});
    assert.deepEqual(attributesFor('preservation', 'file', { ...root, mode: '0700' }, null), {});
  });

  test('no users that systemd makes up while a service runs, and none without a name', () => {
    const dynamic = { ...root, user: 'adguardhome', group: 'adguardhome', uid: 62_000, gid: 62_000, mode: '0700' };
    assert.deepEqual(attributesFor('impermanence', 'directory', dynamic, null), { mode: '0700' });
    assert.deepEqual(attributesFor('impermanence', 'directory', { ...root, user: 'UNKNOWN', uid: 4242, group: '-x', gid: 4242 }, null), {});
  });
});
