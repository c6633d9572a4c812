import assert from 'node:assert/strict';
import { entryLine, hostOf } from '../../support/coreHost.ts';
import { FIXTURE_ROOT, fixtureWorkspace, readFixture } from '../../support/fixture.ts';
import { describeWorkspace } from '../workspace/support.ts';

/** A host, and what a guest imports. */
function web(text: string): string {
  return `#- /db.nix\n{ config, ... }: { environment.persistence."/p".directories = [ "/\${config.networking.hostName}" ]; }\n#- /hosts/web.nix host=web\n${text}\n`;
}

async function guestsOf(text: string): Promise<readonly string[]> {
  const { guests } = await hostOf(web(text));
  return guests.map(({ name, entries }) => `${name}: ${entries.map(entryLine).join(', ')}`);
}

suite('guests', () => {
  for (const [name, text, expected] of [
    ['a microvm', '{ microvm.vms.db.config = { imports = [ ../db.nix ]; }; }', ['web/db: /p /db/']],
    [
      'a microvm with arguments and further modules',
      '{ microvm.vms.db = { autostart = true; specialArgs.root = "/q"; extraModules = [ ../db.nix ]; config = { root, pkgs, ... }: { environment.persistence.${root}.files = [ "/f" ]; }; }; }',
      ['web/db: /q /f, /p /db/'],
    ],
    ['a microvm of another flake, which is a machine of that', '{ microvm.vms.db.flake = null; }', []],
    [
      'a container, which knows that it is one',
      '{ containers.db = { autoStart = true; specialArgs.more = "/more"; config = { config, lib, more, ... }: { imports = [ ../db.nix ]; environment.persistence."/p".files = lib.optional config.boot.isContainer more; }; }; }',
      ['web/db: /p /db/, /p /more'],
    ],
    [
      'made for names by a function, some under a condition',
      '{ lib, ... }: { microvm.vms = lib.mkMerge [ (lib.genAttrs [ "a" "b" ] (name: { config.environment.persistence."/p".files = [ "/${name}" ]; })) (lib.mkIf false { c.config = { }; }) ]; }',
      ['web/a: /p /a', 'web/b: /p /b'],
    ],
    [
      'what is under a condition that is not known is so in the guest',
      '{ lib, pkgs, ... }: { microvm.vms.db.config = lib.mkIf pkgs.secret { environment.persistence."/p".files = [ "/f" ]; }; }',
      ['web/db: /p /f if pkgs.secret'],
    ],
    [
      'an option of the author’s that is handed on',
      '{ lib, config, ... }: { options.my.boxes = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule { options.keep = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ ]; }; }); default = { }; };\n  config.my.boxes.db.keep = [ "/x" ];\n  config.containers = lib.mapAttrs (name: box: { config.environment.persistence."/p".directories = box.keep; }) config.my.boxes; }',
      ['web/db: /p /x/'],
    ],
    [
      'guests of nixos-extra-modules',
      '{ guests.db = { backend = "microvm"; extraSpecialArgs.more = "/more"; modules = [ ../db.nix ({ more, ... }: { environment.persistence."/p".files = [ more ]; }) ]; }; }',
      ['web/db: /p /db/, /p /more'],
    ],
    [
      'users of the home manager in one',
      '{ containers.db.config.home-manager.users.ann.home.persistence."/p".files = [ "a" ]; }',
      ['web/db: /p ann:/home/ann/a'],
    ],
    ['containers that are none', '{ virtualisation.oci-containers.containers.x.image = "x"; containers.y.path = "/nix/store/y"; }', []],
  ] as const)
    test(name, async () => assert.deepEqual(await guestsOf(text), expected));

  test('the host keeps nothing of theirs, no file tells it again, and nothing is found in them', async () => {
    const { workspace } = await fixtureWorkspace(
      readFixture(
        web(
          '{ fileSystems."/" = { device = "none"; fsType = "tmpfs"; }; containers.db.config = { imports = [ ../db.nix ]; services.postgresql.enable = true; }; environment.persistence."/q" = { files = [ "/etc/machine-id" ]; directories = [ "/var/lib" "/var/log" ]; }; fileSystems."/q" = { device = "/dev/x"; fsType = "ext4"; neededForBoot = true; }; }',
        ),
      ),
    );
    const { hosts, findings } = workspace.analysis();
    const [host] = hosts;
    assert.ok(host);
    assert.deepEqual(host.entries.map(entryLine), ['/q /var/lib/', '/q /var/log/', '/q /etc/machine-id']);
    assert.deepEqual(findings, []);
    const loose = workspace.looseFiles(host.guests);
    assert.deepEqual(loose, []);
    assert.deepEqual(workspace.unusedEntries([host, ...host.guests]), []);
  });

  test('what could not be read of a guest is the guest’s', async () => {
    const { unresolved, guests } = await hostOf(web('{ containers.db.config.imports = [ ../missing.nix ]; }'));
    assert.deepEqual(unresolved, []);
    assert.deepEqual(
      guests.map((guest) => guest.unresolved.map(({ reason }) => reason)),
      [['the file does not exist']],
    );
  });

  test('a guest follows the texts that it is made of', async () => {
    const fixture = readFixture(web('{ containers.db.config = { imports = [ ../db.nix ]; }; }'));
    const { workspace } = await fixtureWorkspace(fixture);
    workspace.analysis();
    const file = `${FIXTURE_ROOT}/db.nix`;
    const texts = [
      '# a comment\n{ environment.persistence."/p".directories = [ "/y" ]; }\n',
      '# longer comment\n{ environment.persistence."/p".directories = [ "/y" ]; }\n',
    ];
    for (const [version, text] of texts.entries()) {
      workspace.openText(file, text, version + 1);
      const fresh = await fixtureWorkspace({ ...fixture, files: new Map([...fixture.files, [file, text]]) });
      assert.deepEqual(describeWorkspace(workspace), describeWorkspace(fresh.workspace));
    }
  });
});
