import assert from 'node:assert/strict';
import { hostLines, keeping } from '../../support/hostLines.ts';

/** A flake with these inputs besides nixpkgs, each at its URL. */
function flake(inputs: Readonly<Record<string, string>>, outputs: string): string {
  const urls = Object.entries(inputs).map(([name, url]) => `${name}.url = "${url}";`);
  return `#- /flake.nix\n{ inputs = { nixpkgs.url = "github:NixOS/nixpkgs"; ${urls.join(' ')} };\n  outputs = ${outputs};\n}\n`;
}

const PARTS = { 'flake-parts': 'github:hercules-ci/flake-parts' };

/** A flake of flake-parts with one more flake module. */
function parts(inputs: Readonly<Record<string, string>>, module: string): string {
  return flake({ ...PARTS, ...inputs }, `inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } (${module})`);
}

const HOME = '{ home.persistence."/p".directories = [ ".ssh" ]; }';

suite('frameworks', () => {
  for (const [name, files, expected] of [
    [
      'flake-parts: a partition gets the inputs of the flake it names, and a flake that has them',
      `${parts({}, '{ inputs, ... }: { imports = [ inputs.flake-parts.flakeModules.partitions ]; partitionedAttrs.nixosConfigurations = "machines"; partitions.machines = { extraInputsFlake = ./machines; module = ./machines/flake-module.nix; }; }')}#- /machines/flake.nix
{ inputs = { unify.url = "path:./own"; impermanence.url = "github:nix-community/impermanence"; }; outputs = _: { }; }
#- /machines/own/flake.nix
{ outputs = _: { nixosModules.base = { environment.persistence."/p".files = [ "/base" ]; }; }; }
#- /machines/flake-module.nix
{ inputs, self, ... }: { flake.nixosConfigurations.web = inputs.nixpkgs.lib.nixosSystem { specialArgs = { inherit (self) inputs; }; modules = [ ../web.nix ]; }; }
#- /web.nix
{ inputs, ... }: { imports = [ inputs.impermanence.nixosModules.impermanence inputs.unify.nixosModules.base ]; environment.persistence."/p".directories = [ "/web" ]; }
`,
      ['web: /p /web/, /p /base'],
    ],
    [
      'inputs that are changed where they have modules',
      `${flake({ impermanence: 'github:nix-community/impermanence' }, `given: let inputs = builtins.mapAttrs (name: input: if input ? nixosModules then input // { nixosModules = builtins.mapAttrs (_: module: module) input.nixosModules; } else input) given; in { nixosConfigurations.web = inputs.nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; }; }`)}${keeping('/web.nix', '/web')}`,
      ['web: /p /web/'],
    ],
    [
      'snowfall: systems, modules below modules/nixos, homes of users, a library',
      `${flake(
        { 'snowfall-lib': 'github:snowfallorg/lib' },
        `inputs: inputs.snowfall-lib.mkFlake { inherit inputs; src = ./.; snowfall.namespace = "own"; systems.modules.nixos = [ ./more.nix ]; }`,
      )}${keeping('/systems/x86_64-linux/web/default.nix', '/web')}${keeping('/systems/aarch64-darwin/mac/default.nix', '/mac')}${keeping('/more.nix', '/more')}#- /lib/paths/default.nix
{ lib, namespace, ... }: { root = "/\${namespace}"; }
#- /modules/nixos/deep/in/default.nix
{ lib, namespace, host, ... }: { environment.persistence."/p".directories = [ lib.\${namespace}.root "/at-\${host}" ]; }
#- /homes/x86_64-linux/ann@web/default.nix
${HOME}
#- /homes/x86_64-linux/bob@mail/default.nix
${HOME}
`,
      ['web: /p /web/, /p /own/, /p /at-web/, /p /more/, /p ann:/home/ann/.ssh/'],
    ],
    [
      'snowfall: the library first',
      `${flake(
        { 'snowfall-lib': 'github:snowfallorg/lib' },
        `inputs: let lib = inputs.snowfall-lib.mkLib { inherit inputs; src = ./.; snowfall.root = ./nix; }; in lib.mkFlake { systems.hosts.web.modules = [ ./more.nix ]; }`,
      )}${keeping('/nix/systems/x86_64-linux/web/default.nix', '/web')}${keeping('/more.nix', '/more')}`,
      ['web: /p /web/, /p /more/'],
    ],
    [
      'blueprint: hosts, their users, modules of the flake',
      `${flake({ blueprint: 'github:numtide/blueprint' }, 'inputs: inputs.blueprint { inherit inputs; }')}#- /hosts/web/configuration.nix
{ flake, inputs, hostName, ... }: { imports = [ flake.nixosModules.base inputs.self.nixosModules.made ]; environment.persistence."/p".files = [ "/\${hostName}" ]; }
#- /hosts/web/users/ann.nix
${HOME}
${keeping('/modules/nixos/base.nix', '/base')}#- /modules/nixos/made/default.nix
{ flake, inputs }: { environment.persistence."/p".directories = [ "/made" ]; }
#- /hosts/own/default.nix
{ inputs, ... }: { class = "nixos"; value = inputs.nixpkgs.lib.nixosSystem { modules = [ ../../own.nix ]; }; }
${keeping('/own.nix', '/own')}#- /hosts/mac/darwin-configuration.nix
{ }
`,
      ['own: /p /own/', 'web: /p /base/, /p /made/, /p /web, /p ann:/home/ann/.ssh/'],
    ],
    [
      'blueprint: below a prefix',
      `${flake({ blueprint: 'github:numtide/blueprint' }, 'inputs: inputs.blueprint { inherit inputs; prefix = "nix/"; }')}${keeping('/nix/hosts/web/configuration.nix', '/web')}`,
      ['web: /p /web/'],
    ],
    [
      'nixos-unified: files under their names',
      `${flake({ ...PARTS, 'nixos-unified': 'github:srid/nixos-unified' }, 'inputs: inputs.nixos-unified.lib.mkFlake { inherit inputs; root = ./.; }')}#- /configurations/nixos/web/default.nix
{ flake, ... }: { imports = [ flake.inputs.self.nixosModules.base ]; home-manager.users.ann.imports = [ flake.self.homeModules.all ]; }
#- /configurations/nixos/mail.nix
{ flake, ... }: { imports = [ flake.self.nixosModules.default ]; }
${keeping('/modules/nixos/base.nix', '/base')}${keeping('/modules/nixos/default.nix', '/default')}#- /modules/home/all.nix
${HOME}
`,
      ['mail: /p /default/', 'web: /p /base/, /p ann:/home/ann/.ssh/'],
    ],
    [
      'nixos-unified: as a module of flake-parts',
      `${parts({ 'nixos-unified': 'github:srid/nixos-unified' }, '{ inputs, self, ... }: { imports = [ inputs.nixos-unified.flakeModules.default ]; flake.nixosConfigurations.web = self.nixos-unified.lib.mkLinuxSystem { home-manager = true; } ./web.nix; }')}${keeping('/web.nix', '/web')}`,
      ['web: /p /web/'],
    ],
    [
      'haumea: paths of a directory as nested sets',
      `${flake(
        { haumea: 'github:nix-community/haumea' },
        `inputs: let loaded = inputs.haumea.lib.load { src = ./parts; loader = inputs.haumea.lib.loaders.path; }; in {
        nixosConfigurations.web = inputs.nixpkgs.lib.nixosSystem { modules = [ loaded.base loaded.deep.more ]; }; }`,
      )}${keeping('/parts/base.nix', '/base')}${keeping('/parts/deep/more.nix', '/more')}`,
      ['web: /p /base/, /p /more/'],
    ],
    [
      'haumea: files that are functions, called with what they name',
      `${flake(
        { haumea: 'github:nix-community/haumea' },
        `inputs: let own = inputs.haumea.lib.load { src = ./own; inputs = { inherit (inputs.nixpkgs) lib; }; }; in {
        nixosConfigurations.web = inputs.nixpkgs.lib.nixosSystem { modules = [ own.module ]; }; }`,
      )}#- /own/module.nix
{ lib, super, ... }: { environment.persistence."/p".directories = lib.singleton super.paths.web; }
#- /own/paths.nix
{ web = "/web"; }
`,
      ['web: /p /web/'],
    ],
    [
      'colmena: a hive among the outputs',
      `${flake(
        {},
        `{ nixpkgs, ... }: { colmena = {
        meta = { nixpkgs = import nixpkgs { system = "x86_64-linux"; }; specialArgs.root = "/all"; nodeSpecialArgs.mail.root = "/mail"; };
        defaults = ./base.nix; web = ./node.nix; mail = { imports = [ ./node.nix ]; deployment.targetHost = "mail"; }; }; }`,
      )}${keeping('/base.nix', '/base')}#- /node.nix
{ name, root, ... }: { environment.persistence."/p".files = [ "/\${name}" root ]; }
`,
      ['mail: /p /base/, /p /mail', 'web: /p /base/, /p /web, /p /all'],
    ],
    [
      'colmena: nodes of makeHive as nixosConfigurations',
      `${flake(
        { colmena: 'github:zhaofengli/colmena' },
        `inputs: { nixosConfigurations = inputs.self.colmenaHive.nodes; colmenaHive = inputs.colmena.lib.makeHive { meta = { }; web = ./web.nix; }; }`,
      )}${keeping('/web.nix', '/web')}`,
      ['web: /p /web/'],
    ],
    [
      'deploy-rs: a node that is no nixosConfiguration, and one that is',
      `${flake(
        { 'deploy-rs': 'github:serokell/deploy-rs' },
        `{ self, nixpkgs, deploy-rs, ... }: let mk = m: nixpkgs.lib.nixosSystem { modules = [ m ]; }; activate = deploy-rs.lib.x86_64-linux.activate.nixos; in {
        nixosConfigurations.web = mk ./web.nix;
        deploy.nodes.other = { hostname = "web"; profiles.system.path = activate self.nixosConfigurations.web; };
        deploy.nodes.mail = { hostname = "mail"; profiles.system.path = activate (mk ./mail.nix); }; }`,
      )}${keeping('/web.nix', '/web')}${keeping('/mail.nix', '/mail')}`,
      ['mail: /p /mail/', 'web: /p /web/'],
    ],
    [
      'flake-utils: outputs for each system beside the machines',
      `${flake(
        { 'flake-utils': 'github:numtide/flake-utils' },
        `{ nixpkgs, flake-utils, ... }: flake-utils.lib.eachDefaultSystem (system: { packages.x = nixpkgs.legacyPackages.\${system}.hello; })
        // { nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; }; }`,
      )}${keeping('/web.nix', '/web')}`,
      ['web: /p /web/'],
    ],
    [
      'flake-utils-plus: hosts with what they share',
      `${flake(
        { utils: 'github:gytis-ivaskevicius/flake-utils-plus' },
        `inputs@{ self, utils, ... }: utils.lib.mkFlake { inherit self inputs; nixosModules = utils.lib.exportModules [ ./base.nix ];
        hostDefaults = { modules = [ self.nixosModules.base ]; extraArgs = { root = "/all"; }; };
        hosts.web.modules = [ ./web.nix ]; hosts.mac = { output = "darwinConfigurations"; modules = [ ./web.nix ]; }; }`,
      )}${keeping('/base.nix', '/base')}#- /web.nix
{ root, ... }: { environment.persistence."/p".files = [ root ]; }
`,
      ['web: /p /base/, /p /all'],
    ],
    [
      'ez-configs: hosts by their files, the default module, users',
      `${parts({ 'ez-configs': 'github:ehllie/ez-configs' }, '{ inputs, ... }: { imports = [ inputs.ez-configs.flakeModule ]; ezConfigs = { root = ./.; globalArgs = { root = "/all"; }; nixos.hosts.web.userHomeModules = [ "ann" ]; }; }')}#- /nixos-configurations/web.nix
{ root, ezModules, ... }: { imports = [ ezModules.more ]; environment.persistence."/p".files = [ root ]; }
${keeping('/nixos-modules/default.nix', '/base')}${keeping('/nixos-modules/more.nix', '/more')}#- /home-configurations/ann/default.nix
${HOME}
`,
      ['web: /p /more/, /p /base/, /p /all, /p ann:/home/ann/.ssh/'],
    ],
    [
      'easy-hosts: declared hosts with what their class and all share',
      `${parts({ 'easy-hosts': 'github:tgirlcloud/easy-hosts' }, '{ inputs, ... }: { imports = [ inputs.easy-hosts.flakeModule ]; easy-hosts = { path = ./hosts; shared.modules = [ [ ./all.nix ] ]; perClass = class: { modules = [ ./class/${class}.nix ]; }; hosts = { web = { }; mac.class = "darwin"; }; }; }')}${keeping('/hosts/web/default.nix', '/web')}${keeping('/all.nix', '/all')}${keeping('/class/nixos.nix', '/nixos')}`,
      ['web: /p /web/, /p /all/, /p /nixos/'],
    ],
    [
      'easy-hosts: found by their directories',
      `${parts({ 'easy-hosts': 'github:tgirlcloud/easy-hosts' }, '{ inputs, ... }: { imports = [ inputs.easy-hosts.flakeModule ]; easy-hosts = { autoConstruct = true; path = ./hosts; }; }')}${keeping('/hosts/x86_64-nixos/web/default.nix', '/web')}`,
      ['web: /p /web/'],
    ],
    [
      'lite-config: hosts with their modules in a directory',
      `${parts({ 'lite-config': 'github:yelite/lite-config' }, '{ inputs, ... }: { imports = [ inputs.lite-config.flakeModule ]; lite-config = { hostModuleDir = ./hosts; systemModules = [ ./all.nix ]; homeModules = [ ./home.nix ]; extraSpecialArgs.root = "/x"; hosts = { web.system = "x86_64-linux"; mac.system = "aarch64-darwin"; }; }; }')}#- /hosts/web/default.nix
{ root, ... }: { environment.persistence."/p".files = [ root ]; home-manager.users.ann = { }; }
${keeping('/all.nix', '/all')}#- /home.nix
${HOME}
`,
      ['web: /p /all/, /p /x, /p ann:/home/ann/.ssh/'],
    ],
    [
      'clan: machines by their directories and as values, with modules by tag',
      `${parts({ 'clan-core': 'https://git.clan.lol/clan/clan-core/archive/main.tar.gz' }, '{ inputs, ... }: { imports = [ inputs.clan-core.flakeModules.default ]; clan = { specialArgs.root = "/x"; machines.mail = { imports = [ ./mail.nix ]; }; inventory = { machines.web.tags = [ "server" ]; instances.base = { module.name = "importer"; roles.default = { tags = [ "server" ]; extraModules = [ ./base.nix ]; }; }; }; }; }')}#- /machines/web/configuration.nix
{ root, ... }: { environment.persistence."/p".files = [ root ]; }
${keeping('/mail.nix', '/mail')}${keeping('/base.nix', '/base')}`,
      ['mail: /p /mail/', 'web: /p /base/, /p /x'],
    ],
    [
      'clan: machines get the flake, unless the author gives them another',
      `${parts({ 'clan-core': 'https://git.clan.lol/clan/clan-core/archive/main.tar.gz' }, '{ inputs, self, ... }: { imports = [ inputs.clan-core.flakeModules.default ]; flake.modules.nixos.base = ./base.nix; flake.clan = { inherit self; machines.mail = { self, ... }: { imports = [ self.modules.nixos.base ]; }; }; }')}${keeping('/base.nix', '/base')}`,
      ['mail: /p /base/'],
    ],
    [
      'clan: the same without flake-parts',
      `${flake({ 'clan-core': 'https://git.clan.lol/clan/clan-core/archive/main.tar.gz' }, 'inputs@{ self, ... }: let made = inputs.clan-core.lib.clan { inherit self; specialArgs.more = "/more"; machines.web = { self, more, clan-core, ... }: { imports = [ self.nixosModules.base ]; environment.persistence."/p".files = [ more ]; }; }; in { inherit (made.config) nixosConfigurations; nixosModules.base = ./base.nix; }')}${keeping('/base.nix', '/base')}`,
      ['web: /p /base/, /p /more'],
    ],
    [
      'nixos-extra-modules: a directory is a machine',
      `${parts({ 'nixos-extra-modules': 'github:oddlama/nixos-extra-modules' }, '{ inputs, ... }: { imports = [ inputs.nixos-extra-modules.modules.flake.default ]; node.path = ./. + "/hosts"; globals.optModules = [ ./more.nix ]; }')}#- /hosts/web/default.nix
{ config, inputs, minimal, lib, extraModules, ... }: { imports = [ inputs.self.nixosModules.base or { } ]; environment.persistence."/p".directories = [ "/\${config.node.name}" ] ++ lib.optionals (!minimal) [ "/full" ]; }
#- /hosts/readme.md
Two machines.
${keeping('/hosts/mail/default.nix', '/mail')}${keeping('/more.nix', '/more')}`,
      ['mail: /p /mail/, /p /more/', 'web: /p /web/, /p /full/, /p /more/'],
    ],
    [
      'flakelight: machines as arguments, as a function, and made by nixosSystem',
      `${flake(
        { flakelight: 'github:nix-community/flakelight' },
        `inputs: inputs.flakelight ./. ({ lib, ... }: { inherit inputs; systems = [ "x86_64-linux" ]; nixosModule = ./base.nix;
        nixosConfigurations = { web = { system = "x86_64-linux"; specialArgs.more = "/more"; modules = [ ./web.nix ]; };
          mail = { inputs, ... }: inputs.nixpkgs.lib.nixosSystem { modules = [ ./mail.nix ]; }; }; })`,
      )}#- /web.nix
{ inputs, hostname, more, flake, ... }: { imports = [ inputs.self.nixosModules.default inputs.self.nixosModules.named ]; environment.persistence."/p".files = [ "/\${hostname}" more flake.inputs.self.lib.place ]; }
#- /nix/lib.nix
{ lib, ... }: { place = "/place"; }
${keeping('/mail.nix', '/mail')}${keeping('/base.nix', '/base')}${keeping('/nix/nixosModules/_named.nix', '/named')}`,
      ['mail: /p /mail/', 'web: /p /base/, /p /named/, /p /web, /p /more, /p /place'],
    ],
    [
      'flakelight: files below nixDir, under their other name too',
      `${flake({ flakelight: 'github:nix-community/flakelight' }, 'inputs: inputs.flakelight.lib.mkFlake ./. { inherit inputs; nixDir = ./parts; }')}#- /parts/nixos/web.nix
{ lib, ... }: { system = "x86_64-linux"; modules = [ ../../web.nix ({ flake, ... }: { home-manager.users.ann = flake.inputs.self.homeModules.all; }) ]; }
#- /parts/nixos/mail/default.nix
{ system = "x86_64-linux"; modules = [ ../../../web.nix ]; }
#- /parts/homeModules/all.nix
{ flake, ... }: { home.persistence."/p".directories = [ ".ssh" ]; }
${keeping('/web.nix', '/web')}`,
      ['mail: /p /web/', 'web: /p /web/, /p ann:/home/ann/.ssh/'],
    ],
    [
      'digga: hosts with defaults, importables, profiles and suites',
      `${flake(
        { digga: 'github:divnix/digga' },
        `inputs@{ self, digga, ... }: digga.lib.mkFlake { inherit self inputs; channels.nixos = { };
        nixos = { hostDefaults = { system = "x86_64-linux"; channelName = "nixos"; imports = [ (digga.lib.importExportableModules ./modules) ]; modules = [ ./all.nix ]; };
          imports = [ (digga.lib.importHosts ./hosts) ]; hosts.mail = { modules = [ ./mail.nix ]; };
          importables = rec { profiles = digga.lib.rakeLeaves ./profiles; suites = with profiles; rec { base = [ core.log users.ann ]; }; }; };
        home = { modules = [ ./home.nix ]; users = { ann = { ... }: { home.persistence."/p".files = [ "own" ]; }; }; }; }`,
      )}#- /hosts/web.nix
{ suites, profiles, hmUsers, ... }: { imports = suites.base ++ [ profiles.web ]; home-manager.users = { inherit (hmUsers) ann; }; }
${keeping('/profiles/core/log.nix', '/log')}${keeping('/profiles/users/ann/default.nix', '/ann')}${keeping('/profiles/web.nix', '/web')}${keeping('/modules/deep/own.nix', '/own')}${keeping('/all.nix', '/all')}${keeping('/mail.nix', '/mail')}#- /home.nix
${HOME}
`,
      [
        // Nothing says whose the modules for all users are.
        'mail: /p /all/, /p /own/, /p /mail/, /p ?/',
        'web: /p /all/, /p /own/, /p /log/, /p /ann/, /p /web/, /p ann:/home/ann/.ssh/, /p ann:/home/ann/own',
      ],
    ],
    [
      'hive: targets of cells, with what other cells hold',
      `${flake(
        { std: 'github:divnix/std', hive: 'github:divnix/hive' },
        `inputs@{ self, hive, ... }: hive.growOn { inherit inputs; cellsFrom = ./cells; cellBlocks = [ ]; } { nixosConfigurations = hive.collect self "nixosConfigurations"; } { colmenaHive = (hive.collect // { renamer = _: target: target; }) self "colmenaConfigurations"; }`,
      )}#- /cells/fleet/nixosConfigurations.nix
{ inputs, cell }: { web = { bee.system = "x86_64-linux"; imports = [ cell.nixosProfiles.base inputs.cells.common.nixosProfiles.log ]; environment.persistence."/p".files = [ "/web" ]; };
  arm = { ... }: { bee.system = "aarch64-linux"; imports = [ ../../arm.nix ]; }; }
#- /cells/fleet/nixosProfiles/default.nix
{ inputs, cell }: inputs.hive.findLoad { inherit inputs cell; block = ./.; }
#- /cells/fleet/nixosProfiles/base.nix
{ config, cell, inputs, ... }: { environment.persistence."/p".directories = [ "/base" ]; }
#- /cells/fleet/colmenaConfigurations.nix
{ mail = { bee.system = "x86_64-linux"; imports = [ ../../mail.nix ]; }; }
#- /cells/common/nixosProfiles.nix
{ log = inputs.nixpkgs.lib.mkMerge [ { environment.persistence."/p".directories = [ "/log" ]; } ]; }
${keeping('/arm.nix', '/arm')}${keeping('/mail.nix', '/mail')}`,
      ['fleet-arm: /p /arm/', 'fleet-web: /p /base/, /p /log/, /p /web', 'mail: /p /mail/'],
    ],
    [
      'std: what a cell makes itself',
      `${flake(
        { std: 'github:divnix/std' },
        `inputs@{ self, std, ... }: std.growOn { inherit inputs; cellsFrom = ./cells; cellBlocks = [ (std.blockTypes.functions "nixosConfigurations") ]; } { nixosConfigurations = std.pick self [ [ "fleet" "nixosConfigurations" ] ]; }`,
      )}#- /cells/fleet/nixosConfigurations.nix
{ inputs, cell }: { web = inputs.nixpkgs.lib.nixosSystem { modules = [ ../../web.nix ]; }; }
${keeping('/web.nix', '/web')}`,
      ['web: /p /web/'],
    ],
    [
      'import-tree: several directories, filters, underscores',
      `${flake(
        { ...PARTS, 'import-tree': 'github:vic/import-tree' },
        `inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } { imports = [ (inputs.import-tree [ ./one ./two ]) ((inputs.import-tree.filter (inputs.nixpkgs.lib.hasSuffix ".part.nix")).matchNot ".*/left/.*" ./three) ]; }`,
      )}#- /one/host.nix
{ inputs, config, ... }: { flake.nixosConfigurations.web = inputs.nixpkgs.lib.nixosSystem { modules = [ config.flake.modules.nixos.base ]; }; }
#- /two/a.nix
{ flake.modules.nixos.base.environment.persistence."/p".files = [ "/a" ]; }
#- /three/b.part.nix
{ flake.modules.nixos.base.environment.persistence."/p".files = [ "/b" ]; }
#- /three/c.nix
{ flake.modules.nixos.base.environment.persistence."/p".files = [ "/c" ]; }
#- /three/left/d.part.nix
{ flake.modules.nixos.base.environment.persistence."/p".files = [ "/d" ]; }
`,
      ['web: /p /a, /p /b'],
    ],
    [
      'flake-parts: flake as a function, a partition, outputs for each system',
      `${parts(
        {},
        `{ inputs, flake-parts-lib, ... }: { imports = [ inputs.flake-parts.flakeModules.partitions (flake-parts-lib.importApply ./applied.nix { root = "/applied"; }) ];
        partitionedAttrs.nixosConfigurations = "hosts"; partitions.hosts.module = ./hosts.nix; }`,
      )}#- /applied.nix
{ root }: { flake.nixosModules.base.environment.persistence."/p".files = [ root ]; }
#- /hosts.nix
{ inputs, ... }: { flake = { config, lib, ... }: { nixosConfigurations = lib.genAttrs [ "web" ] (name: inputs.nixpkgs.lib.nixosSystem { specialArgs = { inherit (config.packages.x86_64-linux) lib; }; modules = [ config.nixosModules.base ]; }); }; }
`,
      ['web: /p /applied'],
    ],
    [
      'an input that offers a nixosSystem of its own',
      `${flake({ raspberry: 'github:nvmd/nixos-raspberrypi' }, '{ raspberry, ... }: { nixosConfigurations.pi = raspberry.lib.nixosSystem { modules = [ ./pi.nix ]; }; }')}${keeping('/pi.nix', '/pi')}`,
      ['pi: /p /pi/'],
    ],
  ] as const)
    test(name, async () => {
      assert.deepEqual(await hostLines(files), expected);
    });
});
