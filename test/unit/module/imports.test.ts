import assert from 'node:assert/strict';
import { entryLines, hostOf, unresolvedReasons } from '../../support/coreHost.ts';

/** What a host keeps whose modules import in this way; `files` stand beside `/web.nix`. */
async function kept(module: string, files = ''): Promise<readonly string[]> {
  const host = await hostOf(`${module}\n${files}`);
  assert.deepEqual(unresolvedReasons(host), []);
  return entryLines(host);
}

const A = '#- /a.nix\n{ environment.persistence."/p".directories = [ "/a" ]; }\n';
const B = '#- /b.nix\n{ environment.persistence."/p".directories = [ "/b" ]; }\n';

suite('imports', () => {
  for (const [name, module, files, expected] of [
    ['a path', '{ imports = [ ./a.nix ]; }', A, ['/p /a/']],
    ['several paths', '{ imports = [ ./a.nix ./b.nix ]; }', A + B, ['/p /a/', '/p /b/']],
    ['a directory', '{ imports = [ ./d ]; }', A.replace('/a.nix', '/d/default.nix'), ['/p /a/']],
    ['a path further up', '{ imports = [ ./d/up.nix ]; }', `#- /d/up.nix\n{ imports = [ ../a.nix ]; }\n${A}`, ['/p /a/']],
    ['a function', '{ lib, ... }: { imports = [ ./a.nix ]; }', A, ['/p /a/']],
    ['an inline set', '{ imports = [ { environment.persistence."/p".directories = [ "/i" ]; } ]; }', '', ['/p /i/']],
    ['an inline function', '{ imports = [ ({ lib, ... }: { environment.persistence."/p".directories = [ "/i" ]; }) ]; }', '', ['/p /i/']],
    ['import of a file', '{ imports = [ (import ./a.nix) ]; }', A, ['/p /a/']],
    [
      'import of a function with arguments',
      '{ imports = [ (import ./f.nix { dir = "/x"; }) ]; }',
      '#- /f.nix\n{ dir }: { environment.persistence."/p".directories = [ dir ]; }',
      ['/p /x/'],
    ],
    ['let and ++', 'let more = [ ./b.nix ]; in { imports = [ ./a.nix ] ++ more; }', A + B, ['/p /a/', '/p /b/']],
    ['map', '{ imports = map (n: ./. + "/${n}.nix") [ "a" "b" ]; }', A + B, ['/p /a/', '/p /b/']],
    ['an interpolated path', 'let n = "a"; in { imports = [ ./${n}.nix ]; }', A, ['/p /a/']],
    ['optional of a constant', '{ lib, ... }: { imports = lib.optional true ./a.nix ++ lib.optional false ./b.nix; }', A + B, ['/p /a/']],
    [
      'nested',
      '{ imports = [ ./one.nix ]; }',
      `#- /one.nix\n{ imports = [ ./two.nix ]; }\n#- /two.nix\n{ imports = [ ./a.nix ]; }\n${A}`,
      ['/p /a/'],
    ],
    ['twice the same file is once', '{ imports = [ ./a.nix ./a.nix ./d/../a.nix ]; }', A, ['/p /a/']],
    ['the same file by two ways is once', '{ imports = [ ./a.nix ./c.nix ]; }', `${A}#- /c.nix\n{ imports = [ ./a.nix ]; }`, ['/p /a/']],
    ['itself', '{ imports = [ ./web.nix ./a.nix ]; }', A, ['/p /a/']],
    [
      'each other',
      '{ imports = [ ./x.nix ]; }',
      `#- /x.nix\n{ imports = [ ./y.nix ]; }\n#- /y.nix\n{ imports = [ ./x.nix ./a.nix ]; }\n${A}`,
      ['/p /a/'],
    ],
    [
      'with config beside',
      '{ imports = [ ./a.nix ]; config.environment.persistence."/p".directories = [ "/c" ]; }',
      A,
      ['/p /a/', '/p /c/'],
    ],
    ['modulesPath', '{ modulesPath, ... }: { imports = [ (modulesPath + "/x.nix") ./a.nix ]; }', A, ['/p /a/']],
    ['modulesPath, interpolated', '{ modulesPath, ... }: { imports = [ "${modulesPath}/x.nix" ./a.nix ]; }', A, ['/p /a/']],
    ['nixpkgs', '{ imports = [ <nixpkgs/nixos/x.nix> ./a.nix ]; }', A, ['/p /a/']],
    ['a fetched file', '{ imports = [ "${fetchTarball "https://example.org/x"}/nixos" ./a.nix ]; }', A, ['/p /a/']],
    [
      'a functor',
      '{ imports = [ { __functor = self: { ... }: { environment.persistence."/p".directories = [ "/f" ]; }; } ]; }',
      '',
      ['/p /f/'],
    ],
    ['_file and key are no configuration', '{ _file = "x"; key = "y"; imports = [ ./a.nix ]; }', A, ['/p /a/']],
  ] as const)
    test(name, async () => {
      assert.deepEqual(await kept(module, files), expected);
    });

  for (const [name, module, files, reason] of [
    ['a missing file', '{ imports = [ ./gone.nix ]; }', '', /does not exist/],
    ['a missing directory', '{ imports = [ ./gone ]; }', '', /does not exist/],
    ['a directory without default.nix', '{ imports = [ ./d ]; }', '#- /d/a.nix\n{ }', /does not exist/],
    ['a file outside the workspace', '{ imports = [ /etc/nixos/configuration.nix ]; }', '', /does not exist|outside/],
    ['further up than the workspace', '{ imports = [ ../../x.nix ]; }', '', /does not exist|outside/],
    ['a name that is not known', '{ imports = [ gone ]; }', '', /not defined/],
    ['an argument that is not known', '{ mine, ... }: { imports = [ mine.module ]; }', '', /mine/],
    ['config', '{ config, ... }: { imports = [ config.my.module ]; }', '', /depend on config/],
    ['readDir', '{ imports = builtins.map (n: ./. + "/${n}") (builtins.attrNames (readFiles ./.)); }', A, /not defined/],
    ['a number', '{ imports = [ 1 ]; }', '', /is no module/],
    ['a list in the list', '{ imports = [ [ ./a.nix ] ]; }', A, /is no module/],
    ['a broken file', '{ imports = [ ./broken.nix ]; }', '#- /broken.nix\n{ a = [ ; }', /./],
    ['an empty file', '{ imports = [ ./empty.nix ]; }', '#- /empty.nix\n\n', /empty/],
    ['a file that is no module', '{ imports = [ ./data.nix ]; }', '#- /data.nix\n[ 1 2 ]', /is no module/],
    ['throw', '{ imports = [ (throw "not here") ]; }', '', /not here/],
  ] as const)
    test(`not followed and said: ${name}`, async () => {
      const host = await hostOf(`${module}\n${files}`);
      assert.ok(
        unresolvedReasons(host).some((each) => reason.test(each)),
        JSON.stringify(unresolvedReasons(host)),
      );
      for (const { location } of host.unresolved) assert.match(location.file, /^\/fleet\//);
    });

  test('what is outside by its nature is not said', async () => {
    const host = await hostOf('{ pkgs, ... }: { imports = [ <home-manager/nixos> (pkgs.path + "/x") (fetchTarball "x") ]; }');
    assert.deepEqual(unresolvedReasons(host), []);
  });

  test('an import under an unknown condition gives conditional entries', async () => {
    const host = await hostOf(`{ lib, mine, ... }: { imports = if mine.x then [ ./a.nix ] else [ ./b.nix ]; }\n${A}${B}`);
    assert.deepEqual(entryLines(host), ['/p /a/ if mine.x', '/p /b/ if !(mine.x)']);
  });

  test('so does one under a condition on config, which is not known while imports are followed', async () => {
    const host = await hostOf(`{ lib, config, ... }: { my.x = true; imports = lib.optional config.my.x ./a.nix; }\n${A}`);
    assert.deepEqual(entryLines(host), ['/p /a/ if config.my.x']);
  });

  test('the files of a host are those that take part', async () => {
    const host = await hostOf(`{ imports = [ ./a.nix ./d ]; }\n${A}${B}#- /d/default.nix\n{ }`);
    assert.deepEqual(host.files, ['/fleet/web.nix', '/fleet/a.nix', '/fleet/d/default.nix']);
  });
});
