import assert from 'node:assert/strict';
import { entryLines, hostOf, unresolvedReasons } from '../../support/coreHost.ts';
import type { HostModel } from '../../../server/src/host/hostModel.ts';

/** Entries with their mechanisms where these matter. */
function withMechanism(host: HostModel): readonly string[] {
  return host.entries.map(({ mechanism }, index) => `${mechanism} ${entryLines(host)[index]}`);
}

suite('reading what is kept', () => {
  for (const [name, module, expected] of [
    ['a quoted key', '{ environment.persistence."/p" = { directories = [ "/a" ]; files = [ "/b" ]; }; }', ['/p /a/', '/p /b']],
    ['a path down to the list', '{ environment.persistence."/p".directories = [ "/a" ]; }', ['/p /a/']],
    ['a set of storages', '{ environment.persistence = { "/p".files = [ "/a" ]; "/q".files = [ "/b" ]; }; }', ['/p /a', '/q /b']],
    ['nested sets', '{ environment = { persistence = { "/p" = { files = [ "/a" ]; }; }; }; }', ['/p /a']],
    ['a computed key', 'let root = "/p"; in { environment.persistence.${root}.files = [ "/a" ]; }', ['/p /a']],
    ['an interpolated key', 'let root = "/p"; in { environment.persistence."${root}/sys".files = [ "/a" ]; }', ['/p/sys /a']],
    ['a key that is a name', '{ environment.persistence.main = { persistentStoragePath = "/p"; files = [ "/a" ]; }; }', ['/p /a']],
    ['a key that is a name, without a path', '{ environment.persistence.main.files = [ "/a" ]; }', ['? /a']],
    [
      'a path that is not known',
      '{ x, ... }: { environment.persistence.main = { persistentStoragePath = x; files = [ "/a" ]; }; }',
      ['? /a'],
    ],
    ['a path as a path', '{ environment.persistence.main = { persistentStoragePath = /p; files = [ "/a" ]; }; }', ['/p /a']],
    [
      'entries as sets',
      '{ environment.persistence."/p" = { directories = [ { directory = "/a"; user = "u"; } ]; files = [ { file = "/b"; } ]; }; }',
      ['/p /a/', '/p /b'],
    ],
    [
      'what is in the wrong list stays in it',
      '{ environment.persistence."/p".directories = [ "/etc/machine-id" ]; }',
      ['/p /etc/machine-id/'],
    ],
    [
      'paths that are not normal',
      '{ environment.persistence."/p/".directories = [ "/a/" "//b" "/c/./d" "/e/../f" "g" ]; }',
      ['/p /a/', '/p /b/', '/p /c/d/', '/p /f/', '/p /g/'],
    ],
    [
      'paths with spaces and marks',
      '{ environment.persistence."/p".files = [ "/a b" "/ä" "/\\${x}" "/a\\nb" ]; }',
      ['/p /a b', '/p /ä', '/p /${x}', '/p /a\nb'],
    ],
    [
      'items under conditions',
      '{ lib, config, ... }: { networking.hostName = "web"; environment.persistence."/p".files = [ "/a" (lib.mkIf (config.networking.hostName == "web") "/b") (lib.mkIf false "/c") (lib.mkIf config.x.y "/d") ]; }',
      ['/p /a', '/p /b', '/p /d if config.x.y'],
    ],
    [
      'users of home-manager taken over by their names',
      '{ lib, config, ... }: { home-manager.users.ann = { lib, ... }: { options.keep = lib.mkOption { default = [ ]; }; config.keep = [ "x" ]; }; environment.persistence."/p".users = lib.mapAttrs (_: user: { files = user.keep; }) config.home-manager.users; }',
      ['/p ann:/home/ann/x'],
    ],
    [
      'no users of home-manager',
      '{ lib, config, ... }: { environment.persistence."/p" = { files = [ "/a" ]; users = lib.genAttrs (lib.attrNames config.home-manager.users) (_: { files = [ "x" ]; }); }; }',
      ['/p /a'],
    ],
    [
      'a storage whose name is not known, with a switch',
      '{ x, lib, ... }: { environment.persistence.${x} = { enable = lib.mkIf x true; files = [ "/a" ]; }; }',
      ['? /a if environment.persistence.${…}.enable'],
    ],
    ['paths that are paths', '{ environment.persistence."/p".files = [ /etc/machine-id ]; }', []],
    [
      'a user',
      '{ environment.persistence."/p".users.ann = { directories = [ ".ssh" "Music/" ]; files = [ ".zsh_history" ]; }; }',
      ['/p ann:/home/ann/.ssh/', '/p ann:/home/ann/Music/', '/p ann:/home/ann/.zsh_history'],
    ],
    ['root', '{ environment.persistence."/p".users.root.files = [ ".bashrc" ]; }', ['/p root:/root/.bashrc']],
    [
      'a home of its own',
      '{ users.users.ann.home = "/u/ann/"; environment.persistence."/p".users.ann.files = [ "x" ]; }',
      ['/p ann:/u/ann/x'],
    ],
    ['a home by the old option', '{ environment.persistence."/p".users.ann = { home = "/v"; files = [ "x" ]; }; }', ['/p ann:/v/x']],
    [
      'a home that is not known',
      '{ x, ... }: { users.users.ann.home = x; environment.persistence."/p".users.ann.files = [ "x" ]; }',
      ['/p ann:~/x'],
    ],
    [
      'a user by a computed name',
      'let me = "ann"; in { environment.persistence."/p".users.${me}.files = [ "x" ]; }',
      ['/p ann:/home/ann/x'],
    ],
    ['enable = false', '{ environment.persistence."/p" = { enable = false; files = [ "/a" ]; }; }', []],
    ['enable = true', '{ environment.persistence."/p" = { enable = true; files = [ "/a" ]; }; }', ['/p /a']],
    [
      'enable by an option',
      '{ config, ... }: { my.on = false; environment.persistence."/p" = { enable = config.my.on; files = [ "/a" ]; }; }',
      [],
    ],
    [
      'enable that is not known',
      '{ x, ... }: { environment.persistence."/p" = { enable = x; files = [ "/a" ]; }; }',
      ['/p /a if environment.persistence."/p".enable'],
    ],
    [
      'mkForce leaves one list',
      '{ lib, ... }: { imports = [ { environment.persistence."/p".files = [ "/a" ]; } ]; environment.persistence."/p".files = lib.mkForce [ "/b" ]; }',
      ['/p /b'],
    ],
    [
      'a helper',
      'let d = directory: mode: { inherit directory mode; }; in { environment.persistence."/p".directories = [ (d "/a" "0700") "/b" ]; }',
      ['/p /a/', '/p /b/'],
    ],
    [
      'map over attrNames',
      '{ config, ... }: { containers = { x = { }; y = { }; }; environment.persistence."/p".directories = map (n: "/c/${n}") (builtins.attrNames { x = 1; y = 2; }); }',
      ['/p /c/x/', '/p /c/y/'],
    ],
    [
      'an option of a service',
      '{ config, ... }: { services.x.dataDir = "/data"; environment.persistence."/p".directories = with config.services; [ x.dataDir ]; }',
      ['/p /data/'],
    ],
    [
      'an optional attribute set',
      '{ lib, ... }: { environment = lib.optionalAttrs true { persistence."/p".files = [ "/a" ]; }; }',
      ['/p /a'],
    ],
    ['no entries', '{ environment.persistence."/p" = { hideMounts = true; }; }', []],
  ] as const)
    test(name, async () => {
      assert.deepEqual(entryLines(await hostOf(module)), expected);
    });

  for (const [name, module, expected] of [
    [
      'if with two sets',
      '{ x, ... }: { environment.persistence."/p" = if x.y then { files = [ "/a" ]; } else { directories = [ "/b" ]; }; }',
      ['/p /b/ if !(x.y)', '/p /a if x.y'],
    ],
    [
      'if with the same list in both',
      '{ x, ... }: { environment.persistence."/p" = if x.y then { files = [ "/a" ]; } else { files = [ "/b" ]; }; }',
      ['/p /a if x.y', '/p /b if !(x.y)'],
    ],
    [
      '// with a set that may be there',
      '{ lib, x, ... }: { environment.persistence."/p" = { files = [ "/a" ]; } // lib.optionalAttrs x.y { directories = [ "/b" ]; }; }',
      ['/p /b/ if x.y', '/p /a'],
    ],
    [
      'a storage that may be there',
      '{ lib, x, ... }: { environment.persistence = lib.optionalAttrs x.y { "/p".files = [ "/a" ]; }; }',
      ['/p /a if x.y'],
    ],
    [
      'mkMerge of a list that may be longer',
      '{ lib, x, ... }: { environment.persistence."/p" = lib.mkMerge ([ { files = [ "/a" ]; } ] ++ lib.optional x.y { files = [ "/b" ]; }); }',
      ['/p /a', '/p /b if x.y'],
    ],
    [
      'filter that is not known',
      '{ x, ... }: { environment.persistence."/p".files = builtins.filter (f: x.y f) [ "/a" ]; }',
      ['/p /a if (f: x.y f)'],
    ],
  ] as const)
    test(`conditional: ${name}`, async () => {
      assert.deepEqual(entryLines(await hostOf(module)), expected);
    });

  for (const [name, enable, expected] of [
    ['on', 'true', ['/p /a']],
    ['off', 'false', []],
    ['not known', 'mine.on', ['/p /a if preservation.enable']],
  ] as const)
    test(`preservation that is switched ${name}`, async () => {
      const host = await hostOf(`{ mine, ... }: { preservation = { enable = ${enable}; preserveAt."/p".files = [ "/a" ]; }; }`);
      assert.deepEqual(entryLines(host), expected);
    });

  test('preservation that nobody switches on may be by a module from outside', async () => {
    assert.deepEqual(entryLines(await hostOf('{ preservation.preserveAt."/p".files = [ "/a" ]; }')), ['/p /a if preservation.enable']);
  });

  test('conditions that the machine fulfils are told beside those that are open', async () => {
    const host = await hostOf(`{ config, lib, mine, ... }: {
      services.x.enable = true;
      environment.persistence = lib.mkIf config.services.x.enable { "/p" = lib.mkIf mine.y { files = lib.mkIf true [ "/a" ]; }; };
    }`);
    assert.deepEqual(
      host.entries.map(({ fulfilled, conditions }) => [fulfilled.map(({ text }) => text), conditions.map(({ text }) => text)]),
      [[['config.services.x.enable'], ['mine.y']]],
    );
  });

  test('mechanisms are told apart', async () => {
    const host = await hostOf(`{
      environment.persistence."/p".files = [ "/a" ];
      preservation.enable = true;
      preservation.preserveAt."/q" = { directories = [ { directory = "/b"; inInitrd = true; } ]; users.ann.files = [ "c" ]; };
      environment.etc."d".source = "/p/etc/d";
      systemd.tmpfiles.rules = [ "L+ /e - - - - /q/e" ];
      fileSystems."/f" = { device = "/p/f"; options = [ "bind" ]; };
    }`);
    assert.deepEqual(withMechanism(host), [
      'impermanence /p /a',
      'preservation /q /b/',
      'preservation /q ann:/home/ann/c',
      'manual /p /etc/d',
      'manual /q /e',
      'manual /p /f/',
    ]);
  });

  test('links and mounts out of the storages keep nothing', async () => {
    const host = await hostOf(`{
      environment.persistence."/p".files = [ ];
      environment.etc = { "a".source = "/other/a"; "b".source = "/persist/b"; "c".source = ./p; "d".text = "/p/d"; };
      systemd.tmpfiles.rules = [ "d /e - - - - /p/e" "f /f - - - - /p/f" "L /g - - - - /x/p" "L" "" "L /h" 7 ];
      fileSystems."/i" = { device = "/dev/p"; };
    }`);
    assert.deepEqual(entryLines(host), []);
  });

  test('links under a condition', async () => {
    const host = await hostOf(`{ lib, x, ... }: {
      environment.persistence."/p".files = [ ];
      environment.etc = { a = lib.mkIf x.y { source = "/p/a"; }; b = lib.mkIf false { source = "/p/b"; }; };
      systemd.tmpfiles.rules = lib.optional x.z "L /c - - - - /p/c";
      systemd.tmpfiles.settings.keep = { "/d".L.argument = "/p/d"; "/e"."L+".argument = "/p/e"; "/f".d.mode = "0755"; };
    }`);
    assert.deepEqual(entryLines(host), ['/p /etc/a if x.y', '/p /c if x.z', '/p /d', '/p /e']);
  });

  for (const [name, module, reasons] of [
    ['an item', '{ environment.persistence."/p".files = [ "/a" x ]; }', [/x is not defined/]],
    ['a list', '{ environment.persistence."/p".files = x; }', [/x is not defined/]],
    ['a part of a list', '{ environment.persistence."/p".files = [ "/a" ] ++ x; }', [/x is not defined/]],
    ['a storage', '{ environment.persistence."/p" = x; }', [/x is not defined/]],
    ['all storages', '{ environment.persistence = x; }', [/x is not defined/]],
    ['all of environment', '{ environment = x; }', [/x is not defined/]],
    ['a name', '{ environment.persistence.${x}.files = [ ]; }', [/x is not defined/]],
    ['a user', '{ environment.persistence."/p".users = x; }', [/x is not defined/]],
    ['no list', '{ environment.persistence."/p".files = "/a"; }', [/a list is wanted/]],
    ['no path', '{ environment.persistence."/p".files = [ 1 ]; }', [/a path is wanted/]],
    ['a set without a path', '{ environment.persistence."/p".files = [ { mode = "0600"; } ]; }', [/a path is wanted/]],
    ['the wrong set', '{ environment.persistence."/p".files = [ { directory = "/a"; } ]; }', [/a path is wanted/]],
  ] as const)
    test(`could not be read: ${name}`, async () => {
      const host = await hostOf(`{ ... }: ${module}`);
      // A storage that can't be read is said for the system and for its users, at one place.
      const found = [...new Set(unresolvedReasons(host))];
      assert.equal(found.length, reasons.length, found.join('\n'));
      for (const [index, reason] of reasons.entries()) assert.match(found[index] ?? '', reason);
    });

  test('what comes from outside is told where it is asked for, not where it only might be', async () => {
    const asked = await hostOf('{ pkgs, ... }: { environment.persistence."/p".directories = [ pkgs.x ] ++ pkgs.dirs; }');
    assert.equal(asked.unresolved.length, 2);
    const aside = await hostOf(
      '{ pkgs, ... }: { imports = [ { environment = pkgs.lib.more; } ]; environment.systemPackages = [ pkgs.x ]; environment.persistence."/p" = { }; }',
    );
    assert.deepEqual(unresolvedReasons(aside), []);
  });

  test('an entry is at its string, or at the item that a function makes a path of, wherever that was written', async () => {
    const text = `let dir = "/var/log"; in
{ environment.persistence."/p".directories = [ dir ] ++ map (n: "/x/\${n}") [ "y" ] ++ [ { directory = "/z"; } ]; }`;
    const host = await hostOf(text);
    assert.deepEqual(
      host.entries.map(({ location }) => text.slice(location.start, location.end)),
      ['"/var/log"', '"y"', '"/z"'],
    );
  });

  test('each place that declares a storage is told', async () => {
    const text = `{
  environment.persistence."/p".files = [ "/a" ];
  environment.persistence."/p".directories = [ "/b" ];
  imports = [ { environment.persistence = { "/p" = { }; }; } ];
}`;
    const host = await hostOf(text);
    assert.deepEqual(
      host.storages.map(({ name, binding }) => [text.slice(name.start, name.end), text.slice(binding.start, binding.end)]),
      [
        ['"/p"', '"/p" = { }'],
        ['"/p"', 'environment.persistence."/p".files = [ "/a" ]'],
      ],
    );
  });
});
