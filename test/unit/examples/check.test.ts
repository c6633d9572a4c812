import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { RULES } from '../../../server/src/findings/rules.ts';
import { LineIndex } from '../../../server/src/syntax/source.ts';
import { loadNixGrammar } from '../../../server/src/syntax/grammar.ts';
import { diskFileSystem } from '../../../server/src/workspace/fileSystem.ts';
import { Workspace } from '../../../server/src/workspace/workspace.ts';
import type { Analysis } from '../../../server/src/workspace/analysis.ts';
import { skip } from '../../support/skip.ts';
import { allFindings, evaluateFleet, expectedFindings, fleet, hasNix } from './fleetFacts.ts';

/** Keepsake's own reading of the fleet, against EXPECTED.md and against the real Nix. */
suite('example fleet, as Keepsake reads it', () => {
  let analysis: Analysis;

  suiteSetup(async () => {
    const grammar = await loadNixGrammar({
      runtime: createRequire(import.meta.url).resolve('web-tree-sitter/web-tree-sitter.wasm'),
      grammar: join(import.meta.dirname, '../../../syntaxes/tree-sitter-nix.wasm'),
    });
    analysis = new Workspace({ grammar, fileSystem: diskFileSystem, roots: [fleet] }).analysis();
  });

  test('finds the planted mistakes at their places and nothing else', () => {
    const found = analysis.findings.map(({ code, hosts, location }) => {
      const text = diskFileSystem.read(location.file);
      assert.ok(typeof text !== 'string');
      return `${hosts.join(', ')} ${code} ${relative(fleet, location.file)}:${new LineIndex(text.text).position(location.start).line + 1}`;
    });
    assert.deepEqual(found.toSorted(), allFindings().toSorted());
  });

  test('shows every rule', () => {
    const shown = new Set(analysis.findings.map(({ code }) => code));
    assert.deepEqual(
      RULES.filter(({ code, asked }) => asked !== true && !shown.has(code)).map(({ code }) => code),
      [],
    );
  });

  test('each finding names what is missing and has a fix', () => {
    for (const { host, code, missing } of expectedFindings()) {
      const finding = analysis.findings.find((one) => one.code === code && one.hosts.includes(host));
      assert.ok(finding, `${host} ${code}`);
      const written = finding.fixes.flatMap(({ change }) => (change.kind === 'insert' ? change.entries.map(({ path }) => path) : []));
      for (const path of missing) {
        const parents = path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
        assert.ok(
          written.some((one) => parents.slice(2).includes(one)),
          `${host}: ${path} by ${written.join(', ')}`,
        );
      }
    }
  });

  test('reads every host whole, and the same as the real Nix', function () {
    if (!hasNix()) skip(this, 'nix-instantiate is not installed');
    const facts = evaluateFleet();
    const finished = analysis.hosts.filter(({ location }) => location.file === join(fleet, 'flake.nix'));
    assert.deepEqual(finished.map(({ name }) => name).toSorted(), Object.keys(facts).toSorted());
    for (const host of finished) {
      const { persistence = {}, fileSystems = {} } = facts[host.name] ?? {};
      assert.equal(host.problem, null, host.name);
      assert.deepEqual(host.unresolved, [], host.name);
      const read = host.entries
        .filter(({ mechanism }) => mechanism === 'impermanence')
        .map(({ storage, user, kind, path, relative: below }) => `${storage} ${user ?? kind} ${user === null ? path : below}`);
      const evaluated = Object.entries(persistence).flatMap(([storage, { directories, files, users }]) => [
        ...directories.map((path) => `${storage} directory ${path}`),
        ...files.map((path) => `${storage} file ${path}`),
        ...Object.entries(users).flatMap(([user, paths]) => paths.map((path) => `${storage} ${user} ${path}`)),
      ]);
      assert.deepEqual(read.toSorted(), evaluated.toSorted(), host.name);
      assert.deepEqual(
        host.mounts.map(({ mountPoint, fsType, device }) => `${mountPoint} ${fsType} ${device}`).toSorted(),
        Object.entries(fileSystems)
          .map(([mountPoint, { fsType, device }]) => `${mountPoint} ${fsType} ${device}`)
          .toSorted(),
        host.name,
      );
    }
  });

  test('knows which snapshot the ZFS host goes back to', () => {
    const rollbacks = analysis.hosts.flatMap(({ name, rollback }) =>
      rollback === null ? [] : [`${name} ${rollback.dataset}@${rollback.snapshot}`],
    );
    assert.deepEqual(rollbacks, ['tank rpool/local/root@blank', 'annex tank/root@blank']);
  });
});
