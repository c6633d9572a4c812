import assert from 'node:assert/strict';
import { hostLines } from '../../support/hostLines.ts';

/** A flake of flake-parts with this framework, whose parts are read by import-tree. */
function tree(framework: string, url: string): string {
  return `#- /flake.nix
{ inputs = { nixpkgs.url = "github:NixOS/nixpkgs"; flake-parts.url = "github:hercules-ci/flake-parts"; import-tree.url = "github:vic/import-tree"; ${framework}.url = "${url}"; };
  outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } (inputs.import-tree ./parts);
}
`;
}

const DEN = `${tree('den', 'github:denful/den')}#- /parts/den.nix
{ inputs, ... }: { imports = [ inputs.den.flakeModule ]; }
`;

suite('aspects', () => {
  for (const [name, files, expected] of [
    [
      'flake-aspects: includes, parts from several files, aspects that an aspect provides',
      `${tree('flake-aspects', 'github:denful/flake-aspects')}#- /parts/hosts.nix
{ inputs, lib, config, ... }: { imports = [ inputs.flake-aspects.flakeModule ];
  options.hosts = lib.mkOption { type = lib.types.lazyAttrsOf (lib.types.submodule { options.users = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ ]; }; }); };
  config.flake.nixosConfigurations = lib.mapAttrs (name: _: inputs.nixpkgs.lib.nixosSystem { modules = [ inputs.self.modules.nixos.\${name} ]; }) config.hosts;
  config.flake.aspects = { aspects, ... }: lib.mapAttrs (name: { users, ... }: {
    includes = [ ((inputs.flake-aspects.lib lib).forward { each = users; fromClass = _: "homeManager"; intoClass = _: "nixos"; intoPath = user: [ "home-manager" "users" user ]; fromAspect = user: aspects.\${user}; }) ];
    nixos.home-manager.sharedModules = [ (aspects.\${name}.resolve { class = "homeManager"; }) ];
  }) config.hosts;
}
#- /parts/web.nix
{ hosts.web.users = [ "ann" ]; flake.aspects = { aspects, ... }: { web.includes = [ aspects.base aspects.base.provides.log ]; }; }
#- /parts/base.nix
{ flake.aspects.base = { nixos.environment.persistence."/p".files = [ "/base" ]; homeManager.home.persistence."/p".directories = [ ".shared" ]; provides.log.nixos = { lib, ... }: { environment.persistence."/p".directories = lib.mkForce [ "/log" ]; }; }; }
#- /parts/more.nix
{ flake.aspects.base.nixos = { ... }: { environment.persistence."/p".files = [ "/more" ]; }; flake.aspects.ann.homeManager.home.persistence."/p".directories = [ ".ssh" ]; }
`,
      ['web: /p /log/, /p /base, /p /more, /p ann:/home/ann/.ssh/, /p ann:/home/ann/.shared/'],
    ],
    [
      'den: machines and users of the aspects of their names, and what all have',
      `${DEN}#- /parts/web.nix
{ den, ... }: { den.hosts.x86_64-linux.web.users.ann = { };
  den.default.nixos.environment.persistence."/p".directories = [ "/all" ];
  den.default.includes = [ den.batteries.define-user ];
  den.schema.host.includes = [ den.aspects.core.log ];
  den.aspects.web = { includes = with den.aspects; [ core.base core.base ]; nixos = { ... }: { environment.persistence."/p".files = [ "/web" ]; }; ann.homeManager.home.persistence."/p".files = [ "here" ]; provides.to-users.homeManager.home.persistence."/p".files = [ "users" ]; };
  den.aspects.ann = { homeManager.home.persistence."/p".directories = [ ".ssh" ]; nixos.environment.persistence."/p".files = [ "/ann" ]; };
}
#- /parts/core.nix
{ den.aspects.core.base.nixos.environment.persistence."/p".files = [ "/base" ]; den.aspects.core.log.os.environment.persistence."/p".directories = [ "/log" ]; }
`,
      ['web: /p /all/, /p /log/, /p /web, /p /base, /p /ann, /p ann:/home/ann/.ssh/, /p ann:/home/ann/users, /p ann:/home/ann/here'],
    ],
    [
      'den: functions of the machine, and of each user',
      `${DEN}#- /parts/web.nix
{ den, ... }: { den.hosts.x86_64-linux.web.users = { ann = { }; bob.userName = "robert"; };
  den.aspects.web.includes = [
    ({ host, ... }: { nixos.environment.persistence."/p".files = [ "/of-\${host.name}" ]; })
    ({ host, user, ... }: { nixos.environment.persistence."/p".files = [ "/of-\${user.userName}" ]; })
    ({ home, ... }: { nixos.environment.persistence."/p".files = [ "/never" ]; })
    (den.lib.perHost { nixos.environment.persistence."/p".files = [ "/per-host" ]; })
  ];
}
`,
      ['web: /p /of-web, /p /per-host, /p /of-ann, /p /of-robert'],
    ],
    [
      'den: a machine that says its system itself, and those that are no output or of another class',
      `${DEN}#- /parts/hosts.nix
{ den.hosts.web = { system = "x86_64-linux"; environment = "prod"; users.ann = { }; };
  den.hosts.mac = { system = "aarch64-darwin"; users = { }; };
  den.hosts.phone = { system = "aarch64-linux"; class = "droid"; };
  den.hosts.x86_64-linux = { mail = { }; guest.intoAttr = [ ]; image.intoAttr = [ "images" "image" ]; named.intoAttr = [ "nixosConfigurations" "named" ]; };
  den.aspects.web.nixos.environment.persistence."/p".files = [ "/web" ];
  den.aspects.ann.homeManager.home.persistence."/p".directories = [ ".ssh" ];
}
`,
      ['mail: ', 'named: ', 'web: /p /web, /p ann:/home/ann/.ssh/'],
    ],
    [
      'den: names in angle brackets, and a namespace',
      `${DEN}#- /parts/names.nix
{ inputs, ... }: { imports = [ (inputs.den.namespace "own" true) ]; den.ful.own.base.nixos.environment.persistence."/p".files = [ "/base" ]; }
#- /parts/web.nix
{ own, __findFile, ... }: { den.hosts.x86_64-linux.web.users = { }; den.aspects.web.includes = [ own.base <tools/log> ];
  den.aspects.tools.provides.log.nixos.environment.persistence."/p".directories = [ "/log" ]; }
`,
      ['web: /p /log/, /p /base'],
    ],
    [
      'unify: modules that hosts and users list',
      `${tree('unify', 'git+https://codeberg.org/quasigod/unify')}#- /parts/hosts.nix
{ inputs, config, ... }: { imports = [ inputs.unify.flakeModule ];
  unify.nixos.environment.persistence."/p".directories = [ "/all" ];
  unify.hosts.nixos.web = { modules = with config.unify.modules; [ base ]; nixos.environment.persistence."/p".files = [ "/web" ]; users.ann.modules = config.unify.hosts.nixos.web.modules; };
}
#- /parts/base.nix
{ unify.modules.base = { nixos = { hostConfig, ... }: { environment.persistence."/p".files = [ "/base" ]; }; home = { ... }: { home.persistence."/p".directories = [ ".ssh" ]; }; }; }
#- /parts/more.nix
{ unify.modules.base.home.home.persistence."/p".files = [ "more" ]; }
`,
      ['web: /p /all/, /p /web, /p /base, /p ann:/home/ann/.ssh/, /p ann:/home/ann/more'],
    ],
  ] as const)
    test(name, async () => {
      assert.deepEqual(await hostLines(files), expected);
    });
});
