import assert from 'node:assert/strict';
import { entryLines, hostOf } from '../../support/coreHost.ts';

/** Users are configured by modules of their own. */
const forms: readonly (readonly [name: string, module: string, expected: readonly string[]])[] = [
  [
    'a set',
    '{ home-manager.users.ann.home.persistence."/p" = { directories = [ "Music" ]; files = [ ".zsh_history" ]; }; }',
    ['/p ann:/home/ann/Music/', '/p ann:/home/ann/.zsh_history'],
  ],
  [
    'a function that sees its own configuration and the machine’s',
    `{ services.a.enable = true; home-manager.users.ann = { config, lib, osConfig, ... }: {
      programs.b.enable = true;
      home.persistence."/p".directories = lib.optional config.programs.b.enable "b" ++ lib.optional osConfig.services.a.enable "a" ++ [ config.home.username ];
    }; }`,
    ['/p ann:/home/ann/b/', '/p ann:/home/ann/a/', '/p ann:/home/ann/ann/'],
  ],
  [
    'several definitions, one under a condition that is not known',
    `{ lib, config, ... }: { home-manager.users.ann = lib.mkMerge [
      { home.persistence."/p".files = [ "a" ]; }
      (lib.mkIf config.x.enable { home.persistence."/p".files = [ "b" ]; })
    ]; }`,
    ['/p ann:/home/ann/a', '/p ann:/home/ann/b if config.x.enable'],
  ],
  [
    'modules that all users share, and arguments for them',
    `{ home-manager.extraSpecialArgs = { folder = "Documents"; };
      home-manager.sharedModules = [ ({ folder, ... }: { home.persistence."/p".directories = [ folder ]; }) ];
      home-manager.users.ann = { }; home-manager.users.bob.imports = [ { home.persistence."/p".files = [ "x" ]; } ]; }`,
    ['/p ann:/home/ann/Documents/', '/p bob:/home/bob/x', '/p bob:/home/bob/Documents/'],
  ],
  [
    'a home of its own',
    '{ users.users.ann.home = "/srv/ann"; home-manager.users.ann.home.persistence."/p".files = [ "x" ]; }',
    ['/p ann:/srv/ann/x'],
  ],
  [
    'the old key with the home in it',
    '{ home-manager.users.ann.home.persistence."/p/home/ann".files = [ "x" ]; }',
    ['/p/home/ann ann:/home/ann/x'],
  ],
  [
    'folders of the storage that are not of the home',
    '{ home-manager.users.ann.home.persistence."/dots" = { removePrefixDirectory = true; files = [ "screen/.screenrc" "x" ]; }; }',
    ['/dots ann:/home/ann/.screenrc', '/dots ann:/home/ann/x'],
  ],
];

suite('home-manager users', () => {
  for (const [name, module, expected] of forms)
    test(name, async () => {
      const host = await hostOf(module);
      assert.deepEqual(entryLines(host).toSorted(), expected.toSorted());
      assert.ok(host.entries.every(({ mechanism, scope }) => mechanism === 'home-manager' && scope === 'user'));
    });

  test('what is kept of a home does not hide what is missing of the machine', async () => {
    const host = await hostOf('{ home-manager.users.ann = { x, ... }: { home.persistence.${x}.files = [ "x" ]; }; }');
    assert.ok(host.unresolved.every(({ scope }) => scope === 'user'));
  });
});

suite('names that are not known', () => {
  test('a user', async () => {
    const host = await hostOf('{ me, ... }: { environment.persistence."/p".users.${me}.files = [ "x" ]; }');
    assert.deepEqual(
      host.entries.map(({ user, path, relative }) => [user, path, relative]),
      [[null, null, 'x']],
    );
    assert.ok(host.unresolved.length > 0, 'and it is said');
  });

  test('a home-manager user', async () => {
    const host = await hostOf('{ me, ... }: { home-manager.users.${me} = { config, ... }: { home.persistence."/p".files = [ "x" ]; }; }');
    assert.deepEqual(
      host.entries.map(({ storage, user, path, relative }) => [storage, user, path, relative]),
      [['/p', null, null, 'x']],
    );
  });

  test('a storage: what is in it is kept all the same, somewhere', async () => {
    const host = await hostOf('{ root, ... }: { environment.persistence."${root}/system".directories = [ "/var/log" ]; }');
    assert.deepEqual(entryLines(host), ['? /var/log/']);
  });

  test('two of them are two', async () => {
    const host = await hostOf('{ a, b, ... }: { environment.persistence."/p".users = { ${a}.files = [ "x" ]; ${b}.files = [ "y" ]; }; }');
    assert.deepEqual(
      host.entries.map(({ relative }) => relative),
      ['x', 'y'],
    );
  });
});
