import assert from 'node:assert/strict';
import { fixtureWorkspace, FIXTURE_ROOT, readFixture } from '../../support/fixture.ts';
import { entryLines } from '../../support/coreHost.ts';

async function alone(text: string): Promise<{ readonly entries: readonly string[]; readonly unresolved: readonly string[] }> {
  const { workspace } = await fixtureWorkspace(
    readFixture(`#- /m.nix\n${text}\n#- /other.nix\n{ environment.persistence."/p".files = [ "/other" ]; }\n`),
  );
  const model = workspace.file(`${FIXTURE_ROOT}/m.nix`);
  return { entries: entryLines(model), unresolved: model.unresolved.map(({ reason }) => reason) };
}

suite('a file on its own', () => {
  test('a switch it declares may be on or off', async () => {
    const { entries } = await alone(`{ config, lib, ... }: {
      options.my.enable = lib.mkEnableOption "it";
      config = lib.mkIf config.my.enable { environment.persistence."/p".files = [ "/a" ]; };
    }`);
    assert.deepEqual(entries, ['/p /a if config.my.enable']);
  });

  test('a list it declares may get more elsewhere', async () => {
    const { entries, unresolved } = await alone(`{ config, lib, ... }: {
      options.my.dirs = lib.mkOption { default = [ "/d" ]; };
      config.environment.persistence."/p".directories = [ "/a" ] ++ config.my.dirs;
    }`);
    assert.deepEqual(entries, ['/p /a/', '/p /d/']);
    assert.deepEqual(unresolved, ['other modules may set config.my.dirs']);
  });

  test('other defaults are what its author expects', async () => {
    const { entries } = await alone(`{ config, lib, ... }: {
      options.my.root = lib.mkOption { default = "/p"; };
      config.environment.persistence.\${config.my.root}.files = [ "/a" ];
    }`);
    assert.deepEqual(entries, ['/p /a']);
  });

  test('what it imports is another file', async () => {
    assert.deepEqual((await alone('{ imports = [ ./other.nix { environment.persistence."/p".files = [ "/inline" ]; } ]; }')).entries, [
      '/p /inline',
    ]);
  });

  for (const [name, text] of [
    ['a registry', '{ flake.modules.nixos.base = { environment.persistence."/p".files = [ "/a" ]; }; }'],
    [
      'a function in a registry',
      '{ inputs, ... }: { flake.nixosModules.base = { config, lib, ... }: { environment.persistence."/p".files = [ "/a" ]; }; }',
    ],
    ['an aspect', '{ den.aspects.base.nixos = { pkgs, ... }: { config.environment.persistence."/p".files = [ "/a" ]; }; }'],
    ['a list of modules', '{ parts = [ { targets = [ "x" ]; conf = { environment.persistence."/p".files = [ "/a" ]; }; } ]; }'],
  ] as const)
    test(`holds modules deeper: ${name}`, async () => assert.deepEqual((await alone(text)).entries, ['/p /a']));

  test('a module given to a function of the author’s that is not known', async () => {
    const { entries, unresolved } = await alone(`{ lib, options, ... }@args: lib.mine.module args "x" {
      options.y = 1;
      config = { cfg }: {
        environment.persistence."/p" = lib.mkAliasDefinitions options.environment.keep;
        environment.keep.directories = [ "/a" ];
      };
    }`);
    assert.deepEqual(entries, ['/p /a/ if lib.mine.module']);
    assert.deepEqual(unresolved, ['other modules may set config.environment.keep']);
  });

  test('what all users share, whoever they are', async () => {
    assert.deepEqual((await alone('{ home-manager.sharedModules = [ { home.persistence."/p".files = [ "a" ]; } ]; }')).entries, ['/p ?']);
  });

  test('a module of its own is not read twice', async () => {
    const { entries } = await alone(
      '{ lib, config, ... }: { config = lib.mkIf config.x { environment.persistence."/p".files = [ "/a" ]; }; }',
    );
    assert.deepEqual(entries, ['/p /a if config.x']);
  });

  test('a home-manager module: user and home as far as it says them', async () => {
    assert.deepEqual((await alone('{ home.persistence."/p".files = [ "x" ]; }')).entries, ['/p ?']);
    const known = await alone('{ home.username = "ann"; home.persistence."/p".files = [ "x" ]; }');
    assert.deepEqual(known.entries, ['/p ann:/home/ann/x']);
  });
});
