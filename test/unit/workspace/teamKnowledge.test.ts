import assert from 'node:assert/strict';
import { applyEdits } from '../../../server/src/edits/textEdit.ts';
import type { FixChange } from '../../../server/src/findings/finding.ts';
import { fixEdit } from '../../../server/src/workspace/fixEdit.ts';
import { refactoringsAt } from '../../../server/src/workspace/refactorings.ts';
import type { Workspace } from '../../../server/src/workspace/workspace.ts';
import { FIXTURE_ROOT, fixtureWorkspace, readFixture } from '../../support/fixture.ts';

/** What a team's own application keeps, which no catalogue of ours knows. */
const TEAM = JSON.stringify({
  state: [
    {
      id: 'our-app',
      title: 'Our app',
      options: ['services.ourApp.enable'],
      paths: [{ path: '/var/lib/our-app', kind: 'directory', user: 'shop', group: 'orders', mode: '0710' }],
      severity: 'data',
      scope: 'system',
      loss: 'Orders are gone.',
      source: 'ours',
      verified: true,
    },
  ],
});

/** A host with a storage whose list has these paths. */
async function workspaceWith(mechanism: string, paths: string): Promise<{ readonly workspace: Workspace; readonly text: string }> {
  const fixture = readFixture(
    `#- /web.nix host=web\n{\n  preservation.enable = true;\n  services.ourApp.enable = true;\n  ${mechanism}."/persist".directories = [ ${paths} ];\n}`,
  );
  const files = new Map(fixture.files).set(`${FIXTURE_ROOT}/keepsake.json`, TEAM);
  const { workspace } = await fixtureWorkspace({ ...fixture, files });
  return { workspace, text: files.get(`${FIXTURE_ROOT}/web.nix`) ?? '' };
}

function changed({ workspace, text }: Awaited<ReturnType<typeof workspaceWith>>, change: FixChange): string {
  const [host] = workspace.analysis().hosts;
  const made = fixEdit(workspace, host ?? assert.fail(), { title: 'Do it', safe: true, change });
  if ('problem' in made) assert.fail(made.problem);
  return applyEdits(
    text,
    made.files.flatMap(({ edits }) => edits),
  );
}

suite('what a team knows of its own state', () => {
  const owner = /user = "shop";\s+group = "orders";\s+mode = "0710";/;

  test('is in what preservation is told of a new entry', async () => {
    const made = await workspaceWith('preservation.preserveAt', '"/srv"');
    assert.match(changed(made, { kind: 'insert', entries: [{ kind: 'directory', path: '/var/lib/our-app' }] }), owner);
  });

  test('and of those that are converted', async () => {
    const made = await workspaceWith('environment.persistence', '"/var/lib/our-app"');
    assert.match(changed(made, { kind: 'convert-to-preservation', storage: '/persist' }), owner);
  });

  test('and in a string that becomes a set', async () => {
    const { workspace, text } = await workspaceWith('environment.persistence', '"/var/lib/our-app"');
    const at = text.indexOf('/var/lib/our-app');
    const [asSet] = refactoringsAt(workspace, `${FIXTURE_ROOT}/web.nix`, { start: at, end: at });
    assert.deepEqual(asSet?.change.kind === 'set-attributes' && asSet.change.attributes, { user: 'shop', group: 'orders', mode: '0710' });
  });
});
