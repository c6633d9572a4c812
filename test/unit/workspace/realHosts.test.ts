import assert from 'node:assert/strict';
import { fixtureWorkspace, readFixture } from '../../support/fixture.ts';
import type { RealEntry } from '../../../server/src/workspace/realValues.ts';
import type { Workspace } from '../../../server/src/workspace/workspace.ts';

const WEB = `{ config, lib, ... }: {
  environment.persistence."/persist" = {
    directories = [
      "/var/lib/nixos"
      "/srv/written"
    ] ++ lib.optional config.my.switch "/srv/perhaps";
  };
}
`;

const kept = (path: string): RealEntry => ({ mechanism: 'impermanence', storage: '/persist', user: null, kind: 'directory', path });

/** Has Nix say of host `web` that it keeps these. */
function say(workspace: Workspace, ...paths: readonly string[]): void {
  const [host] = workspace.analysis().hosts;
  assert.ok(host);
  workspace.setReal('web', paths.map(kept), workspace.real.stamp(host));
}

function differing(workspace: Workspace): readonly string[] {
  return workspace.analysis().findings.flatMap(({ code, message }) => (code === 'differs-from-nix' ? message : []));
}

async function open(text = WEB): Promise<Workspace> {
  const { workspace } = await fixtureWorkspace(readFixture(`#- /web.nix host=web\n${text}`));
  return workspace;
}

const EXTRA = 'web: Keepsake reads that /srv/written is kept, and Nix does not keep it.';
const MISSED = 'web: Nix keeps /srv/more in /persist, where Keepsake does not see it written.';

suite('what the real Nix says of hosts', () => {
  test('entries are decided by it, and what is undecided agrees with either', async () => {
    const workspace = await open();
    say(workspace, '/var/lib/nixos', '/srv/more', '/srv/perhaps');
    const entries = workspace.analysis().hosts[0]?.entries.map(({ path, conditions }) => [path, conditions.length]);
    assert.deepEqual(entries, [
      ['/var/lib/nixos', 0],
      ['/srv/perhaps', 0],
      ['/srv/more', 0],
    ]);
    assert.deepEqual(differing(workspace).toSorted(), [EXTRA, MISSED]);
    say(workspace, '/var/lib/nixos', '/srv/written');
    assert.deepEqual(differing(workspace), []);
  });

  test('asked again with the values in use, it is compared with the text and not with them', async () => {
    const workspace = await open();
    say(workspace, '/var/lib/nixos', '/srv/more');
    workspace.analysis();
    say(workspace, '/var/lib/nixos', '/srv/more');
    assert.deepEqual(differing(workspace).toSorted(), [EXTRA, MISSED]);
  });

  test('a comment silences a difference', async () => {
    const workspace = await open(WEB.replace('"/srv/written"', '"/srv/written" # keepsake: ignore differs-from-nix known'));
    say(workspace, '/var/lib/nixos');
    assert.deepEqual(differing(workspace), []);
  });

  test('the host stays the same object while neither is another', async () => {
    const workspace = await open();
    say(workspace, '/var/lib/nixos');
    const [before] = workspace.analysis().hosts;
    workspace.openText('/fleet/other.nix', '{ }', 1);
    assert.equal(workspace.analysis().hosts[0], before);
  });

  test('is set aside while the host is read otherwise or its inputs are others, and is gone when it is forgotten', async () => {
    const workspace = await open();
    say(workspace, '/var/lib/nixos');
    workspace.openText('/fleet/web.nix', WEB.replace('"/srv/written"', '"/srv/written" "/srv/new"'), 1);
    assert.deepEqual(differing(workspace), []);
    workspace.openText('/fleet/web.nix', WEB, 2);
    assert.deepEqual(differing(workspace), [EXTRA]);
    workspace.openText('/fleet/flake.lock', '{}', 1);
    assert.deepEqual(differing(workspace), []);
    workspace.closeText('/fleet/flake.lock');
    assert.deepEqual(differing(workspace), [EXTRA]);
    workspace.forgetReal('web');
    assert.deepEqual(differing(workspace), []);
    assert.deepEqual(workspace.real.names, []);
  });
});
