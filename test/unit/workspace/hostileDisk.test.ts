import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NixGrammar } from '../../../server/src/syntax/grammar.ts';
import { diskFileSystem } from '../../../server/src/workspace/fileSystem.ts';
import { Workspace } from '../../../server/src/workspace/workspace.ts';
import { MemoryFiles } from '../../support/coreFiles.ts';
import { grammarOnce } from '../../support/coreGrammar.ts';

const FLAKE = `{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };
  };
}
`;
const KEPT = 'environment.persistence."/persist".directories = [ "/var/log" ];';

suite('workspace on a hostile disk', () => {
  let grammar: NixGrammar;
  let root = '';
  suiteSetup(async () => {
    grammar = await grammarOnce;
  });
  setup(() => {
    root = mkdtempSync(join(tmpdir(), 'keepsake-hostile-'));
  });
  teardown(() => rmSync(root, { recursive: true, force: true }));

  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  };
  const analyse = (): ReturnType<Workspace['analysis']> => new Workspace({ grammar, fileSystem: diskFileSystem, roots: [root] }).analysis();

  test('links in circles are neither walked nor followed for ever, and the rest is read', () => {
    write('flake.nix', FLAKE);
    write('web.nix', `{ imports = [ ./loop ./self.nix ./other.nix ]; ${KEPT} }`);
    write('other.nix', '{ environment.persistence."/persist".directories = [ "/srv" ]; }');
    symlinkSync('loop', join(root, 'loop'));
    symlinkSync('./self.nix', join(root, 'self.nix'));
    mkdirSync(join(root, 'down'));
    symlinkSync('..', join(root, 'down/up'));
    assert.deepEqual(
      diskFileSystem.nixFiles(root),
      ['flake.nix', 'other.nix', 'web.nix'].map((name) => join(root, name)),
    );
    const analysis = analyse();
    assert.deepEqual([...new Set(kept(analysis))].toSorted(), ['web: /srv', 'web: /var/log']);
    const reasons = analysis.hosts[0]?.unresolved.map(({ reason }) => reason) ?? [];
    assert.deepEqual(reasons, ["the file can't be read (ELOOP)", "the file can't be read (ELOOP)"]);
    // Nix takes the same file by another path for another module, until the system follows no more links; one turn says as much.
    write('other.nix', `{ imports = [ ./down/up/other.nix ]; }`);
    const around = analyse();
    assert.deepEqual([...new Set(kept(around))], ['web: /var/log']);
    assert.deepEqual(
      new Set(around.hosts[0]?.unresolved.map(({ reason }) => reason)),
      new Set([...reasons, 'the module imports itself through a link, over and over']),
    );
    assert.equal(around.hosts[0]?.files.length, 4);
  });

  test('modules that import themselves as values end, however many they are at each turn', () => {
    write('flake.nix', FLAKE);
    write('again.nix', 'n: { imports = [ (import ./again.nix (n + 1)) ]; }');
    write('twice.nix', '{ imports = [ (import ./twice.nix) (import ./twice.nix) ]; }');
    write('web.nix', `{ imports = [ (import ./again.nix 1) ]; ${KEPT} }`);
    assert.deepEqual([...new Set(kept(analyse()))], ['web: /var/log']);
    const reasons = (): ReadonlySet<string> => new Set(analyse().hosts[0]?.unresolved.map(({ reason }) => reason));
    assert.deepEqual(reasons(), new Set(['modules import modules without an end']));
    write('web.nix', `{ imports = [ (import ./twice.nix) ]; ${KEPT} }`);
    assert.deepEqual(reasons(), new Set(['modules import modules without an end', 'there are too many modules']));
  });

  test('a flake without a lock is read; its inputs stay unknown without being fetched', () => {
    write('flake.nix', FLAKE);
    write('web.nix', `{ config, lib, ... }: { ${KEPT} }`);
    const analysis = analyse();
    assert.deepEqual(kept(analysis), ['web: /var/log']);
    assert.deepEqual(analysis.problems, []);
    assert.deepEqual(analysis.hosts[0]?.unresolved, []);
  });

  test('of 50,000 files only those that take part are parsed, and as on disk', () => {
    const texts: [string, string][] = [
      ['flake.nix', FLAKE],
      ['web.nix', `{ imports = [ ./part7.nix ]; ${KEPT} }`],
      ['part7.nix', '{ environment.persistence."/persist".files = [ "/etc/machine-id" ]; }'],
    ];
    for (const [name, text] of texts) write(name, text);
    // The same beside a few others on disk, where as many would take the test too long.
    for (let i = 0; i < 50; i++) write(`packages/p${i % 5}/file${i}.nix`, '{ stdenv }: stdenv.mkDerivation { pname = "p"; }');
    const many = new ManyFiles([
      ...texts.map(([name, text]) => [`/w/${name}`, text] as const),
      ...Array.from(
        { length: 50_000 - texts.length },
        (_, i) => [`/w/packages/p${i % 500}/file${i}.nix`, '{ stdenv }: stdenv.mkDerivation { pname = "p"; }'] as const,
      ),
    ]);
    const analysis = new Workspace({ grammar, fileSystem: many, roots: ['/w'] }).analysis();
    assert.equal(many.nixFiles('/w').length, 50_000);
    assert.deepEqual(kept(analysis), kept(analyse()));
    assert.deepEqual(kept(analysis).toSorted(), ['web: /etc/machine-id', 'web: /var/log']);
    assert.ok(many.reads.length <= 10, `${many.reads.length} files were read`);
  });
});

function kept({ hosts }: ReturnType<Workspace['analysis']>): readonly string[] {
  return hosts.flatMap(({ name, entries }) => entries.map(({ path }) => `${name}: ${path}`));
}

/** Tells whether a directory is there without going over all files. */
class ManyFiles extends MemoryFiles {
  readonly #directories = new Set<string>();

  constructor(files: readonly (readonly [string, string])[]) {
    super(files);
    for (const [file] of files) for (let at = dirname(file); !this.#directories.has(at); at = dirname(at)) this.#directories.add(at);
  }

  override realPath(path: string): string | null {
    return this.files.has(path) || this.#directories.has(path) ? path : null;
  }
}

suite('evaluation in a process that may run nothing and connect to nothing', () => {
  test('reads a workspace that asks for both', () => {
    assert.deepEqual(probe(), { kept: ['/var/log'], unread: 1, tried: [], ran: false });
  });

  test('would be seen to try', () => {
    const ways = ['program', 'waited-for', 'socket', 'datagram', 'name'];
    assert.deepEqual(probe(...ways), { kept: ['/var/log'], unread: 1, tried: ways, ran: false });
  });
});

/** What a process of its own tells: there the doors are watched before anything is read. */
function probe(...ways: readonly string[]): unknown {
  const file = fileURLToPath(new URL('shutProbe.ts', import.meta.url));
  return JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', file, ...ways], { encoding: 'utf8' }));
}
