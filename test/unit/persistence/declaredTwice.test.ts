import assert from 'node:assert/strict';
import { entriesIn } from '../../../server/src/assist/entriesAt.ts';
import { HostFacts } from '../../../server/src/assist/hostFacts.ts';
import { referTo } from '../../../server/src/findings/entryReference.ts';
import { atEachPlace } from '../../../server/src/persistence/declared.ts';
import type { PersistenceEntry } from '../../../server/src/persistence/entry.ts';
import { fixEdit } from '../../../server/src/workspace/fixEdit.ts';
import type { Workspace } from '../../../server/src/workspace/workspace.ts';
import { FIXTURE_ROOT, fixtureWorkspace, readFixture } from '../../support/fixture.ts';

/** An option of the author's own whose elements go through `through` before they are kept. */
function modules(through: string, type = 'listOf anything'): string {
  return `#- /persist.nix host=web
{ config, lib, ... }: {
  options.my.keep = lib.mkOption { type = with lib.types; ${type}; };
  config.environment.persistence."/p".directories = ${through};
}
`;
}

async function read(text: string): Promise<{ readonly workspace: Workspace; readonly entries: readonly PersistenceEntry[] }> {
  const { workspace } = await fixtureWorkspace(readFixture(text));
  const [host] = workspace.analysis().hosts;
  assert.ok(host);
  return { workspace, entries: host.entries };
}

/** `path at file:line, file:line`, the places of one entry together. */
async function places(text: string): Promise<readonly string[]> {
  const fixture = readFixture(text);
  const { entries } = await read(text);
  return entries.map((entry) => {
    const at = atEachPlace(entry).map(({ location, conditions }) => {
      const before = fixture.files.get(location.file)?.slice(0, location.start) ?? assert.fail(location.file);
      const condition = conditions.map((each) => ` if ${each.text}`).join('');
      return `${location.file.slice(FIXTURE_ROOT.length + 1)}:${before.split('\n').length}${condition}`;
    });
    return `${entry.path ?? '?'} at ${at.join(', ')}`;
  });
}

const TWICE = `#- /a.nix host=web
{ my.keep = [ "/x" "/a" ]; }
#- /b.nix host=web
{ my.keep = [
  "/b"
  "/x"
]; }
`;

async function duplicates(through: string): Promise<number> {
  const { workspace } = await read(modules(through) + TWICE);
  return workspace.analysis().findings.filter(({ code }) => code === 'duplicate-entry').length;
}

suite('what is declared twice and kept once', () => {
  for (const [name, text, expected] of [
    ['unique', modules('lib.unique config.my.keep') + TWICE, ['/x at a.nix:1, b.nix:3', '/a at a.nix:1', '/b at b.nix:2']],
    ['uniqueStrings', modules('lib.uniqueStrings config.my.keep') + TWICE, ['/a at a.nix:1', '/b at b.nix:2', '/x at a.nix:1, b.nix:3']],
    [
      'unique before something is made of each',
      modules('map (each: { directory = "/srv${each}"; }) (lib.unique config.my.keep)') + TWICE,
      ['/srv/x at a.nix:1, b.nix:3', '/srv/a at a.nix:1', '/srv/b at b.nix:2'],
    ],
    [
      'unique of sets',
      `${modules('lib.unique config.my.keep')}#- /a.nix host=web
{ my.keep = [ { directory = "/x"; mode = "0700"; } ]; }
#- /b.nix host=web
{ my.keep = [ { mode = "0700"; directory = "/x"; } { directory = "/x"; mode = "0750"; } ]; }
`,
      ['/x at a.nix:1, b.nix:1', '/x at b.nix:1'],
    ],
    [
      'names of a set that several modules define',
      `${modules('lib.attrNames config.my.keep', 'attrsOf anything')}#- /a.nix host=web
{ my.keep."/x".mode = "0700"; }
#- /b.nix host=web
{ my.keep = { "/x".user = "ann"; "/b" = { }; }; }
#- /c.nix host=web
{ lib, ... }: { my.keep = lib.mkIf false { "/x" = { }; }; }
`,
      ['/b at b.nix:1', '/x at a.nix:1, b.nix:1'],
    ],
    [
      'a set made of the names',
      modules('lib.attrNames (lib.genAttrs config.my.keep (each: null))') + TWICE,
      ['/a at a.nix:1', '/b at b.nix:2', '/x at a.nix:1, b.nix:3'],
    ],
    [
      'one of them under a condition that is not known',
      `${modules('lib.unique config.my.keep')}#- /a.nix host=web
{ my.keep = [ "/x" ]; }
#- /b.nix host=web
{ lib, config, ... }: { my.keep = lib.mkIf config.some.switch [ "/x" ]; }
`,
      ['/x at a.nix:1, b.nix:1 if config.some.switch'],
    ],
    [
      'the same text twice',
      `${modules('lib.unique (config.my.keep ++ config.my.keep)')}#- /a.nix host=web\n{ my.keep = [ "/x" ]; }\n`,
      ['/x at a.nix:1'],
    ],
    [
      'nothing that drops the second',
      modules('config.my.keep') + TWICE,
      ['/x at a.nix:1', '/a at a.nix:1', '/b at b.nix:2', '/x at b.nix:3'],
    ],
  ] as const)
    test(name, async () => assert.deepEqual(await places(text), expected));

  test('is no duplicate; without unique it is', async () => {
    assert.equal(await duplicates('lib.unique config.my.keep'), 0);
    assert.equal(await duplicates('config.my.keep'), 1);
  });

  test('is told at both places, and removed and changed at both', async () => {
    const { workspace } = await read(modules('lib.unique config.my.keep') + TWICE);
    const [host] = workspace.analysis().hosts;
    const entry = host?.entries.find(({ path }) => path === '/x');
    assert.ok(host && entry);
    const facts = new HostFacts(host, (each) => workspace.data.of(each));
    for (const file of ['a.nix', 'b.nix']) assert.equal(entriesIn(`${FIXTURE_ROOT}/${file}`, [facts]).length, 2, file);
    const reference = referTo(host, entry);
    for (const change of [
      { kind: 'remove', entry: reference },
      { kind: 'rewrite-path', entry: reference, to: '/y' },
    ] as const) {
      const made = fixEdit(workspace, host, { title: 'Do it', safe: true, change });
      assert.ok(!('problem' in made), change.kind);
      assert.deepEqual(
        made.files.map(({ file, edits }) => [file.slice(FIXTURE_ROOT.length + 1), edits.length]),
        [
          ['a.nix', 1],
          ['b.nix', 1],
        ],
      );
    }
  });
});
