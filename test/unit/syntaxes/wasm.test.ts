import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Language, Parser } from 'web-tree-sitter';
import { skip } from '../../support/skip.ts';

const syntaxes = join(import.meta.dirname, '../../../syntaxes');
const wasm = join(syntaxes, 'tree-sitter-nix.wasm');
const build = join(syntaxes, 'tree-sitter-nix/build.sh');

/** What the checksum was made with; other versions may write other bytes for the same grammar. */
const knownTools = { clang: 'clang version 14.', 'wasm-ld': 'LLD 14.', 'tree-sitter': 'tree-sitter 0.22.6' };

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function recordedChecksum(): string {
  const [checksum, name] = readFileSync(join(syntaxes, 'tree-sitter-nix/SHA256'), 'utf8').trim().split(/ +/);
  assert.equal(name, 'tree-sitter-nix.wasm');
  assert.ok(checksum !== undefined);
  return checksum;
}

function version(command: string): string | null {
  const run = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return run.error ? null : run.stdout.trim();
}

/** The same choice as build.sh makes. */
function treeSitterCommand(): string {
  const cache = process.env['XDG_CACHE_HOME'] || join(process.env['HOME'] ?? '', '.cache');
  const fetched = join(cache, 'keepsake/tree-sitter/tree-sitter');
  return process.env['TREE_SITTER'] || (version(fetched) === null ? 'tree-sitter' : fetched);
}

suite('tree-sitter-nix.wasm', () => {
  test('is the file whose checksum is recorded', () => {
    assert.equal(sha256(wasm), recordedChecksum());
  });

  test('comes out byte for byte when built again from its source', function () {
    this.timeout(120_000);
    for (const [tool, expected] of Object.entries(knownTools)) {
      const found = version(tool === 'tree-sitter' ? treeSitterCommand() : tool);
      if (found === null) skip(this, `${tool} is not installed (syntaxes/tree-sitter-nix/README.md lists the tools)`);
      if (!found.includes(expected)) skip(this, `${tool} here is "${found.split('\n')[0]}", the checksum was made with ${expected}`);
    }
    const directory = mkdtempSync(join(tmpdir(), 'keepsake-wasm-'));
    try {
      const out = join(directory, 'out.wasm');
      const run = spawnSync('bash', [build, out], { encoding: 'utf8', env: { ...process.env, TREE_SITTER: treeSitterCommand() } });
      if (run.status === 3) skip(this, `not installed: ${run.stderr.trim()}`);
      assert.equal(run.status, 0, run.stderr);
      assert.equal(sha256(out), recordedChecksum());
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('reads what grammar.diff adds to the released grammar', async () => {
    await Parser.init();
    const parser = new Parser();
    parser.setLanguage(await Language.load(wasm));
    const broken = (text: string): boolean => {
      const tree = parser.parse(text);
      assert.ok(tree);
      try {
        return tree.rootNode.hasError;
      } finally {
        tree.delete();
      }
    };
    for (const text of ['{ a, b, }: a', '[ 1 ] |> map f', 'f <| 1', '{ inherit; }', '{ inherit (a); }', '~/${a}']) {
      assert.equal(broken(text), false, text);
    }
    assert.equal(broken('{ a = [ 1; }'), true, 'a text that is broken must be seen as such, else the lines above prove nothing');
    parser.delete();
  });
});
