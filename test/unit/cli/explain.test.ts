import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, writeFiles } from './support.ts';

const FILES = {
  'flake.nix': `{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };
    nixosConfigurations.db = nixpkgs.lib.nixosSystem { modules = [ ./db.nix ]; };
    nixosConfigurations.box = nixpkgs.lib.nixosSystem { modules = [ ./box.nix ]; };
    nixosConfigurations.bay = nixpkgs.lib.nixosSystem { modules = [ ./db.nix { services.openssh.enable = true; } ]; };
    nixosConfigurations.open = nixpkgs.lib.nixosSystem { modules = [ { services.openssh.enable = true; } ]; };
  };
}
`,
  'box.nix': '{ fileSystems."/" = { device = "/dev/sda2"; fsType = "ext4"; }; }\n',
  'web.nix': `{ x, ... }: {
  fileSystems."/" = { device = "none"; fsType = "tmpfs"; };
  users.users.ann.isNormalUser = true;
  services.postgresql.enable = true;
  environment.persistence."/persist" = {
    directories = [ "/var/lib/postgresql" ] ++ (if x.y then [ "/srv" ] else [ ]);
    users.ann.directories = [ ".ssh" ];
  };
}
`,
  'db.nix': `{
  fileSystems."/" = { device = "none"; fsType = "tmpfs"; };
  fileSystems."/var/lib" = { device = "/dev/sda1"; fsType = "ext4"; };
}
`,
};

suite('explain', () => {
  let directory: string;
  suiteSetup(() => {
    directory = mkdtempSync(join(tmpdir(), 'keepsake-explain-'));
    writeFiles(directory, FILES);
  });
  suiteTeardown(() => rmSync(directory, { recursive: true, force: true }));

  test('as text: what it is, who writes it, and which line keeps it', async () => {
    const { status, lines, notes } = await cli(['explain', '/var/lib/postgresql/16/base', directory]);
    assert.deepEqual([status, notes], [0, []]);
    const said = lines.join('\n');
    assert.match(said, /^\/var\/lib\/postgresql\/16\/base\n {2}PostgreSQL.*\(data\): /);
    assert.match(said, /written with: services\.postgresql\.enable/);
    assert.match(
      said,
      /\n {2}web: kept in \/persist by \/var\/lib\/postgresql, web\.nix:6:21\n {4}written by services\.postgresql\.enable, web\.nix:4:3\n/,
    );
    assert.match(said, /\n {2}db, bay: kept by the file system at \/var\/lib, db\.nix:3:\d+$/m);
  });

  test('as JSON', async () => {
    const run = await cli(['explain', '/var/lib/postgresql', directory, '--json', '--host', 'web']);
    const { version, path, state, hosts } = run.json() as {
      version: number;
      path: string;
      state: { severity: string };
      hosts: readonly unknown[];
    };
    assert.deepEqual([version, path, state.severity], [1, '/var/lib/postgresql', 'data']);
    assert.deepEqual(hosts, [
      {
        host: 'web',
        path: '/var/lib/postgresql',
        verdict: 'kept',
        entry: {
          path: '/var/lib/postgresql',
          kind: 'directory',
          mechanism: 'impermanence',
          storage: '/persist',
          conditions: [],
          file: 'web.nix',
          line: 6,
          column: 21,
        },
        mount: null,
        writers: [{ option: 'services.postgresql.enable', file: 'web.nix', line: 4, column: 3 }],
      },
    ]);
  });

  test('lost, under a condition, and made anew', async () => {
    const lost = await cli(['explain', '/data/thing', directory, '--host', 'web']);
    assert.match(lost.lines.join('\n'), /The catalogue knows nothing of it\.\n {2}web: lost at the next boot: nothing keeps it$/);
    const open = await cli(['explain', '/srv/www', directory, '--host', 'web']);
    assert.match(open.lines.join('\n'), /web: kept only if x\.y, web\.nix:6:\d+$/);
    const anew = await cli(['explain', '/etc/static', directory, '--host', 'web']);
    assert.match(anew.lines.join('\n'), /made anew \(\/etc\/static/);
  });

  test('nothing is called lost where the root stays, or where nothing tells that it is erased', async () => {
    const { lines } = await cli(['explain', '/var/lib/postgresql', directory]);
    const said = lines.join('\n');
    assert.match(said, /\n {2}box: not lost: nothing erases its root(\n|$)/);
    assert.match(said, /\n {2}open: nothing that could be read keeps it; whether it is lost depends on what could not be read(\n|$)/);
  });

  test('what is kept below a directory is said, and that nothing which is on writes it', async () => {
    const part = await cli(['explain', '/var', directory, '--host', 'web']);
    assert.match(part.lines.join('\n'), /web: lost at the next boot but for what is kept below it$/);
    const unwritten = await cli(['explain', '/etc/ssh/ssh_host_ed25519_key', directory]);
    assert.match(
      unwritten.lines.join('\n'),
      /\n {2}web, db: lost at the next boot: nothing keeps it, and no option that is on writes it(\n|$)/,
    );
    assert.match(unwritten.lines.join('\n'), /\n {2}bay: lost at the next boot: nothing keeps it\n {4}written by services\.openssh/);
  });

  test('below a home, for its users', async () => {
    const { lines } = await cli(['explain', '~/.ssh/id_ed25519', directory, '--host', 'web']);
    assert.match(lines.join('\n'), /\n {2}web \(\/home\/ann\/\.ssh\/id_ed25519\): kept in \/persist by \/home\/ann\/\.ssh, web\.nix:7:\d+/);
  });

  test('wrong usage', async () => {
    for (const [argv, sentence] of [
      [['explain'], /needs a path/],
      [['explain', 'relative'], /absolute path/],
      [['explain', '/a', 'b', 'c'], /a path and a directory at most/],
      [['explain', '/a', '--fix'], /does not take --fix/],
      [['explain', '/a', directory, '--host', 'nobody'], /no host nobody/],
    ] as const) {
      const { status, lines, notes } = await cli(argv);
      assert.deepEqual([status, lines], [2, []]);
      assert.match(notes[0] ?? '', sentence);
    }
  });

  test('nothing that a terminal would obey', async () => {
    const { lines } = await cli(['explain', '/a\x1b[2J\u202e\n', directory]);
    for (const line of lines) assert.doesNotMatch(line, /[\x00-\x1f\u202e]/);
  });

  test('with what the team knows of its own', async () => {
    const own = { id: 'our-app', title: 'Our app', options: ['services.ourApp.enable'], severity: 'data', scope: 'system' };
    const state = [
      { ...own, paths: [{ path: '/var/lib/our-app', kind: 'directory' }], loss: 'Orders are gone.', source: 'ours', verified: true },
    ];
    const ephemeral = [{ pattern: '/var/spool/ours', reason: 'Sent again.', safe: true }];
    const team = mkdtempSync(join(tmpdir(), 'keepsake-explain-'));
    try {
      const web = FILES['web.nix'].replace('users.users', 'services.ourApp.enable = true;\n  users.users');
      writeFiles(team, { ...FILES, 'web.nix': web, 'keepsake.json': JSON.stringify({ state, ephemeral }) });
      const said = (await cli(['explain', '/var/lib/our-app/db', team])).lines.join('\n');
      assert.match(said, /Our app \(data\): Orders are gone\./);
      assert.match(said, /written by services\.ourApp\.enable, web\.nix:3:3/);
      assert.match((await cli(['explain', '/var/spool/ours', team])).lines.join('\n'), /made anew .*: Sent again\./);
    } finally {
      rmSync(team, { recursive: true, force: true });
    }
  });
});
