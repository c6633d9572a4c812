import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, writeFiles } from './support.ts';

const FILES = {
  'flake.nix': `{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  outputs = { nixpkgs, ... }: {
    nixosConfigurations = {
      web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ./shared.nix ]; };
      mail = nixpkgs.lib.nixosSystem { modules = [ ./mail.nix ./shared.nix ]; };
      odd = nixpkgs.lib.mkOdd ./odd.nix;
    };
  };
}
`,
  'web.nix': `{ lib, mine, ... }:
{
  boot.initrd.postResumeCommands = lib.mkAfter "zfs rollback -r rpool/local/root@blank";
  fileSystems."/" = { device = "rpool/local/root"; fsType = "zfs"; };
  services.openssh.enable = true;
  environment.persistence."/persist" = {
    directories = [ "/var/lib/nixos/" ] ++ lib.optionals mine.logs [ "/var/log" ];
    files = [ { file = "/etc/machine-id"; } ];
    users.ann.directories = [ ".ssh" ];
  };
}
`,
  'mail.nix': `{
  fileSystems."/" = { device = "none"; fsType = "tmpfs"; };
  systemd.tmpfiles.rules = [ "L /etc/machine-id - - - - /persist/etc/machine-id" ];
  preservation.preserveAt."/state".directories = extra;
}
`,
  'shared.nix': `{ environment.persistence."/persist".directories = [ "/srv" ]; }
`,
  'keepsake.json': '{ "hosts": { "web": { "ssh": "root@web.example.org" } } }\n',
  'loose.nix': `{ environment.persistence."/persist".directories = [ "/loose" ]; }
`,
} as const;

