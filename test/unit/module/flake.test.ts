import assert from 'node:assert/strict';
import { entryLines, optionOf } from '../../support/coreHost.ts';
import { fixtureWorkspace, readFixture } from '../../support/fixture.ts';
import type { Analysis } from '../../../server/src/workspace/analysis.ts';

async function analyse(text: string): Promise<Analysis> {
  return (await fixtureWorkspace(readFixture(text))).workspace.analysis();
}

/** A flake whose outputs are this, with two module files beside it. */
async function flake(outputs: string, inputs = 'inputs.nixpkgs.url = "github:NixOS/nixpkgs";'): Promise<Analysis> {
  return analyse(`#- /flake.nix
{ ${inputs}
  outputs = ${outputs};
}
#- /web.nix
{ environment.persistence."/p".directories = [ "/web" ]; }
#- /mail.nix
{ environment.persistence."/p".directories = [ "/mail" ]; }
#- /hosts/web/default.nix
{ environment.persistence."/p".directories = [ "/web" ]; }
#- /hosts/mail/default.nix
{ environment.persistence."/p".directories = [ "/mail" ]; }
#- /lib/default.nix
{ nixpkgs }: { mk = name: nixpkgs.lib.nixosSystem { modules = [ (../hosts + "/\${name}") ]; }; }
`);
}

/** `host: entry, entry` for each host. */
function hosts({ hosts: found }: Analysis): readonly string[] {
  return found.map((host) => `${host.name}: ${host.problem ?? entryLines(host).join(', ')}`);
}

const BOTH = ['web: /p /web/', 'mail: /p /mail/'];

/** A host that is another one extended. */
const extended = (more: string): Promise<Analysis> =>
  flake(`{ nixpkgs, ... }: let web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ] ++ (import ./gone.nix); };
    in { nixosConfigurations.web = web.extendModules ${more}; }`);

/** A flake with one host. */
const flakeOf = (name: string): string =>
  `{ outputs = { nixpkgs, ... }: { nixosConfigurations.${name} = nixpkgs.lib.nixosSystem { modules = [ ./m.nix ]; }; }; }`;

const keeping = (path: string): string => `{ environment.persistence."/p".directories = [ "${path}" ]; }`;

