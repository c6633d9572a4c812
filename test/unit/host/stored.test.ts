import assert from 'node:assert/strict';
import { storedAt } from '../../../server/src/host/stored.ts';
import { hostOf } from '../../support/coreHost.ts';

const FLAKE = `#- /flake.nix
{ outputs = { nixpkgs, ... }: { nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; }; }; }
#- /web.nix
`;

function lock(time: string, repository = 'impermanence'): string {
  const locked = { owner: 'nix-community', repo: repository, rev: 'abc', lastModified: Date.parse(time) / 1000, type: 'github' };
  return `\n#- /flake.lock\n${JSON.stringify({ nodes: { impermanence: { locked }, root: { inputs: { impermanence: 'impermanence' } } }, version: 7 })}\n`;
}

const HOME = '{ home-manager.users.ann.home.persistence."/p".files = [ "x" ]; }';
const WITH_HOME = '{ home-manager.users.ann.home.persistence."/p/home/ann".files = [ "x" ]; }';

suite('where the data of an entry lies in its storage', () => {
  for (const [name, module, locked, expected] of [
    ['of the machine: below the storage', '{ environment.persistence."/p".files = [ "/a" ]; }', '', ['/p/a']],
    ['of a user: with the home', '{ environment.persistence."/p".users.ann.files = [ "x" ]; }', '', ['/p/home/ann/x']],
    ['home.persistence of an impermanence that is not known: either', HOME, '', ['/p/home/ann/x', '/p/x']],
    ['of the first version: without the home', HOME, lock('2025-06-01'), ['/p/x']],
    ['of the second version: with the home', HOME, lock('2026-02-01'), ['/p/home/ann/x']],
    ['of some other input: either', HOME, lock('2026-02-01', 'other'), ['/p/home/ann/x', '/p/x']],
    ['a lock file that is none', HOME, '\n#- /flake.lock\n{ "nodes": [1, null', ['/p/home/ann/x', '/p/x']],
    ['a storage that names the home is of the first version', WITH_HOME, '', ['/p/home/ann/x']],
  ] as const)
    test(name, async () => {
      const host = await hostOf(`${FLAKE}${module}${locked}`);
      assert.deepEqual(host.entries.map(storedAt), [expected]);
    });
});
