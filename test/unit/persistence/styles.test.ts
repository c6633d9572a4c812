import assert from 'node:assert/strict';
import { entryLines, hostOf } from '../../support/coreHost.ts';

type Style = readonly [name: string, modules: string, expected: readonly string[]];

/** Runs each style as one machine's modules. */
function each(styles: readonly Style[]): void {
  for (const [name, modules, expected] of styles)
    test(name, async () => {
      const host = await hostOf(modules);
      assert.deepEqual(entryLines(host), expected, JSON.stringify(host.unresolved.map(({ reason }) => reason)));
    });
}

suite('where real configurations write persistence', () =>
  each([
    ['environment.persistence by storage', '{ environment.persistence."/p" = { directories = [ "/a" ]; }; }', ['/p /a/']],
    [
      'a path down to a list',
      '{ environment.persistence."/p".files = [ "/a" ]; environment.persistence."/p".directories = [ "/b" ]; }',
      ['/p /b/', '/p /a'],
    ],
    ['a path down to a user', '{ environment.persistence."/p".users.ann = { directories = [ "x" ]; }; }', ['/p ann:/home/ann/x/']],
    [
      'a set of storages, under a condition, or merged',
      `{ lib, ... }: {
        imports = [
          { environment.persistence = { "/p".files = [ "/a" ]; }; }
          { environment.persistence = lib.mkIf true { "/q".files = [ "/b" ]; }; }
          { environment.persistence = lib.mkMerge [ { "/p".files = [ "/c" ]; } (lib.mkIf false { "/p".files = [ "/d" ]; }) ]; }
        ];
      }`,
      ['/p /a', '/p /c', '/q /b'],
    ],
    ['nested in environment', '{ environment = { systemPackages = [ ]; persistence."/p".files = [ "/a" ]; }; }', ['/p /a']],
    [
      'home.persistence in a user’s file: a set, a list, nested',
      `#- /web.nix host=web
{ home-manager.users.ann = import ./home.nix; }
#- /home.nix
{ imports = [ { home.persistence."/p" = { directories = [ "a" ]; }; } { home.persistence."/p".files = [ "b" ]; } { home = { persistence."/p".files = [ "c" ]; }; } ]; }`,
      ['/p ann:/home/ann/a/', '/p ann:/home/ann/b', '/p ann:/home/ann/c'],
    ],
    [
      'home.persistence below home-manager.users in a module of the machine',
      '{ home-manager.users.ann.home.persistence."/p".directories = [ "a" ]; }',
      ['/p ann:/home/ann/a/'],
    ],
    [
      'home.persistence in modules that all users share',
      '{ home-manager.sharedModules = [ { home.persistence."/p".directories = [ "a" ]; } ]; home-manager.users = { ann = { }; bob = { }; }; }',
      ['/p ann:/home/ann/a/', '/p bob:/home/bob/a/'],
    ],
    [
      'shared modules beside users that are not known',
      '{ home-manager.sharedModules = [ { home.persistence."/p".directories = [ "a" ]; } ]; }',
      ['/p ?/'],
    ],
    [
      'preservation: dotted, nested, lists, users',
      `{ preservation.enable = true;
        imports = [
          { preservation.preserveAt."/p" = { directories = [ "/a" ]; }; }
          { preservation = { preserveAt = { "/p".files = [ { file = "/b"; inInitrd = true; } ]; }; }; }
          { preservation.preserveAt."/p".users.ann.directories = [ { directory = "c"; mode = "0700"; } ]; }
        ]; }`,
      ['/p /a/', '/p /b', '/p ann:/home/ann/c/'],
    ],
    [
      'a storage that is switched off, or by something that is not known',
      `{ mine, ... }: {
        environment.persistence."/p" = { enable = false; files = [ "/a" ]; };
        environment.persistence."/q" = { enable = mine.on; files = [ "/b" ]; }; }`,
      ['/q /b if environment.persistence."/q".enable'],
    ],
    [
      'a storage by name, with its path in another file',
      `#- /web.nix host=web
{ imports = [ ./paths.nix ]; environment.persistence.main.files = [ "/a" ]; }
#- /paths.nix
{ environment.persistence.main.persistentStoragePath = "/p"; }`,
      ['/p /a'],
    ],
  ]),
);

const DECLARED = `options.my.persist = {
    enable = lib.mkEnableOption "it";
    root = lib.mkOption { type = lib.types.str; default = "/p"; };
    directories = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ ]; };
    files = lib.mkOption { type = lib.types.listOf (lib.types.either lib.types.str lib.types.attrs); default = [ ]; };
  };`;