suite('flakes', () => {
  for (const [name, outputs] of [
    [
      'written out',
      `{ nixpkgs, ... }: { nixosConfigurations = {
        web = nixpkgs.lib.nixosSystem { system = "x"; modules = [ ./web.nix ]; };
        mail = nixpkgs.lib.nixosSystem { system = "x"; modules = [ ./mail.nix ]; };
      }; }`,
    ],
    [
      'dotted',
      `{ self, nixpkgs }: {
        nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };
        nixosConfigurations."mail" = nixpkgs.lib.nixosSystem { modules = [ ./mail.nix ]; };
      }`,
    ],
    [
      'a helper function',
      `{ nixpkgs, ... }: let mk = m: nixpkgs.lib.nixosSystem { modules = [ m ]; };
        in { nixosConfigurations = { web = mk ./web.nix; mail = mk ./mail.nix; }; }`,
    ],
    [
      'a helper function with named arguments',
      `inputs: let mk = { host, extra ? [ ] }: inputs.nixpkgs.lib.nixosSystem { modules = [ (./hosts + "/\${host}") ] ++ extra; };
        in { nixosConfigurations = { web = mk { host = "web"; }; mail = mk { host = "mail"; extra = [ { } ]; }; }; }`,
    ],
    [
      'a helper function in a file',
      `{ nixpkgs, ... }: let inherit (import ./lib { inherit nixpkgs; }) mk; in { nixosConfigurations = { web = mk "web"; mail = mk "mail"; }; }`,
    ],
    [
      'mapAttrs over hosts',
      `{ nixpkgs, ... }: { nixosConfigurations = builtins.mapAttrs
        (name: modules: nixpkgs.lib.nixosSystem { inherit modules; }) { web = [ ./web.nix ]; mail = [ ./mail.nix ]; }; }`,
    ],
    [
      'lib.mapAttrs with a path by name',
      `{ nixpkgs, ... }: { nixosConfigurations = nixpkgs.lib.mapAttrs
        (name: _: nixpkgs.lib.nixosSystem { modules = [ ./hosts/\${name} ]; }) { web = { }; mail = { }; }; }`,
    ],
    [
      'genAttrs over names',
      `{ nixpkgs, ... }: { nixosConfigurations = nixpkgs.lib.genAttrs [ "web" "mail" ]
        (name: nixpkgs.lib.nixosSystem { modules = [ (./. + "/\${name}.nix") ]; }); }`,
    ],
    [
      'listToAttrs over names',
      `{ nixpkgs, ... }: { nixosConfigurations = builtins.listToAttrs (map
        (name: { inherit name; value = nixpkgs.lib.nixosSystem { modules = [ ./hosts/\${name} ]; }; }) [ "web" "mail" ]); }`,
    ],
    [
      'inherit (nixpkgs) lib',
      `{ nixpkgs, ... }: let inherit (nixpkgs) lib; in { nixosConfigurations = {
        web = lib.nixosSystem { modules = [ ./web.nix ]; }; mail = lib.nixosSystem { modules = [ ./mail.nix ]; }; }; }`,
    ],
    [
      'inherit (nixpkgs.lib) nixosSystem',
      `{ nixpkgs, ... }: let inherit (nixpkgs.lib) nixosSystem; in { nixosConfigurations = {
        web = nixosSystem { modules = [ ./web.nix ]; }; mail = nixosSystem { modules = [ ./mail.nix ]; }; }; }`,
    ],
    [
      'with lib',
      `{ nixpkgs, ... }: with nixpkgs.lib; { nixosConfigurations = {
        web = nixosSystem { modules = [ ./web.nix ]; }; mail = nixosSystem { modules = [ ./mail.nix ]; }; }; }`,
    ],
    [
      'inputs@',
      `{ self, nixpkgs, ... }@inputs: { nixosConfigurations = {
        web = inputs.nixpkgs.lib.nixosSystem { specialArgs = { inherit inputs; }; modules = [ ./web.nix ]; };
        mail = nixpkgs.lib.nixosSystem { specialArgs = inputs; modules = [ ./mail.nix ]; }; }; }`,
    ],
    [
      'self.nixosModules',
      `{ self, nixpkgs, ... }: {
        nixosModules = { web = ./web.nix; mail = import ./mail.nix; };
        nixosConfigurations = {
          web = nixpkgs.lib.nixosSystem { modules = [ self.nixosModules.web ]; };
          mail = nixpkgs.lib.nixosSystem { modules = [ self.outputs.nixosModules.mail ]; }; }; }`,
    ],
    [
      'modules of other flakes beside',
      `{ nixpkgs, disko, home-manager, ... }: { nixosConfigurations = {
        web = nixpkgs.lib.nixosSystem { modules = [ disko.nixosModules.disko home-manager.nixosModules.home-manager ./web.nix ]; };
        mail = nixpkgs.lib.nixosSystem { modules = [ { nixpkgs.overlays = [ disko.overlays.x ]; } ./mail.nix ]; }; }; }`,
    ],
    [
      'an update of two sets',
      `{ nixpkgs, ... }: { nixosConfigurations = { web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; }; }
        // { mail = nixpkgs.lib.nixosSystem { modules = [ ./mail.nix ]; }; }; }`,
    ],
    [
      'rec outputs',
      `{ nixpkgs, ... }: rec { mk = m: nixpkgs.lib.nixosSystem { modules = [ m ]; };
        nixosConfigurations = { web = mk ./web.nix; mail = mk ./mail.nix; }; }`,
    ],
    [
      'lib extended by home-manager',
      `{ nixpkgs, home-manager, ... }: let lib = nixpkgs.lib // home-manager.lib; in { nixosConfigurations = {
        web = lib.nixosSystem { modules = [ ./web.nix ]; }; mail = lib.nixosSystem { modules = [ ./mail.nix ]; }; }; }`,
    ],
    [
      'an input of another name',
      `{ nixpkgs-unstable, ... }: { nixosConfigurations = {
        web = nixpkgs-unstable.lib.nixosSystem { modules = [ ./web.nix ]; };
        mail = nixpkgs-unstable.lib.nixosSystem { modules = [ ./mail.nix ]; }; }; }`,
    ],
  ] as const)
    test(name, async () => {
      const found = await flake(outputs);
      assert.deepEqual(found.problems, []);
      assert.deepEqual(hosts(found).toSorted(), BOTH.toSorted());
    });

  test('hosts come in the order they are written, at their names', async () => {
    const found = await flake(`{ nixpkgs, ... }: { nixosConfigurations = {
        zeta = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };
        alpha = nixpkgs.lib.nixosSystem { modules = [ ./mail.nix ]; }; }; }`);
    assert.deepEqual(hosts(found), ['zeta: /p /web/', 'alpha: /p /mail/']);
    for (const { name, location } of found.hosts) {
      assert.equal(location.file, '/fleet/flake.nix');
      assert.equal(location.end - location.start, name.length);
    }
  });

  test('specialArgs reach modules', async () => {
    const found = await analyse(`#- /flake.nix
{
  outputs = { self, nixpkgs, ... }@inputs: let vars = { root = "/persist"; user = "ann"; }; in {
    nixosConfigurations.web = nixpkgs.lib.nixosSystem {
      specialArgs = { inherit inputs vars self; };
      modules = [ ./web.nix ({ inputs, ... }: { my.n = inputs.nixpkgs.lib.length [ 1 ]; my.self = self ? nixosConfigurations; }) ];
    };
  };
}
#- /web.nix
{ vars, ... }: { environment.persistence.\${vars.root}.users.\${vars.user}.directories = [ ".ssh" ]; }`);
    assert.deepEqual(hosts(found), ['web: /persist ann:/home/ann/.ssh/']);
    const [web] = found.hosts;
    assert.ok(web);
    assert.equal(optionOf(web, 'my.n'), 1);
    assert.equal(optionOf(web, 'my.self'), true);
  });

  for (const [name, outputs, expected] of [
    [
      'a host that is made by something else',
      `{ other, ... }: { nixosConfigurations.web = other.lib.mkHost ./web.nix; }`,
      /outside this workspace/,
    ],
    ['a host that is a set', `{ ... }: { nixosConfigurations.web = { a = 1; }; }`, /not made by nixosSystem/],
    ['a host without modules', `{ nixpkgs, ... }: { nixosConfigurations.web = nixpkgs.lib.nixosSystem { }; }`, /no modules/],
    [
      'a host whose arguments are not known',
      `{ nixpkgs, ... }: { nixosConfigurations.web = nixpkgs.lib.nixosSystem gone; }`,
      /not defined/,
    ],
    ['a host that throws', `{ nixpkgs, ... }: { nixosConfigurations.web = throw "later"; }`, /later/],
    ['a host that needs itself', `{ self, ... }: { nixosConfigurations.web = self.nixosConfigurations.web; }`, /infinite recursion/],
  ] as const)
    test(`listed, with what is wrong: ${name}`, async () => {
      const found = await flake(outputs);
      assert.equal(found.hosts.length, 1);
      assert.match(found.hosts[0]?.problem ?? '', expected);
      assert.deepEqual(found.findings, []);
    });

  for (const [name, outputs, expected] of [
    ['outputs that are not known', '{ other, ... }@inputs: other { inherit inputs; }', /outside this workspace/],
    ['outputs that throw', '{ ... }: throw "later"', /later/],
    ['outputs that are a list', '{ ... }: [ ]', /a set is wanted/],
    ['hosts that are not known', '{ gone, ... }: { nixosConfigurations = gone.hosts; }', /outside this workspace/],
    ['hosts under a name that is not known', '{ ... }: { nixosConfigurations = { ${gone} = 1; }; }', /not defined/],
    ['outputs beside something that is not known', '{ nixpkgs, ... }: { } // gone', /not defined/],
  ] as const)
    test(`no host, and why: ${name}`, async () => {
      const found = await flake(outputs);
      assert.deepEqual(found.hosts, []);
      assert.ok(
        found.problems.some(({ reason }) => expected.test(reason)),
        JSON.stringify(found.problems),
      );
      for (const { location } of found.problems) assert.equal(location.file, '/fleet/flake.nix');
    });

  test('a flake of packages only has no hosts and no problem', async () => {
    assert.deepEqual(await flake('{ nixpkgs, ... }: { packages.x = nixpkgs.hello; }'), {
      hosts: [],
      homes: [],
      problems: [],
      findings: [],
    });
  });

  test('a flake without outputs, an empty one, a broken one, one that is no set', async () => {
    for (const [text, expected] of [
      ['{ description = "x"; }', /no outputs/],
      ['', /empty/],
      ['{ outputs = { nixpkgs, ... }: { nixosConfigurations = { ', /./],
      ['[ ]', /a set is wanted/],
      ['1 +', /./],
    ] as const) {
      const found = await analyse(`#- /flake.nix\n${text}`);
      assert.deepEqual(found.hosts, [], text);
      assert.match(found.problems[0]?.reason ?? '', expected, text);
    }
  });

  test('a host that is broken leaves the others', async () => {
    const found = await flake(`{ nixpkgs, ... }: { nixosConfigurations = {
        web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };
        mail = nixpkgs.lib.nixosSystem { modules = [ ./gone.nix ]; };
        third = gone; }; }`);
    assert.deepEqual(hosts(found), ['web: /p /web/', 'mail: ', 'third: gone is not defined']);
  });

  test('hosts of two flakes', async () => {
    const found = await analyse(
      `#- /a/flake.nix\n${flakeOf('web')}\n#- /b/flake.nix\n${flakeOf('mail')}\n#- /a/m.nix\n${keeping('/a')}\n#- /b/m.nix\n${keeping('/b')}\n#- /flake.nix\n{ outputs = _: { }; }`,
    );
    assert.deepEqual(hosts(found), ['web: /p /a/', 'mail: /p /b/']);
  });

  test('a machine that is extended has the modules of both, and what is not known of them is not known of it', async () => {
    for (const [more, entries, unread] of [
      ['{ modules = [ ./mail.nix ]; }', '/p /web/, /p /mail/', 1],
      ['{ modules = [ ./mail.nix ] ++ (import ./lost.nix); }', '/p /web/, /p /mail/', 2],
      ['{ specialArgs.x = 1; }', '/p /web/', 1],
      ['(import ./lost.nix)', '/p /web/', 2],
    ] as const) {
      const { hosts: found } = await extended(more);
      assert.deepEqual(
        found.map((host) => [host.name, host.problem, entryLines(host).join(', '), host.unresolved.length]),
        [['web', null, entries, unread]],
        more,
      );
    }
  });
});
