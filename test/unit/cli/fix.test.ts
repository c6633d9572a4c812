import assert from 'node:assert/strict';
import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceFiles } from '../../../server/src/cli/replaceFiles.ts';
import { cli, writeFiles } from './support.ts';

const FLAKE = `{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ./persist.nix ]; };
    nixosConfigurations.db = nixpkgs.lib.nixosSystem { modules = [ ./persist.nix ]; };
  };
}
`;

const PERSIST = `{
  # What all machines keep
  environment.persistence."/persist" = {
    directories = [
      "/var/lib/nixos" # uids
      "/var/spool"
    ];
  };
}
`;

suite('check --fix', () => {
  let directory: string;
  setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'keepsake-fix-'));
  });
  teardown(() => rmSync(directory, { recursive: true, force: true }));

  const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
  const change = (name: string, before: string, after: string) => ({ file: join(directory, name), before, after });

  test('makes what is safe, writes it in place, and says what it did', async () => {
    writeFiles(directory, { 'flake.nix': FLAKE, 'persist.nix': PERSIST, 'web.nix': '{ }\n' });
    chmodSync(join(directory, 'persist.nix'), 0o640);
    const { status, lines, notes } = await cli(['check', directory, '--fix']);
    assert.deepEqual([status, lines], [0, []]);
    assert.equal(
      read('persist.nix'),
      `{
  # What all machines keep
  environment.persistence."/persist" = {
    directories = [
      "/var/lib/nixos" # uids
      "/var/log"
      "/var/spool"
    ];
    files = [ "/etc/machine-id" ];
  };
}
`,
    );
    assert.equal(statSync(join(directory, 'persist.nix')).mode & 0o777, 0o640);
    assert.equal(notes.length, 2);
    for (const note of notes)
      assert.match(note, /^persist\.nix:3:27: fixed: Keep .* in \/persist \(persist\.nix\) \[missing-critical-state\]$/);
    assert.deepEqual(readdirSync(directory).toSorted(), ['flake.nix', 'persist.nix', 'web.nix'], 'nothing is left lying about');
    assert.deepEqual((await cli(['check', directory, '--fix'])).notes, [], 'a second run has nothing to do');
  });

  test('says how far it is, when one round of fixes is not all', async () => {
    writeFiles(directory, {
      'flake.nix': FLAKE,
      'persist.nix': PERSIST.replace('/var/spool', '/var/log').replace('  };', '    files = [ "/etc/machine-id" ];\n  };'),
      'web.nix': '{ services.grafana.enable = true; services.jellyfin.enable = true; environment.persistence."/persist" = { }; }\n',
    });
    const { notes } = await cli(['check', directory, '--fix']);
    assert.equal(notes[0], 'keepsake: 1 fix made, 1 to look at');
    assert.equal(notes.length, 3);
    assert.match(read('web.nix'), /"\/var\/lib\/grafana"[^]*"\/var\/lib\/jellyfin"/);
  });

  test('leaves alone what would change another host too, and says so', async () => {
    writeFiles(directory, {
      'flake.nix': FLAKE,
      'persist.nix': PERSIST.replace('/var/spool', '/var/log'),
      'web.nix': '{ services.openssh.enable = true; environment.etc.machine-id.text = "x"; }\n',
    });
    const before = read('persist.nix');
    const { status, lines, notes } = await cli(['check', directory, '--fix', '--host', 'web']);
    assert.equal(status, 1);
    assert.match(lines[0] ?? '', /SSH host keys/);
    assert.match(notes.join('\n'), /web\.nix:1:3: not fixed: the edit would change db too; look at it first\. \[missing-service-state\]/);
    assert.equal(read('persist.nix'), before);
  });

  test('the result is given in every format', async () => {
    writeFiles(directory, { 'flake.nix': FLAKE, 'persist.nix': PERSIST, 'web.nix': '{ }\n' });
    const run = await cli(['check', directory, '--fix', '--format', 'json']);
    assert.deepEqual(run.json(), { version: 1, findings: [] });
  });

  test('refused for a file on its own', async () => {
    const { status, notes } = await cli(['check', '--fix', '--file', 'x.nix']);
    assert.equal(status, 2);
    assert.match(notes[0] ?? '', /does not go with --file/);
  });

  test('a link stays a link', async () => {
    writeFiles(directory, { 'flake.nix': FLAKE, 'real/persist.nix': PERSIST, 'web.nix': '{ }\n' });
    symlinkSync('real/persist.nix', join(directory, 'persist.nix'));
    assert.equal((await cli(['check', directory, '--fix'])).status, 0);
    assert.ok(lstatSync(join(directory, 'persist.nix')).isSymbolicLink());
    assert.match(read('real/persist.nix'), /\/var\/log/);
  });

  suite('writing files', () => {
    test('all or none: one has changed since it was read', () => {
      writeFiles(directory, { a: 'a', b: 'changed' });
      assert.match(
        replaceFiles([change('a', 'a', 'A'), change('b', 'b', 'B')]) ?? '',
        /b has changed meanwhile, so that nothing was written/,
      );
      assert.deepEqual([read('a'), read('b')], ['a', 'changed']);
      assert.deepEqual(readdirSync(directory).toSorted(), ['a', 'b']);
    });

    test('all or none: one is gone', () => {
      writeFiles(directory, { a: 'a' });
      assert.match(replaceFiles([change('a', 'a', 'A'), change('b', 'b', 'B')]) ?? '', /b can't be written \(ENOENT\)/);
      assert.equal(read('a'), 'a');
      assert.deepEqual(readdirSync(directory), ['a']);
    });

    test('what is no UTF-8 is left alone', () => {
      writeFileSync(join(directory, 'a'), Buffer.from([0x61, 0xff]));
      assert.match(replaceFiles([change('a', 'a\ufffd', 'A\ufffd')]) ?? '', /is no UTF-8 text/);
      assert.deepEqual(readFileSync(join(directory, 'a')), Buffer.from([0x61, 0xff]));
    });

    test('somebody else’s temporary file is not taken', () => {
      writeFiles(directory, { a: 'a', [`.a.${process.pid}.keepsake`]: 'mine' });
      assert.match(replaceFiles([change('a', 'a', 'A')]) ?? '', /can't be written \(EEXIST\)/);
      assert.equal(read(`.a.${process.pid}.keepsake`), 'mine');
    });
  });
});
