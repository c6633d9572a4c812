import assert from 'node:assert/strict';
import type { NixGrammar } from '../../../server/src/syntax/grammar.ts';
import { Workspace } from '../../../server/src/workspace/workspace.ts';
import { MemoryFiles, type MemoryFile } from '../../support/coreFiles.ts';
import { grammarOnce } from '../../support/coreGrammar.ts';

const FLAKE = `{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };
  };
}
`;
const KEPT = 'environment.persistence."/persist".directories = [ "/var/log" ];';

suite('workspace, what fuzzing found', () => {
  let grammar: NixGrammar;
  suiteSetup(async () => {
    grammar = await grammarOnce;
  });

  const analyse = (files: Readonly<Record<string, MemoryFile>>): ReturnType<Workspace['analysis']> =>
    new Workspace({ grammar, fileSystem: new MemoryFiles(Object.entries(files)), roots: ['/w'] }).analysis();

  test('a host key whose path is not absolute ends the search above it', () => {
    const web = `{
      fileSystems."/" = { device = "none"; fsType = "tmpfs"; };
      services.openssh.enable = true;
      services.openssh.hostKeys = [ { path = "etc/ssh/key"; type = "ed25519"; } ];
      ${KEPT}
    }`;
    const { hosts, findings } = analyse({ '/w/flake.nix': FLAKE, '/w/web.nix': web });
    assert.deepEqual(
      hosts.map(({ name, entries }) => [name, entries.length]),
      [['web', 1]],
    );
    assert.ok(findings.every(({ subject }) => subject !== 'openssh-host-keys'));
  });

  test('time that is used up ends in unknown with a reason, for that host alone', () => {
    let time = 0;
    const slow = `let f = n: if n == 0 then 0 else f (n - 1) + f (n - 1); in {
      environment.persistence."/persist".directories = if f 13 == 0 then [ "/a" ] else [ "/b" ];
    }`;
    const flake = FLAKE.replace(
      'nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };',
      `nixosConfigurations.slow = nixpkgs.lib.nixosSystem { modules = [ ./slow.nix ]; };
      nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };`,
    );
    const files = new MemoryFiles([
      ['/w/flake.nix', flake],
      ['/w/slow.nix', slow],
      ['/w/web.nix', `{ ${KEPT} }`],
    ]);
    // Every look at the clock is a second later.
    const workspace = new Workspace({ grammar, fileSystem: files, roots: ['/w'], now: () => (time += 1000) });
    const [first, second] = workspace.analysis().hosts;
    assert.equal(first?.name, 'slow');
    assert.deepEqual(
      first.unresolved.map(({ reason }) => reason),
      ['it depends on f 13 == 0'],
    );
    const patient = new Workspace({ grammar, fileSystem: files, roots: ['/w'] });
    assert.deepEqual(
      patient.analysis().hosts[0]?.entries.map(({ path, conditions }) => [path, conditions.length]),
      [['/a', 0]],
    );
    assert.deepEqual(
      second?.entries.map(({ path }) => path),
      ['/var/log'],
    );
    assert.deepEqual(second.unresolved, []);
  });

  test('imports in circles, links that lead out, and files that change while they are read end', () => {
    let reads = 0;
    class Changing extends MemoryFiles {
      override read(file: string): { readonly text: string } | string {
        if (file.endsWith('/moving.nix')) return { text: `{ environment.persistence."/p${++reads}".directories = [ "/a" ]; }` };
        return super.read(file);
      }
    }
    const files = new Changing([
      ['/w/flake.nix', FLAKE],
      ['/w/web.nix', `{ imports = [ ./a.nix ./moving.nix ./moving.nix ./away ]; ${KEPT} }`],
      ['/w/a.nix', '{ imports = [ ./b.nix ./web.nix ]; }'],
      ['/w/b.nix', '{ imports = [ ./a.nix ../w/a.nix ]; }'],
      ['/w/away', { link: '/etc/nixos/configuration.nix' }],
    ]);
    const { hosts } = new Workspace({ grammar, fileSystem: files, roots: ['/w'] }).analysis();
    assert.deepEqual(hosts[0]?.entries.map(({ path }) => path).toSorted(), ['/a', '/var/log']);
    assert.equal(reads, 1);
    assert.equal(hosts[0].unresolved.length, 1, JSON.stringify(hosts[0].unresolved));
    assert.ok(!files.reads.includes('/etc/nixos/configuration.nix'));
  });
});