suite('what entries go through in real configurations', () =>
  each([
    [
      'an own list option, forwarded; set in other files',
      `#- /web.nix host=web
{ imports = [ ./persist.nix ./a.nix ./b.nix ]; }
#- /persist.nix
{ config, lib, ... }: let cfg = config.my.persist; in {
  ${DECLARED}
  config.environment.persistence.\${cfg.root} = { directories = cfg.directories ++ [ "/var/log" ]; inherit (cfg) files; };
}
#- /a.nix
{ my.persist.directories = [ "/a" ]; }
#- /b.nix
{ my.persist.files = [ "/b" { file = "/c"; } ]; }`,
      ['/p /a/', '/p /var/log/', '/p /b', '/p /c'],
    ],
    [
      'an own option of submodules with defaults, forwarded',
      `{ config, lib, ... }: {
        options.my.apps = lib.mkOption { default = { }; type = lib.types.attrsOf (lib.types.submodule ({ name, ... }: {
          options.enable = lib.mkOption { type = lib.types.bool; default = true; };
          options.dir = lib.mkOption { type = lib.types.str; default = "/var/lib/\${name}"; };
        })); };
        config.my.apps = { one = { }; two.dir = "/srv/two"; three.enable = false; };
        config.environment.persistence."/p".directories =
          lib.mapAttrsToList (_: app: app.dir) (lib.filterAttrs (_: app: app.enable) config.my.apps);
      }`,
      ['/p /var/lib/one/', '/p /srv/two/'],
    ],
    [
      'an own option that turns texts into sets',
      `{ config, lib, ... }: {
        options.my.dirs = lib.mkOption { default = [ ]; type = with lib.types; listOf (coercedTo str (d: { directory = d; })
          (submodule { options.directory = lib.mkOption { type = str; }; options.mode = lib.mkOption { default = "0755"; }; })); };
        config.my.dirs = [ "/a" { directory = "/b"; mode = "0700"; } ];
        config.environment.persistence."/p".directories = config.my.dirs;
      }`,
      ['/p /a/', '/p /b/'],
    ],
    [
      'an own option with apply',
      `{ config, lib, ... }: {
        options.my.dirs = lib.mkOption { type = lib.types.listOf lib.types.str; apply = map (d: "/var/lib/\${d}"); };
        config.my.dirs = [ "a" ];
        config.environment.persistence."/p".directories = config.my.dirs;
      }`,
      ['/p /var/lib/a/'],
    ],
    [
      'mkIf over the whole, over a storage, over a list',
      `{ config, lib, mine, ... }: {
        ${DECLARED}
        config = lib.mkIf config.my.persist.enable {
          environment.persistence."/p" = lib.mkIf mine.a { files = lib.mkIf mine.b [ "/a" ]; directories = [ "/b" ]; };
        };
        imports = [ { my.persist.enable = true; } ];
      }`,
      ['/p /b/ if mine.a', '/p /a if mine.a and mine.b'],
    ],
    ['let', 'let dir = "/p"; dirs = [ "/a" ]; in { environment.persistence.${dir} = { directories = dirs; }; }', ['/p /a/']],
    [
      'interpolation and computed keys',
      `let name = "web"; user = "ann"; in {
        environment.persistence."/p/\${name}" = { directories = [ "/var/lib/\${name}" ]; users.\${user}.files = [ "x" ]; }; }`,
      ['/p/web /var/lib/web/', '/p/web ann:/home/ann/x'],
    ],
    [
      'lists put together',
      `{ config, lib, mine, ... }: {
        ${DECLARED}
        config.my.persist.directories = [ "/b" ];
        config.environment.persistence."/p".directories = [ "/a" ] ++ config.my.persist.directories ++ lib.optionals mine.c [ "/c" ]; }`,
      ['/p /a/', '/p /b/', '/p /c/ if mine.c'],
    ],
    [
      'a user by a variable, an argument, an own option',
      `{ config, lib, ... }: let username = "ann"; in {
        options.my.user = lib.mkOption { default = "cid"; };
        imports = [ ({ who, ... }: { environment.persistence."/p".users.\${who}.files = [ "y" ]; }) ];
        config._module.args.who = "bob";
        config.environment.persistence."/p".users = { \${username}.files = [ "x" ]; "\${config.my.user}".files = [ "z" ]; };
      }`,
      ['/p bob:/home/bob/y', '/p ann:/home/ann/x', '/p cid:/home/cid/z'],
    ],
    [
      'the storage from an option, and from arguments of the machine',
      `#- /flake.nix
{ outputs = { nixpkgs, ... }: { nixosConfigurations.web = nixpkgs.lib.nixosSystem { specialArgs = { vars.root = "/q"; }; modules = [ ./web.nix ]; }; }; }
#- /web.nix
{ config, lib, vars, ... }: {
  ${DECLARED}
  config.environment.persistence.\${config.my.persist.root}.files = [ "/a" ];
  config.environment.persistence."\${vars.root}".files = [ "/b" ];
}`,
      ['/p /a', '/q /b'],
    ],
    [
      'helper functions',
      `let mkDir = directory: mode: { inherit directory mode; }; init = file: { inherit file; inInitrd = true; }; in {
        environment.persistence."/p" = { directories = [ (mkDir "/a" "0700") ]; files = [ (init "/b") ]; }; }`,
      ['/p /a/', '/p /b'],
    ],
    [
      'mkMerge of the module and over storages',
      `{ lib, mine, ... }: lib.mkMerge [
        { environment.persistence."/p".files = [ "/a" ]; }
        (lib.mkIf mine.b { environment.persistence = lib.mkMerge (map (root: { \${root}.files = [ "/b" ]; }) [ "/p" "/q" ]); })
      ]`,
      ['/p /a', '/p /b if mine.b', '/q /b if mine.b'],
    ],
    [
      'optional, optionals, optionalAttrs',
      `{ lib, config, mine, ... }: {
        services.x.enable = true;
        environment = { persistence."/p".directories = lib.optional config.services.x.enable "/a" ++ lib.optionals mine.b [ "/b" ]; }
          // lib.optionalAttrs false { persistence."/q".files = [ "/c" ]; };
      }`,
      ['/p /a/', '/p /b/ if mine.b'],
    ],
    [
      'map',
      '{ environment.persistence."/p".directories = map (d: { directory = d; mode = "0700"; }) [ "/a" "/b" ]; }',
      ['/p /a/', '/p /b/'],
    ],
    [
      'map over a list that is not known',
      '{ mine, ... }: { environment.persistence."/p".directories = [ "/a" ] ++ map (n: "/var/lib/${n}") (builtins.attrNames mine.containers); }',
      ['/p /a/'],
    ],
    [
      'what each of an unknown list is given',
      '{ lib, mine, ... }: { environment.persistence."/p".users = lib.genAttrs mine.users (_: { directories = [ ".ssh" ]; }); }',
      ['/p ?/ if there is one (the module argument mine is not known)'],
    ],
    [
      'inherit',
      `{ config, lib, ... }: let cfg = config.my.persist; in {
        ${DECLARED}
        config.my.persist = { enable = true; directories = [ "/a" ]; };
        config.environment.persistence."/p" = { inherit (cfg) enable directories files; };
      }`,
      ['/p /a/'],
    ],
    [
      'sets updated',
      'let base = { user = "ann"; mode = "0700"; }; in { environment.persistence."/p".users.ann.directories = [ (base // { directory = ".ssh"; }) ]; }',
      ['/p ann:/home/ann/.ssh/'],
    ],
    [
      'if, decided and not, for lists and texts',
      `{ mine, ... }: let etc = if mine.overlay then "/.rw-etc/upper" else "/etc"; in {
        environment.persistence."/p" = { directories = [ "/a" ] ++ (if true then [ "/b" ] else [ ]); files = [ "\${etc}/machine-id" ]; }; }`,
      ['/p /a/', '/p /b/', '/p /.rw-etc/upper/machine-id if mine.overlay', '/p /etc/machine-id if !(mine.overlay)'],
    ],
    [
      'with',
      '{ config, ... }: { services.jellyfin.enable = true; environment.persistence."/p".directories = with config.services; [ jellyfin.dataDir ]; }',
      ['/p /var/lib/jellyfin/'],
    ],
    [
      'functions of lib over lists, `or`, and a file that is a value',
      `#- /web.nix host=web
{ lib, config, ... }: let dirs = import ./dirs.nix; in {
  environment.persistence."/p".directories =
    lib.unique (lib.flatten [ dirs [ "/a" ] ]) ++ lib.filter (d: d != "/x") [ "/b" "/x" ] ++ ({ }.more or [ "/c" ])
    ++ builtins.attrNames { "/d" = 1; } ++ lib.pipe [ "/e" ] [ (map (d: d + "/f")) ];
}
#- /dirs.nix
[ "/a" "/z" ]`,
      ['/p /a/', '/p /z/', '/p /b/', '/p /c/', '/p /d/', '/p /e/f/'],
    ],
    [
      'an alias for a storage',
      `{ lib, config, ... }: {
        imports = [ (lib.mkAliasOptionModule [ "persist" ] [ "environment" "persistence" "/p" ]) ];
        persist.directories = [ "/a" ];
        environment.persistence."/q".directories = config.persist.directories;
      }`,
      ['/q /a/', '/p /a/'],
    ],
    [
      'mkAliasDefinitions of an own option',
      `{ lib, options, ... }: {
        options.my.persist = lib.mkOption { type = lib.types.attrs; default = { }; };
        config.my.persist.directories = [ "/a" ];
        config.environment.persistence."/p" = lib.mkAliasDefinitions options.my.persist;
      }`,
      ['/p /a/'],
    ],
    [
      'what home-manager users declare, forwarded by the machine',
      `{ lib, config, ... }: {
        home-manager.users.ann = { home.persistence."/p".directories = [ "x" ]; };
        environment.persistence = lib.mkMerge (map (user: lib.mapAttrs (_: said: { users.\${user} = { inherit (said) directories; }; })
          config.home-manager.users.\${user}.home.persistence) (lib.attrNames config.home-manager.users));
      }`,
      ['/p ann:/home/ann/x/'],
    ],
    [
      'own options of home-manager modules, forwarded there',
      `{ home-manager.users.ann = { config, lib, ... }: {
        options.my.keep = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ ]; };
        config.my.keep = [ "x" (lib.removePrefix "\${config.home.homeDirectory}/" config.xdg.dataHome) ];
        config.home.persistence."/p".directories = config.my.keep;
      }; }`,
      ['/p ann:/home/ann/x/', '/p ann:/home/ann/.local/share/'],
    ],
    [
      'mkForce and mkDefault, mkBefore and mkAfter',
      `{ lib, ... }: { imports = [
        { environment.persistence."/p" = lib.mkDefault { files = [ "/a" ]; }; }
        { environment.persistence."/p".directories = lib.mkForce [ "/b" ]; }
        { environment.persistence."/p".directories = [ "/c" ]; }
        { my.list = lib.mkAfter [ "/z" ]; }
        { my.list = [ "/y" ]; }
        { my.list = lib.mkBefore [ "/x" ]; }
        ({ config, ... }: { environment.persistence."/q".directories = config.my.list; })
      ]; }`,
      ['/p /b/', '/p /a', '/q /x/', '/q /y/', '/q /z/'],
    ],
    [
      'storages that are made',
      `{ lib, ... }: { environment.persistence = lib.mapAttrs' (name: dirs: lib.nameValuePair "/p/\${name}" { directories = dirs; })
        { a = [ "/x" ]; b = [ "/y" ]; }; }`,
      ['/p/a /x/', '/p/b /y/'],
    ],
    ['pipes', '{ environment.persistence."/p".directories = [ "a" ] |> map (d: "/var/lib/${d}"); }', ['/p /var/lib/a/']],
  ]),
);

