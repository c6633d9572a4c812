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
});
