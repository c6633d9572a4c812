import assert from 'node:assert/strict';
import { hostLines, keeping } from '../../support/hostLines.ts';

suite('files that machines start from', () => {
  for (const [name, files, expected] of [
    [
      'a configuration.nix, named by what it says',
      `#- /configuration.nix\n{ networking.hostName = "web"; imports = [ ./more.nix ]; }\n${keeping('/more.nix', '/web')}`,
      ['web: /p /web/'],
    ],
    [
      'each machine by its directory',
      `${keeping('/machines/web/configuration.nix', '/web')}${keeping('/machines/mail/configuration.nix', '/mail')}`,
      ['mail: /p /mail/', 'web: /p /web/'],
    ],
    [
      'one that another imports is a part of it',
      `#- /web/configuration.nix\n{ imports = [ ../base/configuration.nix ]; }\n${keeping('/base/configuration.nix', '/base')}`,
      ['web: /p /base/'],
    ],
    [
      'none beside a flake',
      `#- /flake.nix\n{ outputs = { nixpkgs, ... }: { nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web/configuration.nix ]; }; }; }\n${keeping('/web/configuration.nix', '/web')}${keeping('/old/configuration.nix', '/old')}`,
      ['web: /p /web/'],
    ],
    [
      'a hive of colmena',
      `#- /hive.nix\nlet sources = import ./npins; in { meta.nixpkgs = import sources.nixpkgs { }; defaults = ./base.nix; web = { name, ... }: { environment.persistence."/p".files = [ "/\${name}" ]; }; }\n#- /npins/default.nix\n{ nixpkgs = builtins.fetchTarball { url = "https://example.org/nixpkgs.tar.gz"; }; }\n${keeping('/base.nix', '/base')}`,
      ['web: /p /base/, /p /web'],
    ],
    [
      'a set of machines made by pinned nixpkgs',
      `#- /default.nix\nlet sources = import ./npins; mk = m: import (sources.nixpkgs + "/nixos/lib/eval-config.nix") { modules = [ m ]; }; in { web = mk ./web.nix; mail = import "\${sources.nixpkgs}/nixos" { configuration = ./mail.nix; }; }\n#- /npins/default.nix\n{ nixpkgs = builtins.fetchTarball { url = "https://example.org/nixpkgs.tar.gz"; }; }\n${keeping('/web.nix', '/web')}${keeping('/mail.nix', '/mail')}`,
      ['mail: /p /mail/', 'web: /p /web/'],
    ],
    ['a default.nix of packages', '#- /default.nix\n{ pkgs ? import <nixpkgs> { } }: { hello = pkgs.hello; }\n', []],
  ] as const)
    test(name, async () => {
      assert.deepEqual(await hostLines(files), expected);
    });
});

/** A flake with one machine of these modules. */
function web(modules: string, outputs = '', extra = ''): string {
  return `#- /flake.nix\n{ ${extra} outputs = { self, nixpkgs, ... }@inputs: { ${outputs} nixosConfigurations.web = nixpkgs.lib.nixosSystem { specialArgs = { inherit inputs self; }; modules = ${modules}; }; }; }\n`;
}

suite('paths in strings', () => {
  for (const [name, files, expected] of [
    [
      'self and a path',
      `${web('[ (self + "/a.nix") "${self}/b.nix" "${self.outPath}/sub" ]')}${keeping('/a.nix', '/a')}${keeping('/b.nix', '/b')}${keeping('/sub/default.nix', '/sub')}`,
      ['web: /p /a/, /p /b/, /p /sub/'],
    ],
    [
      'a directory that is read by its text',
      `${web('map (name: "${./parts}/${name}") (builtins.attrNames (builtins.readDir "${./parts}"))')}${keeping('/parts/a.nix', '/a')}${keeping('/parts/b.nix', '/b')}`,
      ['web: /p /a/, /p /b/'],
    ],
    [
      'files by the end of their paths',
      `${web('builtins.filter (p: nixpkgs.lib.hasSuffix ".nix" p && baseNameOf p != "b.nix") (nixpkgs.lib.filesystem.listFilesRecursive ./parts)')}${keeping('/parts/a.nix', '/a')}${keeping('/parts/b.nix', '/b')}#- /parts/c.txt\nno module\n`,
      ['web: /p /a/'],
    ],
    [
      'a text that is asked for its type',
      `${web('map (m: if builtins.isString m then import m else m) [ "${./a.nix}" ]')}${keeping('/a.nix', '/a')}`,
      ['web: /p /a/'],
    ],
    [
      'modules of nixpkgs are outside',
      `${web('[ "${nixpkgs}/nixos/modules/profiles/minimal.nix" (nixpkgs + "/nixos/modules/profiles/all.nix") ({ modulesPath, ... }: { imports = [ (modulesPath + "/installer/scan.nix") ./a.nix ]; }) ]')}${keeping('/a.nix', '/a')}`,
      ['web: /p /a/'],
    ],
    [
      'a flake of the workspace as an input',
      `${web('[ inputs.own.nixosModules.base ]', '', 'inputs.own.url = "path:./own";')}#- /own/flake.nix\n{ outputs = { self, ... }: { nixosModules.base = ./base.nix; }; }\n${keeping('/own/base.nix', '/own')}`,
      ['web: /p /own/'],
    ],
  ] as const)
    test(name, async () => {
      assert.deepEqual(await hostLines(files), expected);
    });

  test('the text itself is not known', async () => {
    const files = web('[ { environment.persistence."/p".files = [ "${./a}" ]; } ]');
    assert.deepEqual(await hostLines(files), ['web: ']);
  });
});

suite('lib of machines', () => {
  for (const [name, lib] of [
    ['given to nixosSystem', 'nixpkgs.lib.nixosSystem { lib = mine; modules = [ ./web.nix ]; }'],
    ['that nixosSystem stands in', 'mine.nixosSystem { modules = [ ./web.nix ]; }'],
    ['among the special arguments', 'nixpkgs.lib.nixosSystem { specialArgs.lib = mine; modules = [ ./web.nix ]; }'],
  ] as const)
    test(name, async () => {
      const files = `#- /flake.nix\n{ outputs = { nixpkgs, ... }: let mine = nixpkgs.lib.extend (final: prev: { root = "/own"; }); in { nixosConfigurations.web = ${lib}; }; }\n#- /web.nix\n{ lib, ... }: { environment.persistence."/p".files = lib.mkIf true [ lib.root ]; }\n`;
      assert.deepEqual(await hostLines(files), ['web: /p /own']);
    });

  test('that is not known: that of nixpkgs', async () => {
    const files = `#- /flake.nix\n{ outputs = { nixpkgs, other, ... }: { nixosConfigurations.web = nixpkgs.lib.nixosSystem { specialArgs = { inherit (other) lib; }; modules = [ ./web.nix ]; }; }; }\n#- /web.nix\n{ lib, ... }: { environment.persistence."/p".files = lib.mkIf true [ "/web" ]; }\n`;
    assert.deepEqual(await hostLines(files), ['web: /p /web']);
  });
});
