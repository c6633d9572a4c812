import assert from 'node:assert/strict';
import { entryLines, hostOf, optionOf } from '../../support/coreHost.ts';

suite('options that stand for others', () => {
  test('a short name for a storage', async () => {
    const host = await hostOf(`{ lib, ... }: {
      imports = [ (lib.mkAliasOptionModule [ "persist" ] [ "environment" "persistence" "/persist" ]) ];
      persist.directories = [ "/a" ];
      persist.users.ann.files = [ "x" ];
    }`);
    assert.deepEqual(entryLines(host), ['/persist /a/', '/persist ann:/home/ann/x']);
    assert.equal(host.unresolved.length, 0);
  });

  test('beside definitions of the option itself, under their conditions', async () => {
    const host = await hostOf(`{ lib, config, ... }: {
      imports = [ (lib.mkAliasOptionModule [ "my" "dirs" ] [ "environment" "persistence" "/p" "directories" ]) ];
      environment.persistence."/p".directories = [ "/own" ];
      my.dirs = lib.mkIf config.x.enable [ "/a" ];
    }`);
    assert.deepEqual(entryLines(host), ['/p /own/', '/p /a/ if config.x.enable']);
  });

  test('an alias that nobody uses declares nothing', async () => {
    const host = await hostOf(
      '{ lib, ... }: { imports = [ (lib.mkAliasOptionModule [ "persist" ] [ "environment" "persistence" "/p" ]) ]; }',
    );
    assert.deepEqual([host.entries, host.storages, host.unresolved], [[], [], []]);
  });

  test('two that stand for each other end', async () => {
    const host = await hostOf(`{ lib, ... }: {
      imports = [ (lib.mkAliasOptionModule [ "a" ] [ "b" ]) (lib.mkAliasOptionModule [ "b" ] [ "a" ]) ];
      environment.persistence."/p".files = [ "/x" ];
    }`);
    assert.deepEqual(entryLines(host), ['/p /x']);
    assert.match(String(optionOf(host, 'a')), /unknown/);
  });

  test('a renamed option is read under its new name, a removed one not at all', async () => {
    const host = await hostOf(`{ lib, ... }: {
      imports = [ (lib.mkRenamedOptionModule [ "old" ] [ "new" ]) (lib.mkRemovedOptionModule [ "gone" ] "it is gone") ];
      old.value = 1;
    }`);
    assert.equal(optionOf(host, 'new.value'), 1);
    assert.equal(host.unresolved.length, 0);
  });
});
