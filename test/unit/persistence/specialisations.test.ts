import assert from 'node:assert/strict';
import { entryLines, hostOf } from '../../support/coreHost.ts';
import { fixtureWorkspace, readFixture } from '../../support/fixture.ts';

/** The author's own option, which a module hands on, and a user's configuration with one as well. */
const OPTIONS = `#- /persist.nix host=web
{ config, lib, ... }: {
  options.my.keep = lib.mkOption { type = with lib.types; listOf str; default = [ ]; };
  options.my.desktop.enable = lib.mkEnableOption "a desktop";
  config.environment.persistence."/p".directories = config.my.keep ++ lib.optional config.my.desktop.enable "/desktop";
}
`;

function web(text: string): string {
  return `${OPTIONS}#- /web.nix host=web\n${text}`;
}

suite('specialisations', () => {
  for (const [name, text, expected] of [
    [
      'one that sets nothing of what is kept',
      '{ specialisation.fast.configuration.boot.kernelParams = [ "x" ]; my.keep = [ "/a" ]; }',
      ['/p /a/'],
    ],
    [
      'one that keeps more through the author’s own option',
      '{ specialisation.niri.configuration = { ... }: { my.keep = [ "/b" ]; }; my.keep = [ "/a" ]; }',
      ['/p /a/', '/p /b/ if specialisation.niri'],
    ],
    [
      'one that sets a switch, so that something else is kept',
      '{ lib, ... }: { specialisation.desk.configuration.my.desktop.enable = lib.mkForce true; }',
      ['/p /desktop/ if specialisation.desk'],
    ],
    [
      'what it takes away the machine keeps all the same',
      '{ lib, ... }: { my.keep = [ "/a" ]; specialisation.less.configuration.my.keep = lib.mkForce [ "/b" ]; }',
      ['/p /a/', '/p /b/ if specialisation.less'],
    ],
    [
      'modules that it imports',
      '{ specialisation.x.configuration.imports = [ ./more.nix ]; }\n#- /more.nix\n{ config, ... }: { environment.persistence."/q".files = [ "/f" ]; }',
      ['/q /f if specialisation.x'],
    ],
    [
      'a user of the home manager in it',
      '{ home-manager.users.ann.home.persistence."/p".files = [ "a" ]; specialisation.x.configuration.home-manager.users.ann.home.persistence."/p".files = [ "b" ]; }',
      ['/p ann:/home/ann/a', '/p ann:/home/ann/b if specialisation.x'],
    ],
    [
      'one of a home',
      '{ home-manager.users.ann = { home.persistence."/p".files = [ "a" ]; specialisation.work.configuration = { config, osConfig, ... }: { home.persistence."/p".directories = [ "work-${config.home.username}" ] ++ osConfig.my.keep; }; }; my.keep = [ "x" ]; }',
      ['/p /x/', '/p ann:/home/ann/a', '/p ann:/home/ann/work-ann/ if specialisation.work', '/p ann:/home/ann/x/ if specialisation.work'],
    ],
    [
      'one of a home that keeps more through an option of the author’s',
      '{ home-manager.sharedModules = [ ({ lib, config, ... }: { options.my.game = lib.mkEnableOption "games"; config.home.persistence."/p".directories = lib.optional config.my.game "games"; }) ]; home-manager.users = { ann.specialisation.play.configuration.my.game = true; bob.specialisation.dark.configuration.gtk.theme.name = "dark"; }; }',
      ['/p ann:/home/ann/games/ if specialisation.play'],
    ],
    [
      'one without the configuration of the machine',
      '{ my.keep = [ "/a" ]; specialisation.own = { inheritParentConfig = false; configuration = { my.keep = [ "/b" ]; environment.persistence."/p".directories = [ "/c" ]; }; }; }',
      ['/p /a/', '/p /c/ if specialisation.own'],
    ],
    [
      'two, one of them in itself under a condition',
      '{ config, lib, ... }: { specialisation = { a.configuration.my.keep = [ "/a" ]; b.configuration = lib.mkIf config.some.switch { my.keep = [ "/b" ]; }; }; }',
      ['/p /a/ if specialisation.a', '/p /b/ if specialisation.b and config.some.switch'],
    ],
    ['one that is off', '{ lib, ... }: { specialisation = lib.mkIf false { a.configuration.my.keep = [ "/a" ]; }; }', []],
    [
      'one in another is not there, as in NixOS',
      '{ specialisation.a.configuration.specialisation.b.configuration.my.keep = [ "/b" ]; }',
      [],
    ],
  ] as const)
    test(name, async () => assert.deepEqual(entryLines(await hostOf(web(text))), expected));

  test('what only one keeps is not kept by default, and its parts that are not read say nothing of the machine', async () => {
    const { workspace } = await fixtureWorkspace(
      readFixture(
        web(`{
  fileSystems."/" = { device = "none"; fsType = "tmpfs"; };
  fileSystems."/p" = { device = "/dev/sda1"; fsType = "ext4"; neededForBoot = true; };
  my.keep = [ "/var/lib/nixos" ];
  specialisation.x.configuration = { thing, ... }: { imports = [ thing.module ]; my.keep = [ "/var/log" ]; };
}`),
      ),
    );
    const { hosts, findings } = workspace.analysis();
    const missing = findings.filter(({ code, message }) => code === 'missing-critical-state' && message.includes('/var/log'));
    assert.equal(missing.length, 1);
    assert.deepEqual(
      hosts.flatMap(({ unresolved }) => unresolved.map(({ scope }) => scope)),
      ['specialisation'],
    );
  });

  test('its files belong to the machine', async () => {
    const host = await hostOf(web('{ specialisation.x.configuration.imports = [ ./more.nix ]; }\n#- /more.nix\n{ my.keep = [ "/m" ]; }'));
    assert.ok(host.files.some((file) => file.endsWith('/more.nix')));
  });
});
