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

function storage(enable: string): string {
  return `{ lib, ... }: { environment.persistence."/p" = { enable = ${enable}; files = [ "/a" ]; }; }`;
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
    [
      'arguments of the author’s before those of a module',
      '{ parts.user.nixos = user: { pkgs, ... }: { environment.persistence."/p".files = [ "/a" ]; }; }',
    ],
    [
      'an option that hands a module on, in a module deeper',
      '{ everywhere = { pkgs, ... }: { mine.machine = { environment.persistence."/p".files = [ "/a" ]; }; }; }',
    ],
    [
      'a machine made of an input that the file alone does not know',
      '{ inputs, ... }: { flake.nixosConfigurations.x = inputs.nixpkgs.lib.nixosSystem { modules = [ { environment.persistence."/p".files = [ "/a" ]; } ]; }; }',
    ],
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

  test('a function that makes a module, given to one that is not known', async () => {
    const { entries } = await alone(`{ lib }: lib.mine.feature {
      path = [ "a" ];
      system = cfg: args: { environment.persistence."/p".files = [ "/a" ]; };
    }`);
    assert.deepEqual(entries, ['/p /a if lib.mine.feature']);
  });

  test('a module beside what it hands on is read once', async () => {
    const { entries } = await alone(`{ everywhere = { pkgs, ... }: {
      environment.persistence."/p".files = [ "/a" ];
      mine.machine.environment.persistence."/p".files = [ "/b" ];
    }; }`);
    assert.deepEqual(entries, ['/p /a', '/p /b']);
  });

  test('a storage that is off by default may be on elsewhere; one that is off is off', async () => {
    assert.deepEqual((await alone(storage('lib.mkDefault false'))).entries, ['/p /a if environment.persistence."/p".enable']);
    assert.deepEqual((await alone(storage('lib.mkDefault true'))).entries, ['/p /a']);
    assert.deepEqual((await alone(storage('false'))).entries, []);
  });

  test('a set of the author’s that is opened does not hide the words of the module system', async () => {
    const { entries } = await alone(`{ config, lib, namespace, ... }: with lib; with lib.\${namespace}; {
      config = mkIf config.x { environment.persistence."/p".files = optionals config.y [ "/a" ]; };
    }`);
    assert.deepEqual(entries, ['/p /a if config.x and config.y']);
  });

  test('a set of the author’s that is opened may hide any other name', async () => {
    const { entries, unresolved } = await alone(`{ inputs, ... }: with { kept = [ "/a" ]; }; with inputs.mine; {
      environment.persistence."/p".files = kept;
    }`);
    assert.deepEqual(entries, []);
    assert.equal(unresolved.length, 1);
  });

  test('a set where `optionals` wants a list is there when the condition holds', async () => {
    const { entries } = await alone(
      '{ config, lib, ... }: { environment.persistence."/p" = lib.optionals config.x { files = [ "/a" ]; }; }',
    );
    assert.deepEqual(entries, ['/p /a if config.x']);
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
