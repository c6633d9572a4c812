import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskFileSystem } from '../../../server/src/workspace/fileSystem.ts';
import { fixEdit } from '../../../server/src/workspace/fixEdit.ts';
import { Workspace } from '../../../server/src/workspace/workspace.ts';
import type { NixGrammar } from '../../../server/src/syntax/grammar.ts';
import { MemoryFiles, type MemoryFile } from '../../support/coreFiles.ts';
import { grammarOnce } from '../../support/coreGrammar.ts';
import { entryLines, unresolvedReasons } from '../../support/coreHost.ts';

const FLAKE = '{ outputs = { nixpkgs, ... }: { nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; }; }; }';
const WEB = '{ imports = [ ./more.nix ]; environment.persistence."/p".directories = [ "/var" ]; }';
const MORE = '{ environment.persistence."/p".directories = [ "/more" ]; }';

/** The entries of the only host, and why places of it could not be read. */
function read(workspace: Workspace): { entries: readonly string[]; unresolved: readonly string[] } {
  const [host] = workspace.analysis().hosts;
  assert.ok(host);
  return { entries: entryLines(host), unresolved: unresolvedReasons(host) };
}

suite('workspace, texts', () => {
  let grammar: NixGrammar;
  suiteSetup(async () => {
    grammar = await grammarOnce;
  });

  function workspaceOf(files: Readonly<Record<string, MemoryFile>>): { workspace: Workspace; disk: MemoryFiles } {
    const disk = new MemoryFiles(Object.entries({ '/w/flake.nix': FLAKE, '/w/web.nix': WEB, '/w/more.nix': MORE, ...files }));
    return { workspace: new Workspace({ grammar, fileSystem: disk, roots: ['/w'] }), disk };
  }

  test('broken by typing: the last good model stays, and the text can be had', () => {
    const { workspace } = workspaceOf({});
    const before = workspace.analysis();
    const broken = WEB.replace(']; }', '"/x" ');
    workspace.openText('/w/web.nix', WEB, 1);
    workspace.openText('/w/web.nix', broken, 2);
    assert.equal(workspace.analysis(), before);
    const source = workspace.currentSource('/w/web.nix');
    assert.ok(typeof source !== 'string' && source.broken && source.text === broken);
    assert.equal(workspace.openDocument('/w/web.nix')?.version, 2);
    workspace.openText('/w/web.nix', WEB.replace('"/var"', '"/mended"'), 3);
    assert.deepEqual(read(workspace).entries, ['/p /more/', '/p /mended/']);
  });

  test('broken and closed: the text on disk holds', () => {
    const { workspace } = workspaceOf({});
    workspace.openText('/w/more.nix', MORE.replace('/more', '/typed'), 1);
    workspace.openText('/w/more.nix', '{ ', 2);
    assert.deepEqual(read(workspace).entries, ['/p /typed/', '/p /var/']);
    workspace.closeText('/w/more.nix');
    assert.deepEqual(read(workspace).entries, ['/p /more/', '/p /var/']);
    assert.equal(workspace.openDocument('/w/more.nix'), null);
  });

  test('broken from the first: what can be read is, and nothing is claimed', () => {
    const { workspace } = workspaceOf({ '/w/more.nix': '{ environment.persistence."/p".directories = [ "/more" ' });
    const { workspace: whole } = workspaceOf({});
    assert.notDeepEqual(whole.analysis().findings, []);
    assert.deepEqual(workspace.analysis().findings, []);
  });

  for (const [name, content, reason] of [
    ['encrypted', '\0GITCRYPT\0abc', /encrypted/],
    ['empty', '', /empty/],
    ['blank', '  \n\n', /empty/],
    ['only a comment', '# nothing\n', /./],
    ['binary', 'a\0b\x01\x02', /not text/],
    ['unreadable', { problem: "the file can't be read (EACCES)" }, /EACCES/],
    ['larger than 4 MB', `{ } # ${'x'.repeat(4 * 1024 * 1024)}`, /larger/],
    ['not Nix', '}{ ]', /syntax error/],
    ['a link that leads nowhere', { link: '/nowhere/x.nix' }, /does not exist/],
    ['a link out of the workspace', { link: '/outside/secret.nix' }, /outside this workspace/],
    ['a link that climbs out', { link: '../outside/secret.nix' }, /outside this workspace/],
  ] as const)
    test(`a file that is ${name} is said, and the findings stay silent`, () => {
      const { workspace, disk } = workspaceOf({ '/w/more.nix': content, '/outside/secret.nix': MORE });
      const { entries, unresolved } = read(workspace);
      assert.deepEqual(entries, ['/p /var/']);
      assert.ok(
        unresolved.some((each) => reason.test(each)),
        unresolved.join('\n'),
      );
      assert.deepEqual(workspace.analysis().findings, []);
      assert.ok(!disk.reads.includes('/outside/secret.nix'));
    });

  test('a link inside the workspace is followed', () => {
    const { workspace } = workspaceOf({ '/w/more.nix': { link: './real.nix' }, '/w/real.nix': MORE });
    assert.deepEqual(read(workspace), { entries: ['/p /more/', '/p /var/'], unresolved: [] });
  });

  test('a file of 3 MB is read whole', function () {
    this.timeout(180_000);
    const item = '      "/srv/some/directory/with/a/name"\n';
    const count = Math.floor((3 * 1024 * 1024) / item.length);
    const large = `{ environment.persistence."/p".directories = [\n${item.repeat(count)}]; }`;
    const { workspace } = workspaceOf({ '/w/more.nix': large });
    assert.equal(read(workspace).entries.length, count + 1);
  });

  test('names that begin like the root are not in it', () => {
    const { workspace } = workspaceOf({ '/w/more.nix': { link: '/wide/more.nix' }, '/wide/more.nix': MORE });
    assert.match(read(workspace).unresolved[0] ?? '', /outside/);
  });

  test('files that come are found, files that go are missed', () => {
    const { workspace, disk } = workspaceOf({});
    disk.files.delete('/w/more.nix');
    workspace.structureChanged();
    assert.match(read(workspace).unresolved[0] ?? '', /does not exist/);
    disk.files.set('/w/more.nix', MORE.replace('/more', '/again'));
    workspace.structureChanged();
    assert.deepEqual(read(workspace).entries, ['/p /again/', '/p /var/']);
    disk.files.delete('/w/flake.nix');
    workspace.structureChanged();
    assert.deepEqual(workspace.analysis(), { hosts: [], homes: [], findings: [], problems: [] });
  });

  test('hosts of the same name in several flakes are told apart, and a fix goes to the right one', () => {
    const { workspace } = workspaceOf({ '/w/sub/flake.nix': FLAKE, '/w/sub/web.nix': MORE });
    const { hosts, findings } = workspace.analysis();
    assert.deepEqual(
      hosts.map(({ name }) => name),
      ['web', 'web (sub)'],
    );
    const finding = findings.find(({ location }) => location.file === '/w/sub/web.nix');
    assert.deepEqual(finding?.hosts, ['web (sub)']);
    const host = hosts.find(({ name }) => name === 'web (sub)');
    assert.ok(host);
    const [fix] = finding.fixes;
    assert.ok(fix);
    const edit = fixEdit(workspace, host, fix);
    assert.deepEqual('problem' in edit ? edit : edit.files.map(({ file }) => file), ['/w/sub/web.nix']);
    workspace.openText('/w/more.nix', '{ }', 1);
    assert.equal(workspace.analysis().hosts[1], host, 'nothing of it has changed');
  });

  test('hosts of the same name in two folders', () => {
    const { workspace } = workspaceOf({ '/v/flake.nix': FLAKE, '/v/web.nix': MORE });
    workspace.setRoots(['/w', '/v']);
    assert.deepEqual(
      workspace.analysis().hosts.map(({ name }) => name),
      ['web (w)', 'web (v)'],
    );
  });

  test('roots that change', () => {
    const { workspace } = workspaceOf({ '/v/flake.nix': FLAKE, '/v/web.nix': MORE });
    workspace.setRoots(['/v']);
    assert.deepEqual(read(workspace).entries, ['/p /more/']);
    workspace.setRoots(['/w', '/v']);
    assert.equal(workspace.analysis().hosts.length, 2);
    workspace.setRoots([]);
    assert.deepEqual(workspace.analysis().hosts, []);
  });

  test('a file that is open and not on disk takes part', () => {
    const { workspace } = workspaceOf({ '/w/web.nix': '{ imports = [ ./new.nix ]; }' });
    assert.match(read(workspace).unresolved[0] ?? '', /does not exist/);
    workspace.openText('/w/new.nix', MORE, 1);
    assert.deepEqual(read(workspace), { entries: ['/p /more/'], unresolved: [] });
    workspace.closeText('/w/new.nix');
    assert.match(read(workspace).unresolved[0] ?? '', /does not exist/);
  });

  test('files of no host are read on their own', () => {
    const { workspace } = workspaceOf({ '/w/loose.nix': MORE.replace('/more', '/loose'), '/w/other.nix': '{ a = 1; }' });
    assert.deepEqual(
      workspace.looseFiles().map((host) => [host.name, entryLines(host)]),
      [['loose.nix', ['/p /loose/']]],
    );
    assert.deepEqual(entryLines(workspace.file('/w/loose.nix')), ['/p /loose/']);
  });

  suite('on disk', () => {
    let directory: string;
    setup(() => {
      directory = mkdtempSync(join(tmpdir(), 'keepsake-workspace-'));
    });
    teardown(() => rmSync(directory, { recursive: true, force: true }));

    test('links out of the workspace are not read, links within are; hidden and built directories are passed over', () => {
      const root = join(directory, 'w');
      for (const folder of ['w/.git', 'w/result', 'w/node_modules', 'w/sub', 'outside'])
        mkdirSync(join(directory, folder), { recursive: true });
      writeFileSync(join(directory, 'outside/secret.nix'), MORE);
      writeFileSync(join(root, 'flake.nix'), FLAKE);
      writeFileSync(join(root, 'web.nix'), WEB.replace('./more.nix', './out.nix ./sub/in.nix'));
      writeFileSync(join(root, 'real.nix'), MORE);
      for (const folder of ['.git', 'result', 'node_modules']) writeFileSync(join(root, folder, 'flake.nix'), FLAKE);
      symlinkSync('../outside/secret.nix', join(root, 'out.nix'));
      symlinkSync('../real.nix', join(root, 'sub/in.nix'));
      symlinkSync('..', join(root, 'sub/circle'));
      assert.deepEqual(
        diskFileSystem.nixFiles(root),
        ['flake.nix', 'real.nix', 'web.nix'].map((name) => join(root, name)),
      );
      const workspace = new Workspace({ grammar, fileSystem: diskFileSystem, roots: [root] });
      const { entries, unresolved } = read(workspace);
      assert.deepEqual(entries, ['/p /more/', '/p /var/']);
      assert.deepEqual(unresolved, ['it is outside this workspace']);
    });

    test('a root that is a link itself', () => {
      const real = join(directory, 'real');
      mkdirSync(real);
      writeFileSync(join(real, 'flake.nix'), FLAKE);
      writeFileSync(join(real, 'web.nix'), MORE);
      symlinkSync('real', join(directory, 'link'));
      const workspace = new Workspace({ grammar, fileSystem: diskFileSystem, roots: [join(directory, 'link')] });
      assert.deepEqual(read(workspace).entries, ['/p /more/']);
    });

    test('what is no file, is too large, or is not there, is said', () => {
      mkdirSync(join(directory, 'd.nix'));
      writeFileSync(join(directory, 'large.nix'), ' '.repeat(13 * 1024 * 1024));
      assert.match(diskFileSystem.read(join(directory, 'd.nix')) as string, /can't be read \(EISDIR\)/);
      assert.match(diskFileSystem.read(join(directory, 'gone.nix')) as string, /does not exist/);
      assert.match(diskFileSystem.read(join(directory, 'large.nix')) as string, /too large/);
      assert.equal(diskFileSystem.kindOf(join(directory, 'd.nix')), 'directory');
      assert.equal(diskFileSystem.kindOf('/dev/null'), null);
      assert.equal(diskFileSystem.kindOf(join(directory, 'gone.nix')), null);
      assert.equal(diskFileSystem.realPath(join(directory, 'gone.nix')), null);
      assert.deepEqual(diskFileSystem.nixFiles(join(directory, 'gone')), []);
      // The files of root can always be read by root: then the mode says nothing.
      if (process.getuid?.() === 0) return;
      writeFileSync(join(directory, 'locked.nix'), '{ }');
      chmodSync(join(directory, 'locked.nix'), 0);
      assert.match(diskFileSystem.read(join(directory, 'locked.nix')) as string, /EACCES/);
    });
  });
});
