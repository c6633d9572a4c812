import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, writeFiles } from './support.ts';

/** What a terminal would obey instead of showing it. */
const UNSAFE = /[\x00-\x1f\x7f\u202e]/;

/** A machine on which everything is called so. */
const moduleOf = (name: string): string => `{ lib, ... }: {
  options."${name}" = lib.mkOption { type = lib.types.attrsOf { _type = "option-type"; name = "${name}"; }; default = { }; };
  config = {
    "${name}"."${name}" = true;
    fileSystems."/" = { device = "none"; fsType = "tmpfs"; };
    fileSystems."/${name}" = { device = "${name}"; neededForBoot = true; };
    services."${name}".enable = true;
    services.openssh.enable = true;
    users.users."${name}" = { isNormalUser = true; home = "/home/${name}"; "${name}" = 1; };
    environment.persistence."/${name}" = {
      "${name}" = true;
      directories = [ "/${name}" { directory = "/var/lib/${name}"; "${name}" = "x"; mode = "${name}"; user = "${name}"; } ];
      users."${name}" = { directories = [ "${name}" ]; "${name}" = true; };
    };
    home-manager.users."${name}".home.persistence."/${name}".directories = [ ".${name}" ];
  };
}`;

suite('command line, hostile names', () => {
  test('are escaped in text, and whole in JSON', async () => {
    const place = mkdtempSync(join(tmpdir(), 'keepsake-cli-'));
    const hostile = 'evil\x1b[2J\u202e';
    try {
      writeFiles(place, {
        'flake.nix': `{ outputs = { nixpkgs, ... }: { nixosConfigurations."${hostile}" = nixpkgs.lib.nixosSystem { modules = [ ./a.nix ]; }; }; }`,
        'a.nix': `{ u, ... }: { environment.persistence."/p${hostile}".directories = [ "/x${hostile}\\n" ] ++ (if u."${hostile}" then [ "/y" ] else [ ]); }`,
      });
      for (const command of ['hosts', 'entries', 'check']) {
        const { lines, notes } = await cli([command, place]);
        const text = [...lines, ...notes].join('');
        assert.match(text, /evil\\x1b\[2J\\u202e/, command);
        assert.doesNotMatch(text, UNSAFE, command);
        const run = await cli([command, place, '--json']);
        assert.ok(JSON.stringify(run.json()).includes(JSON.stringify(hostile).slice(1, -1)), command);
      }
      const { notes } = await cli(['check', place, '--host', `no${hostile}`]);
      assert.doesNotMatch(notes.join(''), UNSAFE);
      for (const argv of [
        [`bad${hostile}`],
        ['check', `--${hostile}`],
        ['check', `/no/${hostile}`],
        ['check', '--file', `/no/${hostile}`],
        ['check', '--format', hostile],
        ['check', '--fail-on', hostile],
      ]) {
        const run = await cli(argv);
        assert.doesNotMatch(run.notes.join(''), UNSAFE, argv.join(' '));
      }
    } finally {
      rmSync(place, { recursive: true });
    }
  });

  test('may be those that every object of JavaScript has', async () => {
    const place = mkdtempSync(join(tmpdir(), 'keepsake-cli-'));
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const hosts = names.map((name) => `"${name}" = nixpkgs.lib.nixosSystem { modules = [ ./${name}.nix ]; };`).join(' ');
    const settings = names.map((name) => `${JSON.stringify(name)}: { "ssh": ${JSON.stringify(`ssh-${name}`)}, "ignore": ["/${name}"] }`);
    try {
      writeFiles(place, {
        'flake.nix': `{ outputs = { nixpkgs, ... }: { nixosConfigurations = { ${hosts} }; }; }`,
        'keepsake.json': `{ "hosts": { ${settings.join(', ')} } }`,
        'flake.lock': '{ "nodes": { "root": { "inputs": { "__proto__": "constructor", "impermanence": "toString" } } }, "root": "root" }',
        ...Object.fromEntries(names.map((name) => [`${name}.nix`, moduleOf(name)])),
      });
      const listed = (await cli(['hosts', place, '--json'])).json() as { readonly hosts: readonly { name: string; ssh: string }[] };
      assert.deepEqual(
        listed.hosts.map(({ name, ssh }) => [name, ssh]),
        names.map((name) => [name, `ssh-${name}`]),
      );
      const { entries } = (await cli(['entries', place, '--json'])).json() as {
        readonly entries: readonly { path: string; user: string }[];
      };
      for (const name of names) {
        const paths = entries.filter(({ path }) => path.includes(name)).map(({ path }) => path);
        for (const path of [`/${name}`, `/var/lib/${name}`, `/home/${name}/${name}`, `/home/${name}/.${name}`])
          assert.ok(paths.includes(path), `${path} of ${paths.join(', ')}`);
        assert.ok([0, 1].includes((await cli(['check', place, '--host', name, '--format', 'sarif'])).status), name);
        assert.equal((await cli(['explain', `~/${name}`, place])).status, 0);
      }
    } finally {
      rmSync(place, { recursive: true });
    }
  });
});
