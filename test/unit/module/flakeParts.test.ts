import assert from 'node:assert/strict';
import { entryLines } from '../../support/coreHost.ts';
import { fixtureWorkspace, readFixture } from '../../support/fixture.ts';

/** `host: entry, entry` for each host of a workspace whose flake uses flake-parts, and what was said against it. */
async function hostsOf(files: string): Promise<readonly string[]> {
  const { workspace } = await fixtureWorkspace(readFixture(files));
  const { hosts, problems } = workspace.analysis();
  assert.deepEqual(problems, []);
  return hosts.map((host) => `${host.name}: ${host.problem ?? entryLines(host).join(', ')}`);
}

const INPUTS = `inputs = { nixpkgs.url = "github:NixOS/nixpkgs"; flake-parts.url = "github:hercules-ci/flake-parts"; import-tree.url = "github:vic/import-tree"; };`;

suite('flake-parts', () => {
  test('hosts under flake.nixosConfigurations, written out', async () => {
    const files = `#- /flake.nix
{ ${INPUTS}
  outputs = inputs@{ flake-parts, nixpkgs, ... }: flake-parts.lib.mkFlake { inherit inputs; } {
    systems = [ "x86_64-linux" ];
    perSystem = { pkgs, ... }: { devShells.default = pkgs.mkShell { }; };
    flake.nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };
  };
}
#- /web.nix
{ environment.persistence."/p".files = [ "/web" ]; }
`;
    assert.deepEqual(await hostsOf(files), ['web: /p /web']);
  });

  test('modules imported by path, with inputs, self, lib and withSystem', async () => {
    const files = `#- /flake.nix
{ ${INPUTS}
  outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } { imports = [ ./hosts.nix ./modules.nix ]; };
}
#- /hosts.nix
{ inputs, self, lib, withSystem, ... }: {
  flake.nixosConfigurations = lib.genAttrs [ "web" "mail" ] (name: withSystem "x86_64-linux" ({ pkgs, ... }:
    inputs.nixpkgs.lib.nixosSystem { specialArgs = { inherit inputs; }; modules = [ self.nixosModules.base (./hosts + "/\${name}.nix") ]; }));
}
#- /modules.nix
{ flake.nixosModules.base = { lib, ... }: { environment.persistence."/p".directories = lib.mkBefore [ "/base" ]; }; }
#- /hosts/web.nix
{ environment.persistence."/p".files = [ "/web" ]; }
#- /hosts/mail.nix
{ environment.persistence."/p".files = [ "/mail" ]; }
`;
    assert.deepEqual(await hostsOf(files), ['web: /p /base/, /p /web', 'mail: /p /base/, /p /mail']);
  });

  test('a registry module that several files make together', async () => {
    const files = `#- /flake.nix
{ ${INPUTS}
  outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } (inputs.import-tree ./parts);
}
#- /parts/host.nix
{ inputs, config, ... }: {
  flake.nixosConfigurations.web = inputs.nixpkgs.lib.nixosSystem { modules = [ config.flake.modules.nixos.base ]; };
}
#- /parts/a/one.nix
{ flake.modules.nixos.base = { environment.persistence."/p".files = [ "/one" ]; }; }
#- /parts/a/two.nix
{ flake.modules.nixos.base = { lib, ... }: { environment.persistence."/p".files = [ "/two" ]; }; }
#- /parts/_left/out.nix
{ flake.modules.nixos.base = { environment.persistence."/p".files = [ "/out" ]; }; }
`;
    assert.deepEqual(await hostsOf(files), ['web: /p /one, /p /two']);
  });
});