suite('paths that are option values', () =>
  each([
    [
      'defaults of NixOS',
      `{ config, ... }: { system.stateVersion = "24.11"; environment.persistence."/p".directories = with config.services; [
        config.services.jellyfin.cacheDir mysql.dataDir postgresql.dataDir radarr.dataDir "/var/lib/\${prometheus.stateDir}" paperless.mediaDir
        config.programs.ccache.cacheDir config.boot.lanzaboote.pkiBundle ]; }`,
      [
        '/p /var/cache/jellyfin/',
        '/p /var/lib/mysql/',
        '/p /var/lib/postgresql/16/',
        '/p /var/lib/radarr/.config/Radarr/',
        '/p /var/lib/prometheus2/',
        '/p /var/lib/paperless/media/',
        '/p /var/cache/ccache/',
        '/p /var/lib/sbctl/',
      ],
    ],
    [
      'set by the machine itself',
      '{ config, ... }: { services.grafana.dataDir = "/srv/g"; environment.persistence."/p".directories = [ config.services.grafana.dataDir ]; }',
      ['/p /srv/g/'],
    ],
    [
      'homes of users',
      `{ config, ... }: { users.users.ann.isNormalUser = true; users.users.bob = { isNormalUser = true; home = "/srv/bob"; };
        environment.persistence."/p".directories = [ config.users.users.ann.home config.users.users.bob.home config.users.users.root.home ]; }`,
      ['/p /home/ann/', '/p /srv/bob/', '/p /root/'],
    ],
    [
      'a release that does not tell',
      '{ config, ... }: { environment.persistence."/p".directories = [ "/a" config.services.postgresql.dataDir ]; }',
      ['/p /a/'],
    ],
  ]),
);
