import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, writeFiles } from './support.ts';

/** What a terminal would obey instead of showing it. */
const UNSAFE = /[\x00-\x1f\x7f\u202e]/;

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
});
