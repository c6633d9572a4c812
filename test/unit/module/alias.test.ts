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

  // What nixpkgs lib/modules.nix makes of the same modules (nix-instantiate 2.8).
  for (const [name, module, option, expected] of [
    [
      'merged options, one of them defined',
      'imports = [ (lib.mkMergedOptionModule [ [ "a" "x" ] [ "a" "y" ] ] [ "b" ] (config: [ "from x: ${config.a.x}" ])) ]; a.x = "1";',
      'b',
      ['from x: 1'],
    ],
    [
      'merged options of which none is defined',
      'imports = [ (lib.mkMergedOptionModule [ [ "a" "x" ] ] [ "b" ] (config: [ config.a.x ])) ];',
      'b',
      [],
    ],
    [
      'an option that is another now',
      'imports = [ (lib.mkChangedOptionModule [ "old" ] [ "b" ] (config: [ "is ${toString (config.old + 1)}" ])) ]; old = 1; b = [ "own" ];',
      'b',
      ['is 2', 'own'],
    ],
    [
      'definitions that go through a function on their way',
      'c = lib.mkAliasAndWrapDefinitions (x: { inner = x; }) options.b; b = lib.mkMerge [ [ "x" ] [ "z" ] ]; imports = [ { c.own = [ "y" ]; } ];',
      'c',
      { inner: ['x', 'z'], own: ['y'] },
    ],
    ['lines', 'text = lib.mkMerge [ (lib.mkAfter "last") "one" "two" ];', 'text', 'one\ntwo\nlast'],
    ['commas', 'words = lib.mkMerge [ "a" (lib.mkBefore "b") ];', 'words', 'b,a'],
    ['separated strings', 'path = lib.mkMerge [ "a" "b" ];', 'path', 'a:b'],
  ] as const)
    test(name, async () => {
      const host = await hostOf(`{ lib, options, ... }: {
        imports = [ { options = with lib; with types; {
          b = mkOption { type = listOf str; default = [ ]; };
          c = mkOption { type = attrsOf (listOf str); };
          text = mkOption { type = lines; };
          words = mkOption { type = commas; };
          path = mkOption { type = separatedString ":"; };
        }; } ({ lib, options, ... }: { ${module} }) ];
      }`);
      assert.deepEqual(optionOf(host, option), expected);
    });
});
