import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { skip } from '../support/skip.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const HOOKS = readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8');

/** The settings of each hook; there is no deeper YAML in the file. */
const hooks = HOOKS.split(/^- /m)
  .slice(1)
  .map((text) => new Map([...text.matchAll(/^\s*(\w+): (.*)$/gm)].map((match) => [match[1] ?? '', match[2] ?? ''])));

suite('hooks for pre-commit', () => {
  let directory: string;
  suiteSetup(function () {
    if (!existsSync(join(root, 'dist/cli.js'))) skip(this, 'dist/cli.js is not built (npm run build)');
  });
  setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'keepsake-pre-commit-'));
    writeFileSync(
      join(directory, 'flake.nix'),
      '{ outputs = { nixpkgs, ... }: { nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; }; }; }\n',
    );
    writeFileSync(
      join(directory, 'web.nix'),
      '{ environment.persistence."/persist".directories = [ "/var/log" "/var/lib/nixos" ]; services.openssh.enable = true; }\n',
    );
  });
  teardown(() => rmSync(directory, { recursive: true, force: true }));

  /** Runs a hook as pre-commit does: its entry in the hook's repository, in the directory of the commit. */
  function run(id: string): { readonly status: number | null; readonly out: string } {
    const entry = hooks.find((hook) => hook.get('id') === id)?.get('entry') ?? assert.fail(id);
    const [script = '', ...args] = entry.split(' ');
    const { status, stdout, stderr } = spawnSync(join(root, script), args, { cwd: directory, encoding: 'utf8' });
    return { status, out: stdout + stderr };
  }

  test('are two, whose script can be run', () => {
    assert.deepEqual(
      hooks.map((hook) => [hook.get('id'), hook.get('language'), hook.get('pass_filenames')]),
      [
        ['keepsake', 'script', 'false'],
        ['keepsake-fix', 'script', 'false'],
      ],
    );
    accessSync(join(root, 'scripts/preCommit.mjs'), constants.X_OK);
    for (const hook of hooks) {
      const files = new RegExp(hook.get('files') ?? '^$');
      for (const name of ['flake.nix', 'a/b.nix', 'flake.lock', 'keepsake.json']) assert.match(name, files);
      for (const name of ['a.nixx', 'README.md', 'Cargo.lock']) assert.doesNotMatch(name, files);
    }
  });

  test('one fails with what is found', () => {
    const { status, out } = run('keepsake');
    assert.equal(status, 1);
    assert.match(out, /web\.nix:1:\d+: error: .*\[missing-service-state\]/);
  });

  test('the other changes files, which pre-commit sees', () => {
    const { status, out } = run('keepsake-fix');
    assert.equal(status, 0, out);
    assert.match(readFileSync(join(directory, 'web.nix'), 'utf8'), /ssh_host_ed25519_key/);
    assert.equal(run('keepsake').status, 0);
  });
});
