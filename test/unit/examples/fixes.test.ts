import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyEdits } from '../../../server/src/edits/textEdit.ts';
import { loadNixGrammar } from '../../../server/src/syntax/grammar.ts';
import { diskFileSystem } from '../../../server/src/workspace/fileSystem.ts';
import { findingEdit } from '../../../server/src/workspace/safeFix.ts';
import { Workspace } from '../../../server/src/workspace/workspace.ts';
import { skip } from '../../support/skip.ts';
import { evaluateFleet, fleet, hasNix, type HostFacts } from './fleetFacts.ts';

/** Fixes that take something away and put something else in its place, made in a copy of the fleet and judged by the real Nix. */
suite('example fleet, with fixes made', () => {
  let copy: string;
  let workspace: Workspace;

  setup(async () => {
    copy = realpathSync(mkdtempSync(join(tmpdir(), 'keepsake-fleet-')));
    cpSync(fleet, copy, { recursive: true });
    const grammar = await loadNixGrammar({
      runtime: createRequire(import.meta.url).resolve('web-tree-sitter/web-tree-sitter.wasm'),
      grammar: join(import.meta.dirname, '../../../syntaxes/tree-sitter-nix.wasm'),
    });
    workspace = new Workspace({ grammar, fileSystem: diskFileSystem, roots: [copy] });
  });
  teardown(() => rmSync(copy, { recursive: true, force: true }));

  /** Writes what the first fix of a finding does; the finding is gone then. */
  function fix(code: string, host: string): void {
    const [finding, ...more] = workspace.analysis().findings.filter((each) => each.code === code && each.hosts.includes(host));
    const [first] = finding?.fixes ?? [];
    assert.ok(finding && first && more.length === 0);
    const made = findingEdit(workspace, finding, first);
    assert.ok(!('problem' in made), 'problem' in made ? made.problem : '');
    for (const { file, edits } of made.files) {
      const source = workspace.currentSource(file);
      assert.ok(typeof source !== 'string');
      writeFileSync(file, applyEdits(source.text, edits));
    }
    workspace.filesChanged(made.files.map(({ file }) => file));
    assert.deepEqual(
      workspace.analysis().findings.filter((each) => each.code === code && each.hosts.includes(host)),
      [],
    );
  }

  /** What the real Nix says of one host, and that no other host has changed. */
  function judged(host: string): { readonly before: HostFacts; readonly after: HostFacts } {
    const [before, after] = [evaluateFleet(), evaluateFleet(copy)];
    assert.ok(before[host] && after[host]);
    assert.deepEqual({ ...after, [host]: null }, { ...before, [host]: null });
    return { before: before[host], after: after[host] };
  }

  test('the keys instead of all of /etc/ssh', function () {
    if (!hasNix()) skip(this, 'nix-instantiate is not installed');
    fix('hides-generated-config', 'harbor');
    const { before, after } = judged('harbor');
    const storage = before.persistence['/persist'];
    assert.ok(storage);
    const keys = ['ed25519', 'rsa'].flatMap((type) => [`/etc/ssh/ssh_host_${type}_key`, `/etc/ssh/ssh_host_${type}_key.pub`]);
    const expected = {
      ...before.persistence,
      '/persist': {
        ...storage,
        directories: storage.directories.filter((path) => path !== '/etc/ssh'),
        files: [...storage.files, ...keys],
      },
    };
    assert.deepEqual(after, { ...before, persistence: expected });
  });

  test('the machine id as a file of the storage, not as a link', function () {
    if (!hasNix()) skip(this, 'nix-instantiate is not installed');
    fix('machine-id-source', 'portal');
    const { before, after } = judged('portal');
    const storage = before.persistence['/persist'];
    const { 'machine-id': linked, ...etc } = before.etc;
    assert.ok(storage && linked === '/persist/etc/machine-id');
    const expected = { ...before.persistence, '/persist': { ...storage, files: ['/etc/machine-id', ...storage.files] } };
    assert.deepEqual(after, { ...before, etc, persistence: expected });
  });
});
