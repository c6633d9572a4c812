import assert from 'node:assert/strict';
import type { LiveBelow } from '../../../server/src/assist/suggestPaths.ts';
import { completionsIn } from '../../support/assist.ts';

/** A host with sshd, PostgreSQL and Headscale that keeps its logs. */
function web(persistence: string, more = ''): string {
  return `#- /web.nix host=web
{ lib, config, ... }: {
  imports = [ ./more.nix ];
  fileSystems."/" = { device = "none"; fsType = "tmpfs"; };
  services.postgresql.enable = true;
  services.headscale.enable = true;
  users.users.alice.isNormalUser = true;
  users.users.db = { isSystemUser = true; home = "/srv/db"; };
  ${persistence}
}
#- /more.nix
{ ${more} }
`;
}

const inLocal: LiveBelow = (_, directory) =>
  directory === '/home/alice/.local/' ? [{ path: '/home/alice/.local/${x}', isDirectory: true }] : [];

const IMPERMANENCE = 'environment.persistence."/persist"';

suite('completion', () => {
  suite('of paths', () => {
    test('begins with what options imply and nothing keeps, the worst loss first', async () => {
      const found = await completionsIn(web(`${IMPERMANENCE}.directories = [ "/var/log" ¦ ];`));
      assert.ok(found);
      const missing = found.found.filter(({ detail }) => detail.endsWith(': not kept'));
      const labels = missing.map(({ label }) => label);
      assert.ok(labels.includes('/var/lib/postgresql') && labels.includes('/var/lib/headscale') && labels.includes('/var/lib/nixos'));
      assert.deepEqual(found.labels.slice(0, labels.length), labels);
      assert.ok(!found.labels.includes('/var/log'));
      assert.ok(found.labels.includes('/var/lib/jellyfin'), 'the rest of the catalogue follows');
      assert.equal(new Set(found.labels).size, found.labels.length);
    });

    test('writes owner and mode with the path', async () => {
      const found = await completionsIn(web(`${IMPERMANENCE}.directories = [ ¦ ];`));
      assert.ok(found);
      assert.match(
        found.taken('/var/lib/postgresql'),
        /directories = \[ \{ directory = "\/var\/lib\/postgresql"; user = "postgres"; group = "postgres"; mode = "07\d\d"; \} \];/,
      );
      assert.match(found.taken('/var/lib/nixos'), /directories = \[ "\/var\/lib\/nixos" \];/);
    });

    test('inside quotes writes between them, or a set in place of them', async () => {
      const found = await completionsIn(web(`${IMPERMANENCE}.directories = [ "¦" "/x" ];`), { typed: '/var/lib/n' });
      assert.ok(found);
      assert.match(found.taken('/var/lib/nixos'), /= \[ "\/var\/lib\/nixos" "\/x" \];/);
      assert.match(found.taken('/var/lib/postgresql'), /= \[ \{ directory = "\/var\/lib\/postgresql"; .* \} "\/x" \];/);
      // All that can be taken stands for the same text, so that an editor compares what is typed with each in the same way.
      const ranges = new Set(found.found.map(({ replace }) => `${replace.start}-${replace.end}`));
      assert.equal(ranges.size, 1);
      assert.ok(found.found.every(({ filter, insert }) => filter.startsWith('"/') && insert === null));
    });

    for (const [typed, expected] of [
      ['"/var/lib/n', /= \[ "\/var\/lib\/nixos"\n {4}"\/y"/],
      ['/var/lib/n', /= \[ "\/var\/lib\/nixos"\n {4}"\/y"/],
      ["''/var/lib/n", /= \[ "\/var\/lib\/nixos"\n {4}"\/y"/],
      ['"/x" "/var/lib/n', /= \[ "\/x" "\/var\/lib\/nixos"\n {4}"\/y"/],
    ] as const)
      test(`closes what is not closed: ${typed}`, async () => {
        const found = await completionsIn(web(`${IMPERMANENCE}.directories = [ ¦\n    "/y" ];`), { typed });
        assert.ok(found);
        assert.match(found.taken('/var/lib/nixos'), expected);
      });

    test('a path that stands there can be completed again', async () => {
      const found = await completionsIn(web(`${IMPERMANENCE}.directories = [ "/var/lib/nix¦os" "/var/log" ];`));
      assert.ok(found);
      assert.match(found.taken('/var/lib/nixos'), /= \[ "\/var\/lib\/nixos" "\/var\/log" \];/);
      assert.ok(!found.labels.includes('/var/log'));
    });

    for (const [what, persistence] of [
      ['nested sets', 'environment.persistence = { "/persist" = { directories = [ ¦ ]; }; };'],
      ['a condition', `${IMPERMANENCE} = lib.mkIf true { directories = lib.mkAfter [ ¦ ]; };`],
      ['a merge', `${IMPERMANENCE} = lib.mkMerge [ { directories = [ ] ++ lib.optionals config.x [ ¦ ]; } ];`],
      ['a computed storage', 'environment.persistence.${config.my.storage}.directories = [ ¦ ];'],
      ['a module that is kept deeper', 'flake.modules.nixos.x = { ... }: { environment.persistence."/p".directories = [ ¦ ]; };'],
      ['preservation', 'preservation.preserveAt."/persist".directories = [ ¦ ];'],
    ] as const)
      test(`is there in ${what}`, async () => {
        const found = await completionsIn(web(persistence));
        assert.ok(found?.labels.includes('/var/lib/postgresql'));
      });

    test('of a user are below the home', async () => {
      for (const list of [`${IMPERMANENCE}.users.alice`, 'home-manager.users.alice.home.persistence."/persist"']) {
        const found = await completionsIn(web(`${list}.directories = [ "¦" ];`));
        assert.ok(found);
        assert.ok(found.labels.includes('.ssh') && !found.labels.some((label) => label.startsWith('/')));
        assert.match(found.taken('.ssh'), /\[ \{ directory = "\.ssh"; mode = "0700"; \} \]/);
      }
    });

    test('of a user begin with what that user’s programs write', async () => {
      const alice = 'home-manager.users.alice.programs.firefox.enable = true; users.users.bob.isNormalUser = true;';
      const found = await completionsIn(web(`${IMPERMANENCE}.users.alice.directories = [ ¦ ];`, alice));
      assert.match(found?.chosen('.mozilla/firefox').detail ?? '', /: not kept$/);
      const bob = await completionsIn(web(`${IMPERMANENCE}.users.bob.directories = [ ¦ ];`, alice));
      assert.doesNotMatch(bob?.chosen('.mozilla/firefox').detail ?? '', /not kept/);
    });

    test('of files are files', async () => {
      const found = await completionsIn(web(`${IMPERMANENCE}.files = [ "¦" ];`));
      assert.match(found?.taken('/etc/machine-id') ?? '', /files = \[ "\/etc\/machine-id" \]/);
      assert.ok(!found?.labels.includes('/var/lib/postgresql'));
    });

    test('for preservation say what it needs', async () => {
      const found = await completionsIn(web('services.openssh.enable = true; preservation.preserveAt."/p".files = [ ¦ ];'));
      assert.match(found?.taken('/etc/machine-id') ?? '', /\{ file = "\/etc\/machine-id"; .*inInitrd = true; \}/);
      assert.match(found?.taken('/etc/ssh/ssh_host_ed25519_key') ?? '', /how = "symlink"; configureParent = true; \}/);
    });

    test('in an entry that is a set is the path alone', async () => {
      const found = await completionsIn(web(`${IMPERMANENCE}.directories = [ { directory = "¦"; user = "x"; } ];`));
      assert.match(found?.taken('/var/lib/postgresql') ?? '', /\{ directory = "\/var\/lib\/postgresql"; user = "x"; \}/);
    });

    test('in a list that a module forwards into a storage', async () => {
      const forward = `options.my.keep = lib.mkOption { default = [ ]; };
  config.${IMPERMANENCE}.directories = config.my.keep ++ [ "/x" ];
  config.my.keep = [ "/var/log" ];`;
      const text = web('', 'my.keep = [ ¦ ];').replace('{ lib, config, ... }: {', '{ lib, config, ... }: {\n  imports = [ ./keep.nix ];');
      const found = await completionsIn(
        `${text.replace('imports = [ ./more.nix ];\n', '').replace('./keep.nix', './keep.nix ./more.nix')}#- /keep.nix\n{ lib, config, ... }: { ${forward} }\n`,
      );
      assert.ok(found?.labels.includes('/var/lib/postgresql'));
      assert.deepEqual(found?.place.kind === 'path' && found.place.list.mechanism, 'impermanence');
    });

    test('in an option that a module forwards, although nobody has filled it yet', async () => {
      const modules = `#- /keep.nix host=web
{ lib, config, ... }:
let cfg = config.my.keep; in {
  options.my.keep.dirs = lib.mkOption { default = [ ]; };
  options.my.keep.names = lib.mkOption { default = [ ]; };
  options.my.home.files = lib.mkOption { default = [ ]; };
  config.${IMPERMANENCE} = lib.mkIf true {
    directories = [ "/x" ] ++ lib.optionals config.my.on cfg.dirs ++ map (name: "/srv/\${name}") cfg.names;
    users.alice.files = lib.mkAfter (config.my.home.files);
  };
}
`;
      const paths = await completionsIn(`${web('my.keep.dirs = [ ¦ ];')}${modules}`);
      assert.ok(paths?.labels.includes('/var/lib/postgresql'));
      const home = await completionsIn(`${web('my = { home = { files = [ "¦" ]; }; };')}${modules}`);
      assert.deepEqual(home?.place.kind === 'path' && home.place.list, {
        mechanism: 'impermanence',
        scope: 'user',
        user: 'alice',
        kind: 'file',
      });
      assert.equal(await completionsIn(`${web('my.keep.names = [ "¦" ];')}${modules}`), null);
    });

    test('in a variable of the file', async () => {
      const found = await completionsIn(web(`${IMPERMANENCE} = let dirs = [ "/var/log" "¦" ]; in { directories = dirs; };`));
      assert.ok(found?.labels.includes('/var/lib/postgresql'));
    });

    test('what the host has now comes last, one directory at a time', async () => {
      const asked: string[] = [];
      const live = (host: string, directory: string) => {
        asked.push(`${host}:${directory}`);
        return directory === '/srv/'
          ? [
              { path: '/srv/game "$', isDirectory: true },
              { path: '/srv/notes', isDirectory: false },
            ]
          : [];
      };
      const found = await completionsIn(web(`${IMPERMANENCE}.directories = [ "¦" ];`), { typed: '/srv/ga', live });
      assert.deepEqual(asked, ['web:/srv/']);
      assert.equal(found?.labels.at(-1), '/srv/game "$');
      assert.match(found?.taken('/srv/game "$') ?? '', /\[ "\/srv\/game \\"\$" \]/);
      assert.ok(!found?.labels.includes('/srv/notes'));
    });

    test('of a home that the host has now are below it', async () => {
      const found = await completionsIn(web(`${IMPERMANENCE}.users.alice.directories = [ "¦" ];`), { typed: '.local/', live: inLocal });
      assert.match(found?.taken('.local/${x}') ?? '', /"\.local\/\\\$\{x\}"/);
    });
  });

  suite('of users', () => {
    for (const [what, persistence] of [
      ['behind the dot', `${IMPERMANENCE}.users.¦`],
      ['of a name that is begun', `${IMPERMANENCE}.users.al¦`],
      ['in a set', `${IMPERMANENCE}.users = { ¦ };`],
      ['for preservation', 'preservation.preserveAt."/p".users.¦'],
    ] as const)
      test(what, async () => {
        const found = await completionsIn(web('¦'), { typed: persistence.replace('¦', '').replace(/ };$/, '') });
        assert.deepEqual(found?.labels, ['alice', 'db']);
        assert.equal(found?.chosen('alice').detail, '/home/alice');
        assert.equal(found?.chosen('db').detail, '/srv/db');
        assert.match(found?.taken('alice') ?? '', /users(\.| = \{ )alice/);
      });
  });

  suite('of attributes', () => {
    test('by mechanism', async () => {
      const impermanence = await completionsIn(web(`${IMPERMANENCE}.directories = [ { directory = "/x"; ¦ } ];`));
      assert.deepEqual(impermanence?.labels, [
        'directory',
        'user',
        'group',
        'mode',
        'hideMount',
        'allowTrash',
        'persistentStoragePath',
        'defaultPerms',
      ]);
      assert.equal(impermanence?.chosen('mode').snippet, 'mode = "$1";');
      const preservation = await completionsIn(web('preservation.preserveAt."/p".files = [ { file = "/x"; ¦ } ];'), { typed: 'inI' });
      assert.ok(
        preservation?.labels.includes('how') && preservation.labels.includes('inInitrd') && !preservation.labels.includes('hideMount'),
      );
      assert.match(preservation?.taken('inInitrd') ?? '', /file = "\/x"; inInitrd = true; \}/);
    });

    test('before a value that is there are names alone, and what is behind the cursor can stay', async () => {
      const found = await completionsIn(web(`${IMPERMANENCE}.directories = [ { directory = "/x"; us¦er = "y"; } ];`));
      assert.match(found?.taken('mode') ?? '', /"\/x"; mode = "y"; \}/);
      const { insert, replace } = found?.chosen('mode') ?? assert.fail();
      assert.deepEqual(insert, { start: replace.start, end: replace.end - 2 });
    });

    test('of the sets in an entry', async () => {
      for (const attributes of ['parent = { ¦ }', 'parent.¦']) {
        const found = await completionsIn(web('preservation.preserveAt."/p".files = [ { file = "/x"; ¦ } ];'), {
          typed: attributes.replace(/¦.*/, ''),
        });
        assert.deepEqual(found?.labels, ['user', 'group', 'mode']);
      }
    });

    test('and what they can be', async () => {
      const how = await completionsIn(web('preservation.preserveAt."/p".files = [ { file = "/x"; how = "¦"; } ];'));
      assert.deepEqual(how?.labels, ['bindmount', 'symlink']);
      assert.match(how?.taken('symlink') ?? '', /how = "symlink"; \}/);
      const inInitrd = await completionsIn(web('preservation.preserveAt."/p".files = [ { file = "/x"; inInitrd = ¦; } ];'));
      assert.deepEqual(inInitrd?.labels, ['true', 'false']);
      const user = await completionsIn(web(`${IMPERMANENCE}.directories = [ { directory = "/x"; user = "¦"; } ];`));
      assert.deepEqual(user?.labels, ['alice', 'db']);
    });
  });

  suite('is silent', () => {
    for (const [what, persistence] of [
      ['outside of persistence', 'environment.systemPackages = [ "¦" ];'],
      ['in a comment', `${IMPERMANENCE}.directories = [ # ¦\n ];`],
      ['in a string of several lines', `${IMPERMANENCE}.directories = [ "/x\n/y¦" ];`],
      ['behind an interpolation', `${IMPERMANENCE}.directories = [ "\${config.x}/¦" ];`],
      ['where a function makes paths of the elements', `${IMPERMANENCE}.directories = map (x: "/var/lib/\${x}") [ "¦" ];`],
      ['in another list of an entry', 'preservation.preserveAt."/p".directories = [ { directory = "/x"; mountOptions = [ "¦" ]; } ];'],
      ['behind a name without a dot', `${IMPERMANENCE}.users ¦`],
      ['in the storage itself', `${IMPERMANENCE}.¦`],
      ['of a mode', `${IMPERMANENCE}.directories = [ { directory = "/x"; mode = "¦"; } ];`],
    ] as const)
      test(what, async () => {
        const found = await completionsIn(web('¦'), { typed: persistence.replace(/¦[\s\S]*/, '') });
        assert.deepEqual(found?.labels ?? [], []);
      });
  });
});
