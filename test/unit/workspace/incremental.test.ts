import assert from 'node:assert/strict';
import { Workspace } from '../../../server/src/workspace/workspace.ts';
import type { NixGrammar } from '../../../server/src/syntax/grammar.ts';
import { MemoryFiles } from '../../support/coreFiles.ts';
import { grammarOnce } from '../../support/coreGrammar.ts';
import { Random } from '../../support/random.ts';
import { describeWorkspace, fleetTexts } from './support.ts';

/** Edits of people: each turns a text into one that parses, or gives null where it does not fit. */
const EDITS: readonly ((text: string, random: Random) => string | null)[] = [
  (text) => (text.includes('"/var/log"') ? text.replace(/\s*"\/var\/log"/, '') : null),
  (text) => (text.includes('directories = [') ? text.replace('directories = [', 'directories = [ "/var/lib/nixos" ') : null),
  (text, random) => text.replace(/^\{/m, `# ${random.below(1000)}\n{`),
  (text) => (text.includes('enable = true;') ? text.replace('enable = true;', 'enable = false;') : null),
  (text) => (text.includes('enable = false;') ? text.replace('enable = false;', 'enable = true;') : null),
  (text) => (/\n\s*imports = \[/.test(text) ? text.replace(/imports = \[/, 'imports = [ ./added.nix ') : null),
  (text) => (/\.\/[a-z]+\.nix/.test(text) ? text.replace(/\s\.\/[a-z]+\.nix/, '') : null),
  (text) => (text.includes('"/persist"') ? text.replaceAll('"/persist"', '"/state"') : null),
  // One string longer, one blank line more, one comment longer or gone: most edits are like that.
  (text, random) => replaceOne(text, random, /"[^"$\n]*"/g, (found) => `${found.slice(0, -1)}x"`),
  (text, random) => replaceOne(text, random, /\n/g, () => '\n\n'),
  (text, random) => replaceOne(text, random, /#[^\n]*/g, (found) => `${found} more`),
  (text, random) => replaceOne(text, random, /#[^\n]*/g, () => ''),
  (text, random) => replaceOne(text, random, /\b(true|false)\b/g, (found) => (found === 'true' ? 'false' : 'true')),
  (text, random) => replaceOne(text, random, /;\n/g, () => '; added.here = [ "a" ];\n'),
  (text, random) => replaceOne(text, random, /\b[a-z]+ = /g, (found) => `x${found}`),
  () => '{ }',
  () => '{ environment.persistence."/persist".directories = [ "/added" ]; }',
];

/** One match of a pattern replaced; null where there is none. */
function replaceOne(text: string, random: Random, pattern: RegExp, by: (found: string) => string): string | null {
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return null;
  const { index, 0: found } = random.pick(matches);
  return text.slice(0, index) + by(found) + text.slice(index + found.length);
}

const BROKEN: readonly ((text: string) => string)[] = [
  (text) => text.slice(0, Math.floor(text.length / 2)),
  (text) => text.replace(/;/, ''),
  (text) => text.replace(/=/, '= ='),
  (text) => `${text} }`,
  (text) => text.replace(/"/, ''),
];

suite('workspace, incremental', () => {
  let grammar: NixGrammar;
  suiteSetup(async () => {
    grammar = await grammarOnce;
  });

  const cold = (files: MemoryFiles): Workspace => new Workspace({ grammar, fileSystem: files, roots: ['/fleet'] });

  /**
   * What a workspace that is made anew has to say: the files, over them the open texts, and for an open text that is broken the last one
   * that was not.
   */
  function expected(disk: MemoryFiles, open: ReadonlyMap<string, string>, lastGood: ReadonlyMap<string, string>): unknown {
    const files = new MemoryFiles(disk.files);
    for (const [file, text] of open) files.files.set(file, lastGood.get(file) ?? text);
    return describeWorkspace(cold(files));
  }

  for (const seed of [1, 2, 3, 4, 5, 6])
    test(`says the same as one made anew, after every step (seed ${seed})`, function () {
      this.timeout(180_000);
      const random = new Random(seed);
      const disk = new MemoryFiles(fleetTexts());
      const workspace = cold(disk);
      const open = new Map<string, string>();
      const lastGood = new Map<string, string>();
      const log: string[] = [];
      let version = 0;
      const type = (file: string, text: string): void => {
        const before = lastGood.get(file) ?? open.get(file) ?? (disk.files.get(file) as string | undefined);
        const broken = (candidate: string): boolean => grammar.parse(file, candidate).broken;
        if (broken(text) && before !== undefined && !broken(before)) lastGood.set(file, before);
        else lastGood.delete(file);
        open.set(file, text);
        workspace.openText(file, text, ++version);
      };
      for (let step = 0; step < 40; step++) {
        const file = random.pick([...disk.files.keys()]);
        const text = open.get(file) ?? (disk.files.get(file) as string);
        const what = random.pick(['edit', 'edit', 'edit', 'break', 'mend', 'close', 'save', 'create', 'delete', 'behind'] as const);
        log.push(`${what} ${file}`);
        switch (what) {
          case 'edit':
            type(file, random.pick(EDITS)(text, random) ?? text);
            break;
          case 'break':
            type(file, random.pick(BROKEN)(text));
            break;
          case 'mend':
            type(file, lastGood.get(file) ?? (disk.files.get(file) as string));
            break;
          case 'close':
            open.delete(file);
            lastGood.delete(file);
            workspace.closeText(file);
            break;
          case 'save':
            disk.files.set(file, text);
            workspace.filesChanged([file]);
            break;
          case 'create': {
            const made = file.replace(/[^/]+$/, random.pick(['added.nix', 'default.nix', 'flake.nix']));
            if (disk.files.has(made)) break;
            disk.files.set(made, random.pick(EDITS.slice(-2))('', random) as string);
            workspace.structureChanged();
            break;
          }
          case 'delete':
            if (disk.files.size < 20 || open.has(file)) break;
            disk.files.delete(file);
            workspace.structureChanged();
            break;
          case 'behind':
            // Changed on disk by another program; where the file is open, its text stays.
            disk.files.set(file, random.pick(EDITS)(disk.files.get(file) as string, random) ?? '{ }');
            workspace.filesChanged([file]);
            break;
        }
        // Sometimes several changes come before anybody asks.
        if (random.chance(0.7)) assert.deepEqual(describeWorkspace(workspace), expected(disk, open, lastGood), log.join('\n'));
      }
      assert.deepEqual(describeWorkspace(workspace), expected(disk, open, lastGood), log.join('\n'));
    });

  test('makes anew only what was read from the file', () => {
    const disk = new MemoryFiles(fleetTexts());
    const parsed: string[] = [];
    const counting: NixGrammar = {
      parse(file, text) {
        parsed.push(file);
        return grammar.parse(file, text);
      },
    };
    const workspace = new Workspace({ grammar: counting, fileSystem: disk, roots: ['/fleet'] });
    const before = workspace.analysis();
    assert.equal(new Set(parsed).size, parsed.length, 'every file is parsed once');
    assert.equal(new Set(disk.reads).size, disk.reads.length, 'every file is read once');
    parsed.length = 0;
    disk.reads.length = 0;

    assert.equal(workspace.analysis(), before, 'nothing has changed');
    const file = '/fleet/hosts/tank/persistence.nix';
    workspace.openText(file, (disk.files.get(file) as string).replace('"/var/lib/nixos"', '"/var/lib"'), 1);
    const after = workspace.analysis();
    assert.deepEqual(parsed, [file]);
    assert.deepEqual(disk.reads, []);
    assert.equal(after.hosts.length, before.hosts.length);
    for (const [index, host] of after.hosts.entries())
      assert.equal(host === before.hosts[index], host.name !== 'tank', `${host.name} depends on the file or does not`);
  });

  test('a shared file makes the hosts that use it anew, the flake all of them', () => {
    const disk = new MemoryFiles(fleetTexts());
    const workspace = cold(disk);
    const changed = (file: string): readonly string[] => {
      const before = workspace.analysis();
      disk.files.set(file, `${disk.files.get(file) as string}\n`);
      workspace.filesChanged([file]);
      return workspace.analysis().hosts.flatMap((host, index) => (host === before.hosts[index] ? [] : [host.name]));
    };
    assert.deepEqual(changed('/fleet/modules/persist-base.nix'), ['harbor', 'beacon']);
    assert.deepEqual(changed('/fleet/hosts/vault/shares.nix'), ['vault']);
    assert.deepEqual(changed('/fleet/unrelated.nix'), []);
    assert.equal(changed('/fleet/flake.nix').length, 7);
  });

  test('the same text again changes nothing', () => {
    const disk = new MemoryFiles(fleetTexts());
    const workspace = cold(disk);
    const before = workspace.analysis();
    const file = '/fleet/hosts/tank/persistence.nix';
    workspace.openText(file, disk.files.get(file) as string, 1);
    workspace.openText(file, disk.files.get(file) as string, 2);
    assert.equal(workspace.analysis(), before);
    assert.equal(workspace.openDocument(file)?.version, 2);
  });
});
