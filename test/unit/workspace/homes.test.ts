import assert from 'node:assert/strict';
import { entryLine } from '../../support/coreHost.ts';
import { FIXTURE_ROOT, fixtureWorkspace, readFixture } from '../../support/fixture.ts';
import { describeWorkspace } from './support.ts';

async function homes(homeConfigurations: string): Promise<readonly string[]> {
  const { workspace } = await fixtureWorkspace(
    readFixture(`#- /flake.nix
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  inputs.home-manager.url = "github:nix-community/home-manager";
  outputs = { nixpkgs, home-manager, ... }: {
    homeConfigurations = ${homeConfigurations};
  };
}
#- /ann.nix
{ config, ... }: {
  home = { username = "ann"; homeDirectory = "/home/ann"; };
  home.persistence."/p".directories = [ ".ssh" ];
  home.persistence."/old\${config.home.homeDirectory}".files = [ ".zsh_history" ];
}
`),
  );
  return workspace.models().homes.map((home) => `${home.name}: ${home.problem ?? home.entries.map(entryLine).toSorted().join(', ')}`);
}

/** A flake with a home, and these machines. */
function flakeOf(machines: string): string {
  return `{ inputs.nixpkgs.url = "github:NixOS/nixpkgs"; inputs.home-manager.url = "github:nix-community/home-manager";
  outputs = { nixpkgs, home-manager, ... }: { nixosConfigurations = { ${machines} }; homeConfigurations.ann = home-manager.lib.homeManagerConfiguration { modules = [ ./ann.nix ]; }; }; }
`;
}

suite('users that are configured apart from machines', () => {
  for (const [name, flake, expected] of [
    [
      'one by name and host',
      '{ "ann@web" = home-manager.lib.homeManagerConfiguration { pkgs = nixpkgs.legacyPackages.x86_64-linux; modules = [ ./ann.nix ]; }; }',
      ['ann@web: /old/home/ann ann:/home/ann/.zsh_history, /p ann:/home/ann/.ssh/'],
    ],
    [
      'with arguments of the author’s',
      '{ ann = home-manager.lib.homeManagerConfiguration { extraSpecialArgs = { root = "/q"; }; modules = [ ({ root, ... }: { home.username = "ann"; home.persistence.${root}.files = [ "x" ]; }) ]; }; }',
      ['ann: /q ann:/home/ann/x'],
    ],
    [
      'as releases before 22.11 took it',
      '{ ann = home-manager.lib.homeManagerConfiguration { username = "ann"; configuration = ./ann.nix; extraModules = [ { home.persistence."/p".files = [ "x" ]; } ]; }; }',
      ['ann: /old/home/ann ann:/home/ann/.zsh_history, /p ann:/home/ann/.ssh/, /p ann:/home/ann/x'],
    ],
    [
      'with a specialisation',
      '{ ann = home-manager.lib.homeManagerConfiguration { extraSpecialArgs.root = "/q"; modules = [ ({ root, ... }: { home.username = "ann"; specialisation.work.configuration.home.persistence.${root}.files = [ "x" ]; }) ]; }; }',
      ['ann: /q ann:/home/ann/x if specialisation.work'],
    ],
    ['made by something else', '{ ann = { }; }', ['ann: it is not made by homeManagerConfiguration']],
    ['not known', '{ ann = import ./missing.nix; }', ['ann: the file does not exist']],
    ['no set', '[ ]', []],
  ] as const)
    test(name, async () => assert.deepEqual(await homes(flake), expected));

  test('what they keep is in no other list', async () => {
    const { workspace } = await fixtureWorkspace(
      readFixture(`#- /flake.nix
{ inputs.home-manager.url = "github:nix-community/home-manager";
  outputs = { home-manager, ... }: { homeConfigurations.ann = home-manager.lib.homeManagerConfiguration { modules = [ ./ann.nix ]; }; }; }
#- /ann.nix
{ home.username = "ann"; home.persistence."/p".files = [ "x" ]; }
`),
    );
    const found = workspace.models().homes;
    assert.deepEqual(
      workspace.looseFiles(found).flatMap((file) => file.entries.map(entryLine)),
      [],
    );
    assert.deepEqual(
      workspace.looseFiles().flatMap((file) => file.entries.map(entryLine)),
      ['/p ann:/home/ann/x'],
    );
  });

  test('one follows the texts that it is made of, and stays where a machine comes before it', async () => {
    const ann = '{ home.username = "ann"; home.persistence."/p".files = [ "x" ]; }\n';
    const { workspace } = await fixtureWorkspace(readFixture(`#- /flake.nix\n${flakeOf('')}#- /ann.nix\n${ann}`));
    workspace.analysis();
    const texts = new Map([
      [`${FIXTURE_ROOT}/flake.nix`, flakeOf('')],
      [`${FIXTURE_ROOT}/ann.nix`, ann],
    ]);
    const web = 'web = nixpkgs.lib.nixosSystem { modules = [ { environment.persistence."/p".files = [ "/w" ]; } ]; };';
    for (const [version, [file, text]] of [
      ['ann.nix', `# a comment\n${ann}`],
      ['ann.nix', `# a longer comment\n${ann.replace('"x"', '"y"')}`],
      ['flake.nix', flakeOf(web)],
      ['ann.nix', `# short\n${ann.replace('"x"', '"y"')}`],
      ['flake.nix', flakeOf('')],
    ].entries()) {
      workspace.openText(`${FIXTURE_ROOT}/${file}`, text ?? '', version + 1);
      texts.set(`${FIXTURE_ROOT}/${file}`, text ?? '');
      const fresh = await fixtureWorkspace({ name: 'fresh', files: texts, markers: [] });
      assert.deepEqual(describeWorkspace(workspace), describeWorkspace(fresh.workspace));
    }
  });
});
