import assert from 'node:assert/strict';
import { entryLines, hostOf, optionOf } from '../../support/coreHost.ts';

suite('option values', () => {
  for (const [name, module, path, expected] of [
    ['a plain value', '{ my.x = 1; }', 'my.x', 1],
    ['nested and dotted', '{ my = { x.y = 1; }; my.x.z = 2; }', 'my.x.z', 2],
    ['config and imports beside each other', '{ imports = [ ]; config.my.x = 1; }', 'my.x', 1],
    ['a set answers with what is below it', '{ my.x.a = 1; }', 'my.x.a', 1],
    ['machines run Linux', '{ lib, pkgs, ... }: { my.x = lib.optional pkgs.stdenv.hostPlatform.isLinux 1; }', 'my.x', [1]],
    ['and no other', '{ pkgs, ... }: { my.x = if pkgs.stdenv.isDarwin then 1 else 2; }', 'my.x', 2],
    ['mkIf true', '{ lib, ... }: { my.x = lib.mkIf true 1; }', 'my.x', 1],
    ['mkIf around a set', '{ lib, ... }: { my = lib.mkIf true { x = 1; }; }', 'my.x', 1],
    ['mkIf around the module', '{ lib, ... }: lib.mkIf true { my.x = 1; }', 'my.x', 1],
    ['mkIf around config', '{ lib, ... }: { config = lib.mkIf true { my.x = 1; }; }', 'my.x', 1],
    ['mkMerge of the module', '{ lib, ... }: lib.mkMerge [ { my.x = 1; } { my.y = 2; } ]', 'my.y', 2],
    ['mkMerge, one of them off', '{ lib, ... }: { my.x = lib.mkMerge [ (lib.mkIf false 1) 2 ]; }', 'my.x', 2],
    ['mkMerge of lists', '{ lib, ... }: { my.x = lib.mkMerge [ [ 1 ] [ 2 ] ]; }', 'my.x', [1, 2]],
    ['mkForce wins', '{ lib, ... }: { my.x = lib.mkMerge [ 1 (lib.mkForce 2) ]; }', 'my.x', 2],
    ['mkForce of a list leaves no other', '{ lib, ... }: { my.x = lib.mkMerge [ [ 1 ] (lib.mkForce [ 2 ]) ]; }', 'my.x', [2]],
    ['mkDefault loses', '{ lib, ... }: { my.x = lib.mkMerge [ (lib.mkDefault 1) 2 ]; }', 'my.x', 2],
    ['mkDefault alone holds', '{ lib, ... }: { my.x = lib.mkDefault 1; }', 'my.x', 1],
    ['mkOverride by number', '{ lib, ... }: { my.x = lib.mkMerge [ (lib.mkOverride 20 1) (lib.mkForce 2) ]; }', 'my.x', 1],
    ['mkForce around a set', '{ lib, ... }: { my = lib.mkMerge [ (lib.mkForce { x = 1; }) { x = 2; } ]; }', 'my.x', 1],
    ['mkForce in mkIf', '{ lib, ... }: { my.x = lib.mkMerge [ 1 (lib.mkIf true (lib.mkForce 2)) ]; }', 'my.x', 2],
    ['mkIf in mkForce', '{ lib, ... }: { my.x = lib.mkMerge [ 1 (lib.mkForce (lib.mkIf true 2)) ]; }', 'my.x', 2],
    ['mkBefore', '{ lib, ... }: { my.x = lib.mkBefore [ 1 ]; }', 'my.x', [1]],
    ['the same value twice', '{ imports = [ { my.x = 1; } { my.x = 1; } ]; }', 'my.x', 1],
    ['lists of two modules', '{ imports = [ { my.x = [ 1 ]; } { my.x = [ 2 ]; } ]; }', 'my.x', [1, 2]],
    ['config of the same module', '{ config, ... }: { my.x = 1; my.y = config.my.x + 1; }', 'my.y', 2],
    ['config of another module', '{ imports = [ { my.x = 1; } ({ config, ... }: { my.y = config.my.x + 1; }) ]; }', 'my.y', 2],
    ['config the other way round', '{ imports = [ ({ config, ... }: { my.y = config.my.x + 1; }) { my.x = 1; } ]; }', 'my.y', 2],
    ['a condition on config', '{ lib, config, ... }: { my.on = true; my.x = lib.mkIf config.my.on 1; }', 'my.x', 1],
    ['cfg in a let', '{ lib, config, ... }: let cfg = config.my; in { my.on = true; my.x = lib.mkIf cfg.on 1; }', 'my.x', 1],
    ['inherit from config', '{ config, ... }: { my.a = 1; your = { inherit (config.my) a; }; }', 'your.a', 1],
    ['with config', '{ config, ... }: { my.a = 1; your.b = with config.my; a; }', 'your.b', 1],
    ['a default', '{ lib, ... }: { options.my.x = lib.mkOption { default = 3; }; }', 'my.x', 3],
    ['a default that is overridden', '{ lib, ... }: { options.my.x = lib.mkOption { default = 3; }; config.my.x = 4; }', 'my.x', 4],
    [
      'a default under mkIf false stays',
      '{ lib, ... }: { options.my.x = lib.mkOption { default = 3; }; config.my.x = lib.mkIf false 4; }',
      'my.x',
      3,
    ],
    [
      'a default from config',
      '{ lib, config, ... }: { options.my.x = lib.mkOption { default = config.my.y; }; config.my.y = 5; }',
      'my.x',
      5,
    ],
    ['mkEnableOption is off', '{ lib, ... }: { options.my.enable = lib.mkEnableOption "it"; }', 'my.enable', false],
    [
      'mkEnableOption that is on',
      '{ lib, ... }: { options.my.enable = lib.mkEnableOption "it" // { default = true; }; }',
      'my.enable',
      true,
    ],
    ['a declared set', '{ lib, config, ... }: { options.my.a.b = lib.mkOption { default = 1; }; config.x = config.my.a.b; }', 'x', 1],
    [
      '? of a declared option',
      '{ lib, config, ... }: { options.my.a = lib.mkOption { default = 1; }; config.x = config.my ? a; }',
      'x',
      true,
    ],
    ['or of something that is set', '{ config, ... }: { my.a = 1; x = config.my.a or 2; }', 'x', 1],
    ['_module.args', '{ imports = [ { _module.args.who = "me"; } ({ who, ... }: { my.x = who; }) ]; }', 'my.x', 'me'],
    ['_module.args of several', '{ _module.args = { a = 1; b = 2; }; imports = [ ({ a, b, ... }: { my.x = a + b; }) ]; }', 'my.x', 3],
    ['@args', '{ ... }@args: { my.x = 1; my.y = args.config.my.x; }', 'my.y', 1],
    ['lib.mkIf with a default argument', '{ lib, extra ? 7, ... }: { my.x = 1; }', 'my.x', 1],
    ['genAttrs', '{ lib, ... }: { my = lib.genAttrs [ "a" "b" ] (n: "x${n}"); }', 'my.b', 'xb'],
    ['a computed name', '{ config, ... }: { my.name = "k"; your.${config.my.name} = 1; }', 'your.k', 1],
    ['pkgs.lib', '{ pkgs, ... }: { my.x = pkgs.lib.optionals true [ 1 ]; }', 'my.x', [1]],
  ] as const)
    test(name, async () => {
      assert.deepEqual(optionOf(await hostOf(module), path), expected);
    });

  for (const [name, module, path] of [
    ['nobody sets it', '{ }', 'my.x'],
    ['a condition is not known', '{ lib, mine, ... }: { my.x = lib.mkIf mine.a 1; }', 'my.x'],
    ['two values', '{ imports = [ { my.x = 1; } { my.x = 2; } ]; }', 'my.x'],
    ['it needs itself', '{ config, ... }: { my.x = config.my.x; }', 'my.x'],
    ['two need each other', '{ config, ... }: { my.x = config.my.y; my.y = config.my.x; }', 'my.x'],
    ['its own condition', '{ lib, config, ... }: { my.x = lib.mkIf config.my.x true; }', 'my.x'],
    ['pkgs', '{ pkgs, ... }: { my.x = "${pkgs.hello}/bin/hello"; }', 'my.x'],
    ['an argument that nobody gives', '{ nobody, ... }: { my.x = nobody; }', 'my.x'],
    ['or of something that is not set here', '{ config, ... }: { x = config.your.a or 2; }', 'x'],
    ['a set with a part that is not known', '{ mine, ... }: { my = { a = 1; } // mine; }', 'my.b'],
    ['a name that is not known', '{ mine, ... }: { my.${mine} = 1; }', 'my.x'],
    ['a default without mkOption', '{ options.my.x = 1; }', 'my.x'],
  ] as const)
    test(`not known: ${name}`, async () => {
      assert.match(String(optionOf(await hostOf(module), path)), /^unknown: ./);
    });

  test('lists keep what is known beside what is not', async () => {
    const host = await hostOf('{ lib, mine, ... }: { imports = [ { my.x = [ 1 ]; } { my.x = mine; } ]; my.x = lib.mkIf mine.c [ 2 ]; }');
    const value = host.configuration?.value(['my', 'x']);
    assert.ok(value?.type === 'list');
    assert.deepEqual(
      value.items.map(({ conditions }) => conditions.map(({ text }) => text)),
      [[], ['mine.c']],
    );
    assert.equal(value.gaps.length, 1);
  });

  test('a definition that may not apply hides none that it would override', async () => {
    const host = await hostOf(`{ lib, mine, ... }: {
      environment.persistence."/p".directories = lib.mkMerge [ [ "/a" ] (lib.mkIf mine.c (lib.mkForce [ "/b" ])) ];
    }`);
    assert.deepEqual(entryLines(host), ['/p /a/', '/p /b/ if mine.c']);
  });

  for (const module of [
    '{ config, ... }: config',
    '{ ... }@args: args // { my.x = 1; }',
    '{ config, ... }: { config = config; }',
    '{ config, ... }: { my = config; }',
    '{ config, ... }: { my = config.my; }',
    '{ config, ... }: { environment = config; }',
    '{ config, ... }: { environment.persistence = config.environment.persistence; }',
    '{ config, ... }: { environment.persistence = config; }',
    '{ config, ... }: { fileSystems = config.fileSystems; disko.devices = config.disko.devices; }',
    '{ config, ... }: { fileSystems = config; disko.devices = config; disko.x = config; }',
    '{ config, ... }: { systemd.tmpfiles.settings = config; boot.initrd.systemd.services = config; users.users = config; }',
    '{ config, options, ... }: { options = config; config = options; }',
    '{ config, lib, ... }: lib.mkIf config.my.x config',
    '{ config, lib, ... }: lib.mkMerge [ config { my = config; } ]',
    '{ config, ... }: { my.a = config.my.b; my.b = { c = config.my.a; } // config.my.a; }',
    '{ config, lib, ... }: { environment = lib.genAttrs (builtins.attrNames config.environment) (n: config.environment.${n}); }',
    '{ config, lib, ... }: { my = lib.mapAttrs (n: v: v) config; your = lib.recursiveUpdate config config.your; }',
  ])
    test(`a configuration that holds itself ends: ${module}`, async () => {
      const host = await hostOf(module);
      optionOf(host, 'my');
      optionOf(host, 'my.my.my.x');
    });

  test('conditions are told outermost first', async () => {
    const host = await hostOf(`{ lib, mine, ... }: lib.mkIf mine.one {
      environment = lib.mkIf mine.two {
        persistence."/p" = lib.mkIf mine.three { directories = lib.optionals mine.four [ "/a" ]; };
      };
    }`);
    assert.deepEqual(entryLines(host), ['/p /a/ if mine.one and mine.two and mine.three and mine.four']);
  });

  test('a module that only declares options defines nothing', async () => {
    const host = await hostOf('{ lib, ... }: { options.environment.persistence."/p".directories = lib.mkOption { }; }');
    assert.deepEqual(entryLines(host), []);
  });
});
