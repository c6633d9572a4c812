import assert from 'node:assert/strict';
import { evaluateHost, type EvaluationRequest } from '../../../server/src/workspace/evaluateHost.ts';
import { fixtureWorkspace, readFixture } from '../../support/fixture.ts';

const flake = (...names: readonly string[]): string =>
  `{ outputs = { nixpkgs, ... }: { ${names.map((name) => `nixosConfigurations."${name}" = nixpkgs.lib.nixosSystem { modules = [ ]; };`).join(' ')} }; }`;

suite('asking the real Nix for a host', () => {
  test('is done by the name that its own flake has for it, whatever tells it from others', async () => {
    const { workspace } = await fixtureWorkspace(
      readFixture(`#- /a/flake.nix\n${flake('web', 'odd (name)')}\n#- /b/flake.nix\n${flake('web')}\n`),
    );
    const asked: (readonly [name: string, request: EvaluationRequest])[] = [];
    for (const host of workspace.analysis().hosts)
      await evaluateHost(
        (request) => {
          asked.push([host.name, request]);
          return Promise.resolve({ json: '[]' });
        },
        host,
        new AbortController().signal,
        1,
      );
    assert.deepEqual(
      asked.map(([name, { directory, host }]) => [name, directory, host]),
      [
        ['web (a)', '/fleet/a', 'web'],
        ['odd (name)', '/fleet/a', 'odd (name)'],
        ['web (b)', '/fleet/b', 'web'],
      ],
    );
  });
});