suite('command line', () => {
  let directory: string;
  suiteSetup(() => {
    directory = mkdtempSync(join(tmpdir(), 'keepsake-cli-'));
    writeFiles(directory, FILES);
  });
  suiteTeardown(() => rmSync(directory, { recursive: true, force: true }));

  const KEYS_MESSAGE = /^web: the SSH host keys \(\/etc\/ssh\/ssh_host_\*\) are lost at every boot\. /;

  suite('hosts', () => {
    test('as text', async () => {
      const { status, lines, notes } = await cli(['hosts', directory]);
      assert.equal(status, 0);
      assert.deepEqual(notes, []);
      assert.deepEqual(lines, [
        'web  flake.nix:5:7  zfs root, rolled back to rpool/local/root@blank, 5 entries',
        'mail  flake.nix:6:7  tmpfs root, 2 entries',
        'odd  flake.nix:7:7  root filesystem not known, not read: a function of nixpkgs lib that is not read is outside this workspace',
      ]);
    });

    test('as JSON', async () => {
      const run = await cli(['hosts', '--json', directory]);
      assert.equal(run.status, 0);
      assert.deepEqual(run.json(), {
        version: 1,
        hosts: [
          {
            name: 'web',
            file: 'flake.nix',
            line: 5,
            rootFilesystem: 'zfs',
            rollback: { dataset: 'rpool/local/root', snapshot: 'blank' },
            ssh: 'root@web.example.org',
          },
          { name: 'mail', file: 'flake.nix', line: 6, rootFilesystem: 'tmpfs', rollback: null, ssh: null },
          {
            name: 'odd',
            file: 'flake.nix',
            line: 7,
            rootFilesystem: null,
            rollback: null,
            ssh: null,
            unresolved: 'a function of nixpkgs lib that is not read is outside this workspace',
          },
        ],
      });
    });

    test('users that are configured apart from machines', async () => {
      const home = mkdtempSync(join(tmpdir(), 'keepsake-cli-'));
      writeFiles(home, {
        'flake.nix': `{
  inputs.home-manager.url = "github:nix-community/home-manager";
  outputs = { home-manager, ... }: {
    homeConfigurations."ann@web" = home-manager.lib.homeManagerConfiguration { modules = [ ./ann.nix ]; };
    homeConfigurations.bob = bob;
  };
}
`,
        'ann.nix': '{ home.username = "ann"; home.persistence."/persist".directories = [ ".ssh" ]; }\n',
      });
      try {
        assert.deepEqual((await cli(['hosts', home])).lines, [
          'ann@web  flake.nix:4:24  home configuration, 1 entries',
          'bob  flake.nix:5:24  home configuration, not read: bob is not defined',
        ]);
        assert.deepEqual((await cli(['hosts', '--json', home])).json(), {
          version: 1,
          hosts: [],
          homes: [
            { name: 'ann@web', file: 'flake.nix', line: 4 },
            { name: 'bob', file: 'flake.nix', line: 5, unresolved: 'bob is not defined' },
          ],
        });
        const entries = await cli(['entries', '--host', 'ann@web', home]);
        assert.deepEqual(entries.lines, ['ann.nix:1:70  /home/ann/.ssh/ in /persist  [ann@web] home-manager']);
      } finally {
        rmSync(home, { recursive: true });
      }
    });

    test('guests of a machine', async () => {
      const fleet = mkdtempSync(join(tmpdir(), 'keepsake-cli-'));
      writeFiles(fleet, {
        'flake.nix': `{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };
  };
}
`,
        'web.nix': '{\n  containers.db.config.imports = [ ./db.nix ];\n}\n',
        'db.nix': '{ environment.persistence."/persist".directories = [ "/var/lib/db" ]; }\n',
      });
      try {
        assert.deepEqual((await cli(['hosts', fleet])).lines, [
          'web  flake.nix:4:25  root filesystem not known, 0 entries',
          'web/db  web.nix:2:14  guest of web, 1 entries',
        ]);
        const { hosts, guests } = (await cli(['hosts', '--json', fleet])).json() as { hosts: { name: string }[]; guests: unknown };
        assert.deepEqual([hosts.map(({ name }) => name), guests], [['web'], [{ name: 'web/db', file: 'web.nix', line: 2, host: 'web' }]]);
        const told = ['db.nix:1:54  /var/lib/db/ in /persist  [web/db] impermanence'];
        assert.deepEqual((await cli(['entries', fleet])).lines, told);
        assert.deepEqual((await cli(['entries', '--host', 'web/db', fleet])).lines, told);
        assert.deepEqual((await cli(['entries', '--host', 'web', fleet])).lines, []);
      } finally {
        rmSync(fleet, { recursive: true });
      }
    });

    test('of a directory without any', async () => {
      const empty = mkdtempSync(join(tmpdir(), 'keepsake-cli-'));
      try {
        const text = await cli(['hosts', empty]);
        assert.deepEqual([text.status, text.lines, text.notes.length], [0, [], 1]);
        assert.deepEqual((await cli(['hosts', '--json', empty])).json(), { version: 1, hosts: [] });
      } finally {
        rmSync(empty, { recursive: true });
      }
    });
  });

  suite('entries', () => {
    const entry = {
      mechanism: 'impermanence',
      storage: '/persist',
      scope: 'system',
      user: null,
      kind: 'directory',
      relative: null,
      conditional: false,
      conditions: [] as string[],
    };
    const loose = { ...entry, hosts: [], file: 'loose.nix', line: 1, column: 54, path: '/loose' };
    const link = {
      ...entry,
      hosts: ['mail'],
      file: 'mail.nix',
      line: 3,
      column: 30,
      mechanism: 'manual',
      kind: 'file',
      path: '/etc/machine-id',
    };
    const shared = { ...entry, hosts: ['web', 'mail'], file: 'shared.nix', line: 1, column: 54, path: '/srv' };
    const web = [
      { ...entry, hosts: ['web'], file: 'web.nix', line: 7, column: 21, path: '/var/lib/nixos' },
      { ...entry, hosts: ['web'], file: 'web.nix', line: 7, column: 70, path: '/var/log', conditional: true, conditions: ['mine.logs'] },
      { ...entry, hosts: ['web'], file: 'web.nix', line: 8, column: 24, kind: 'file', path: '/etc/machine-id' },
      {
        ...entry,
        hosts: ['web'],
        file: 'web.nix',
        line: 9,
        column: 31,
        scope: 'user',
        user: 'ann',
        path: '/home/ann/.ssh',
        relative: '.ssh',
      },
    ];
    const noHost = {
      file: 'flake.nix',
      line: 7,
      column: 7,
      reason: 'a function of nixpkgs lib that is not read is outside this workspace',
    };
    const extra = { file: 'mail.nix', line: 4, column: 50, reason: 'extra is not defined' };

    test('as JSON', async () => {
      const run = await cli(['entries', directory, '--json']);
      assert.equal(run.status, 0);
      assert.deepEqual(run.json(), { version: 1, entries: [loose, link, shared, ...web], unresolved: [noHost, extra] });
    });

    test('of one host', async () => {
      const run = await cli(['entries', directory, '--json', '--host', 'web']);
      assert.deepEqual(run.json(), { version: 1, entries: [{ ...shared, hosts: ['web'] }, ...web], unresolved: [] });
    });

    test('of one file', async () => {
      const run = await cli(['entries', directory, '--json', '--file', join(directory, 'shared.nix')]);
      assert.deepEqual(run.json(), { version: 1, entries: [{ ...shared, hosts: [] }], unresolved: [] });
    });

    test('as text', async () => {
      const { status, lines } = await cli(['entries', directory]);
      assert.equal(status, 0);
      assert.deepEqual(lines, [
        'loose.nix:1:54  /loose/ in /persist  [] impermanence',
        'mail.nix:3:30  /etc/machine-id in /persist  [mail] manual',
        'shared.nix:1:54  /srv/ in /persist  [web, mail] impermanence',
        'web.nix:7:21  /var/lib/nixos/ in /persist  [web] impermanence',
        'web.nix:7:70  /var/log/ in /persist  [web] impermanence  if mine.logs',
        'web.nix:8:24  /etc/machine-id in /persist  [web] impermanence',
        'web.nix:9:31  /home/ann/.ssh/ in /persist  [web] impermanence',
        'flake.nix:7:7  could not be read: a function of nixpkgs lib that is not read is outside this workspace',
        'mail.nix:4:50  could not be read: extra is not defined',
      ]);
    });
  });

  suite('check', () => {
    test('as JSON', async () => {
      const run = await cli(['check', directory, '--format', 'json']);
      assert.equal(run.status, 1);
      const { version, findings } = run.json() as { version: number; findings: readonly Record<string, unknown>[] };
      assert.equal(version, 1);
      assert.deepEqual(findings.map(({ code }) => String(code)).toSorted(), [
        'loose-secret-mode',
        'malformed-path',
        'missing-service-state',
        'storage-not-mounted',
      ]);
      const { message, ...finding } = findings.find(({ code }) => code === 'missing-service-state') ?? {};
      assert.match(String(message), KEYS_MESSAGE);
      assert.deepEqual(finding, {
        code: 'missing-service-state',
        severity: 'error',
        hosts: ['web'],
        file: 'web.nix',
        line: 5,
        column: 3,
        endLine: 5,
        endColumn: 33,
        fixes: [{ title: 'Keep the SSH host keys in /persist', safe: true }],
        related: [{ file: 'web.nix', line: 6, message: 'web keeps its state here, without the host keys.' }],
      });
      assert.deepEqual((await cli(['check', directory, '--json'])).json(), run.json());
    });

    test('as text', async () => {
      const { status, lines, notes } = await cli(['check', directory]);
      assert.equal(status, 1);
      assert.deepEqual(notes, [
        'mail: not checked for missing state: mail.nix:4:50 could not be read: extra is not defined',
        'odd: not checked for missing state: flake.nix:7:7 could not be read: a function of nixpkgs lib that is not read is outside this workspace',
      ]);
      assert.equal(lines.length, 9);
      assert.match(lines[0] ?? '', /^web\.nix:5:3: error: web: the SSH host keys .*\. .* \[missing-service-state\]$/);
      assert.equal(lines[1], '    web.nix:6:27: web keeps its state here, without the host keys.');
      assert.equal(lines[2], '    fix: Keep the SSH host keys in /persist');
    });

    test('in colour on a terminal only', async () => {
      const coloured = await cli(['check', directory], true);
      assert.match(coloured.lines[0] ?? '', /\x1b\[31merror\x1b\[0m/);
      assert.ok(!(await cli(['check', directory])).lines.join('').includes('\x1b'));
      assert.ok(!(await cli(['check', directory, '--json'], true)).lines.join('').includes('\x1b'));
    });

    test('of one host', async () => {
      assert.equal((await cli(['check', directory, '--host', 'web'])).status, 1);
      const mail = await cli(['check', directory, '--host', 'mail']);
      assert.deepEqual([mail.status, mail.lines], [0, []]);
    });

    test('of one file, without the rest', async () => {
      const run = await cli(['check', directory, '--json', '--file', join(directory, 'shared.nix')]);
      assert.equal(run.status, 1);
      const { findings } = run.json() as { findings: readonly { hosts: readonly string[]; severity: string }[] };
      assert.deepEqual(findings.map(({ severity }) => severity).toSorted(), ['error', 'error', 'information']);
    });

    for (const [name, files, sentence] of [
      ['without hosts', { 'a.nix': '{ }' }, /no hosts found, so nothing was checked/],
      [
        'with a syntax error',
        {
          'flake.nix': '{ outputs = { nixpkgs, ... }: { nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ ./a.nix ]; }; }; }',
          'a.nix': '{ environment.persistence."/p".directories = [ "/x" ',
        },
        /a\.nix:1:\d+: .*syntax error/,
      ],
      ['with a flake that is broken', { 'flake.nix': '{ outputs = ' }, /flake\.nix:1:\d+: hosts may be missing/],
    ] as const)
      test(`a directory ${name} can't be checked`, async () => {
        const place = mkdtempSync(join(tmpdir(), 'keepsake-cli-'));
        try {
          writeFiles(place, files);
          const { status, lines, notes } = await cli(['check', place]);
          assert.deepEqual([status, lines], [2, []]);
          assert.match(notes.join('\n'), sentence);
        } finally {
          rmSync(place, { recursive: true });
        }
      });

    for (const [limit, status] of [
      ['error', 1],
      ['warning', 1],
      ['information', 1],
      ['hint', 1],
      ['never', 0],
    ] as const)
      test(`--fail-on ${limit} with an error`, async () => {
        assert.equal((await cli(['check', directory, '--fail-on', limit])).status, status);
      });

    for (const [limit, status] of [
      ['error', 0],
      ['warning', 0],
      ['information', 1],
      ['hint', 1],
      ['never', 0],
    ] as const)
      test(`--fail-on ${limit} with information only`, async () => {
        const place = mkdtempSync(join(tmpdir(), 'keepsake-cli-'));
        try {
          writeFiles(place, {
            'a.nix': '{ environment.persistence."/p" = { directories = [ "/var/lib" ]; files = [ "/etc/machine-id" ]; }; }',
          });
          const run = await cli(['check', place, '--file', join(place, 'a.nix'), '--fail-on', limit]);
          assert.match(run.lines[0] ?? '', /information/);
          assert.equal(run.status, status);
        } finally {
          rmSync(place, { recursive: true });
        }
      });
  });

  suite('wrong usage is one sentence on stderr, and status 2', () => {
    for (const [argv, sentence] of [
      [[], /a command is missing/],
      [['frobnicate'], /no command frobnicate/],
      [['check', '--nope'], /nope/],
      [['check', '.', '.'], /one directory at most/],
      [['hosts', '--host', 'web'], /does not take --host/],
      [['hosts', '--fail-on', 'error'], /does not take --fail-on/],
      [['entries', '--format', 'json'], /does not take --format/],
      [['check', '--format', 'xml'], /not xml/],
      [['check', '--fail-on', 'sometimes'], /not sometimes/],
      [['check', '--host'], /host/],
      [['check', '/no/such/directory/anywhere'], /is not a directory/],
      [['entries', '--file', '/no/such/file.nix'], /is not a file/],
      [['check', '--file', '/'], /is not a file/],
      [['diff'], /needs a host/],
      [['diff', 'a', 'b', 'c'], /at most/],
      [['diff', 'a', '--from', 'x', '--watch'], /live host/],
      [['diff', 'a', '--from', 'x', '--sudo'], /does not go with --sudo/],
      [['diff', 'a', '--local', '--ssh', 'x'], /does not go with --ssh/],
      [['check', '--evaluate-timeout', '5'], /goes with --evaluate/],
      [['constructor'], /no command constructor/],
      [['__proto__'], /no command __proto__/],
    ] as const)
      test(`keepsake ${argv.join(' ')}`, async () => {
        const { status, lines, notes } = await cli(argv);
        assert.equal(status, 2);
        assert.deepEqual(lines, []);
        assert.equal(notes.length, 1);
        assert.match(notes[0] ?? '', /^keepsake: [^\n]+\.$/);
        assert.match(notes[0] ?? '', sentence);
      });

    for (const command of ['entries', 'check'])
      test(`a host that is not there: ${command}`, async () => {
        const { status, lines, notes } = await cli([command, directory, '--host', 'nobody']);
        assert.deepEqual([status, lines], [2, []]);
        assert.deepEqual(notes, ['keepsake: there is no host nobody; there are: web, mail, odd.']);
      });
  });

  test('help and version', async () => {
    assert.deepEqual(await cli(['--version']).then(({ status, lines }) => [status, lines]), [0, ['1.2.3']]);
    const help = await cli(['--help']);
    assert.equal(help.status, 0);
    for (const command of ['hosts', 'entries', 'check', 'explain', 'diff'])
      assert.match(help.lines.join('\n'), new RegExp(`^ {2}${command} `, 'm'));
  });
});
