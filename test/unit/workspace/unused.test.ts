import assert from 'node:assert/strict';
import { entryLine } from '../../support/coreHost.ts';
import { fixtureWorkspace, readFixture } from '../../support/fixture.ts';

async function unused(text: string): Promise<readonly string[]> {
  const { workspace } = await fixtureWorkspace(readFixture(text));
  return workspace.unusedEntries([...workspace.analysis().hosts, ...workspace.looseFiles()]).map(entryLine);
}

const PERSIST = `{ config, lib, ... }: {
  options.my.persist.directories = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ ]; };
  options.my.extra = lib.mkEnableOption "more";
  config.environment.persistence."/p".directories = lib.unique config.my.persist.directories;
}`;

const FLAKE = `#- /flake.nix
{ outputs = { nixpkgs, ... }: { nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./persist.nix ./a.nix ]; }; }; }
#- /persist.nix
${PERSIST}
#- /a.nix
{ my.persist.directories = [ "/a" ]; }
`;

suite('modules that no host uses', () => {
  for (const [name, files, expected] of [
    ['none', '', []],
    ['one that sets an option of the author’s', '#- /b.nix\n{ my.persist.directories = [ "/b" ]; }', ['/p /b/']],
    [
      'one under a switch that is declared',
      '#- /b.nix\n{ config, lib, ... }: { my.persist = lib.mkIf config.my.extra { directories = [ "/b" ]; }; }',
      ['/p /b/ if config.my.extra'],
    ],
    ['one that says what a module of a host says, of which one is kept', '#- /b.nix\n{ my.persist.directories = [ "/a" ]; }', ['/p /a/']],
    [
      'one in a registry',
      '#- /b.nix\n{ ... }: { flake.nixosModules.b = { my.persist.directories = [ "/b" ]; }; flake.modules.nixos.c = { ... }: { my.persist.directories = [ "/c" ]; }; }',
      ['/p /b/', '/p /c/'],
    ],
    ['one of a user', '#- /b.nix\n{ flake.homeModules.b = { config, ... }: { home.persistence."/p".directories = [ "b" ]; }; }', []],
    [
      'ones in aspects',
      '#- /b.nix\n{ my.aspects.apps.b = { nixos.my.persist.directories = [ "/b" ]; }; my.aspects.c.nixos = { ... }: { my.persist.directories = [ "/c" ]; }; }',
      ['/p /b/', '/p /c/'],
    ],
    ['one that has nothing to do with it', '#- /b.nix\n{ networking.hostName = "persist"; }', []],
    ['one that is broken', '#- /b.nix\n{ my.persist.directories = [ "/b" ', []],
    ['functions that are no modules', '#- /b.nix\n{ persist = x: y: x; other = { a, b }: throw "no"; }', []],
  ] as const)
    test(name, async () => assert.deepEqual(await unused(`${FLAKE}${files}`), expected));

  test('modules of hosts whose switches are off on all of them', async () => {
    const files = `#- /flake.nix
{ outputs = { nixpkgs, ... }: { nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./persist.nix ./off.nix ]; }; }; }
#- /persist.nix
${PERSIST}
#- /off.nix
{ config, lib, ... }: {
  options.my.off = lib.mkEnableOption "off";
  config = lib.mkIf config.my.off { my.persist.directories = [ "/a" ]; environment.persistence."/p".files = [ "/b" ]; };
}
`;
    const { workspace } = await fixtureWorkspace(readFixture(files));
    const { hosts } = workspace.analysis();
    const loose = workspace.looseFiles();
    assert.deepEqual(
      hosts.flatMap((host) => host.entries.map(entryLine)),
      [],
    );
    assert.deepEqual(
      loose.flatMap((file) => file.entries.map(entryLine)),
      ['/p /b if config.my.off'],
    );
    assert.deepEqual(workspace.unusedEntries([...hosts, ...loose]).map(entryLine), ['/p /a/ if config.my.off']);
  });

  test('what can not be read in a file of no host is told although there are hosts with entries', async () => {
    const { workspace } = await fixtureWorkspace(
      readFixture(`${FLAKE}#- /b.nix\n{ x, ... }: { environment.persistence."/p".files = x; }\n`),
    );
    assert.deepEqual(
      workspace.looseFiles().flatMap(({ unresolved }) => unresolved.map(({ reason }) => reason)),
      ['the module argument x is not known'],
    );
  });

  test('without any host', async () => {
    const found = await unused(`#- /persist.nix\n${PERSIST}\n#- /b.nix\n{ my.persist.directories = [ "/b" ]; }`);
    assert.deepEqual(found, ['/p /b/']);
  });
});
