import assert from 'node:assert/strict';
import { indexEphemeral, ephemeralAt } from '../../../server/src/catalogue/ephemeralIndex.ts';
import { builtInCatalogue } from '../../../server/src/catalogue/load.ts';
import { PathTrie } from '../../../server/src/catalogue/pathTrie.ts';
import { splitPattern, usualHomes } from '../../../server/src/catalogue/pattern.ts';
import { defaultPlace, indexState } from '../../../server/src/catalogue/stateIndex.ts';

const catalogue = builtInCatalogue();

suite('the catalogue itself', () => {
  test('every entry and pattern is whole, and ids are unique', () => {
    assert.ok(catalogue.state.length >= 500 && catalogue.ephemeral.length >= 200);
    assert.equal(new Set(catalogue.state.map((entry) => entry.id)).size, catalogue.state.length);
    for (const entry of catalogue.state) {
      assert.ok(['critical', 'data', 'convenience', 'cache'].includes(entry.severity), entry.id);
      assert.ok(entry.title !== '' && entry.loss !== '' && entry.source !== '', entry.id);
      assert.ok(entry.paths.length > 0 || entry.pathOption !== undefined, entry.id);
      for (const place of entry.paths) {
        assert.equal(place.path.startsWith('/'), entry.scope === 'system', `${entry.id} ${place.path}`);
        assert.ok(place.kind === 'directory' || place.kind === 'file', entry.id);
        assert.ok(!place.path.endsWith('/') && !place.path.includes('//') && !place.path.includes('/../'), place.path);
        if (place.dynamicUser === true) assert.match(place.path, /^\/var\/(lib|cache)\/private\//, entry.id);
      }
    }
    for (const pattern of catalogue.ephemeral) {
      assert.notEqual(splitPattern(pattern.pattern, usualHomes), null, pattern.pattern);
      assert.equal(pattern.safe === 'depends', pattern.dependsOn !== undefined, pattern.pattern);
    }
  });
});

suite('state by path', () => {
  const index = indexState(catalogue.state);
  const id = (path: string): string | null => index.lookup(path)?.value.entry.id ?? null;

  test('every place of the catalogue is found at its own path and, a directory, below', () => {
    for (const entry of catalogue.state) {
      for (const place of entry.paths) {
        const concrete = place.path.replace(/<[^>]*>/g, 'name');
        const path = entry.scope === 'user' ? `/home/somebody/${concrete}` : concrete;
        assert.notEqual(id(path), null, path);
        assert.equal(id(`${path}/below/it`) !== null || place.kind === 'file', true, path);
      }
    }
  });

  test('the longest place wins; placeholders, old places and homes are understood', () => {
    assert.equal(id('/var/lib/systemd/home/x'), 'homed');
    assert.equal(id('/var/lib/systemd/whatever'), 'systemd-state');
    assert.equal(id('/var/lib/redis-cache/dump.rdb'), id('/var/lib/redis-other/dump.rdb'));
    assert.equal(id('/var/lib/bitwarden_rs/db.sqlite3'), id('/var/lib/vaultwarden/db.sqlite3'));
    assert.equal(id('/root/.ssh/id_ed25519') !== null, true);
    assert.equal(id('/etc/machine-id'), 'machine-id');
    assert.equal(id('/etc/machine-id/below'), null);
    assert.equal(id('/var/lib'), null);
    assert.equal(id('/home/eve'), null);
  });

  test('the place of a state version', () => {
    const place = catalogue.state.flatMap((entry) => entry.paths).find((each) => each.path === '/var/lib/vaultwarden');
    assert.ok(place);
    assert.equal(defaultPlace(place, '24.05'), '/var/lib/bitwarden_rs');
    assert.equal(defaultPlace(place, '24.11'), '/var/lib/vaultwarden');
    assert.equal(defaultPlace(place, '26.05'), '/var/lib/vaultwarden');
    assert.equal(defaultPlace(place, null), '/var/lib/vaultwarden');
  });
});

suite('what is made anew', () => {
  const index = indexEphemeral(catalogue.ephemeral);
  const pattern = (path: string): string | null => {
    const parts = path.split('/').slice(1);
    const name = parts.pop() ?? '';
    const step = parts.reduce((at, part) => index.paths.step(at, part), index.paths.root());
    return ephemeralAt(index, step, name)?.value.pattern ?? null;
  };

  test('the longest pattern wins; a name anywhere is the shortest', () => {
    assert.equal(pattern('/var/cache/x'), '/var/cache/**');
    assert.equal(pattern('/var/cache/netdata/x/y'), '/var/cache/netdata/**');
    assert.equal(pattern('/var/cache'), '/var/cache/**');
    assert.equal(pattern('/bin'), '/bin');
    assert.equal(pattern('/bin/other'), null);
    assert.equal(pattern('/etc/ssh/ssh_host_rsa_key'), '/etc/ssh/ssh_host_*');
    assert.equal(pattern('/home/eve/.cache/nix/x'), '~/.cache/nix/**');
    assert.equal(pattern('/srv2/daemon.pid'), '**/*.pid');
    assert.equal(pattern('/opt/daemon.pid'), '/opt/**');
    assert.equal(pattern('/somewhere'), null);
  });

  test('patterns that cannot be read are none', () => {
    for (const bad of ['', 'relative', '/a/**/b', '**', '**/a/b', '**/']) assert.equal(splitPattern(bad, usualHomes), null, bad);
    assert.deepEqual(splitPattern('/**', usualHomes), [{ kind: 'path', components: [], below: true }]);
  });
});

suite('path trie', () => {
  test('steps where nothing can follow any more are the same object', () => {
    const trie = new PathTrie<string>();
    trie.add(['a', 'b'], 'x', true);
    const inside = trie.step(trie.step(trie.root(), 'a'), 'b');
    const deeper = trie.step(inside, 'c');
    assert.equal(deeper.match?.value, 'x');
    assert.equal(trie.step(deeper, 'd'), deeper);
    assert.equal(trie.lookup('/a')?.value, undefined);
    assert.equal(trie.lookup('/a/b/c/d')?.depth, 2);
  });

  test('glob characters of regular expressions mean themselves', () => {
    const trie = new PathTrie<string>();
    trie.add(['a.+(x)*'], 'x', false);
    assert.equal(trie.lookup('/a.+(x)yes')?.value, 'x');
    assert.equal(trie.lookup('/aab(x)')?.value, undefined);
  });
});
