import assert from 'node:assert/strict';
import { compareFindings, fixtureWorkspace, readFixture, readFixtures } from '../../support/fixture.ts';
import type { Finding } from '../../../server/src/findings/finding.ts';

const fixtures = readFixtures(new URL('../../fixtures/findings/', import.meta.url));

suite('findings, by fixture', () => {
  for (const fixture of fixtures)
    test(fixture.name, async () => {
      const { workspace } = await fixtureWorkspace(fixture);
      const { findings, problems, hosts } = workspace.analysis();
      assert.deepEqual(problems, []);
      assert.notEqual(hosts.length, 0);
      assert.deepEqual(compareFindings(fixture, findings), { unexpected: [], missing: [] });
    });

  test('names of fixtures are not used twice', () => {
    assert.equal(new Set(fixtures.map(({ name }) => name)).size, fixtures.length);
  });
});

/** A host that misses one thing, with a marker below it. */
const text = (marker: string): string => `{ environment.persistence."/persist".directories = [ "/var" ]; }\n${marker}`;

/** How many findings have no marker, and how many markers no finding. */
async function compare(marker: string): Promise<{ unexpected: number; missing: number }> {
  const fixture = readFixture(text(marker));
  const { workspace } = await fixtureWorkspace(fixture);
  const { unexpected, missing } = compareFindings(fixture, workspace.analysis().findings);
  return { unexpected: unexpected.length, missing: missing.length };
}

suite('the fixtures themselves', () => {
  const right = '#                         ^^^^^^^^^^ error missing-critical-state: web: /etc/machine-id 💡';

  test('the right marker is answered', async () => {
    assert.deepEqual(await compare(right), { unexpected: 0, missing: 0 });
  });

  for (const [name, marker] of [
    ['another severity', right.replace('error', 'warning')],
    ['another code', right.replace('critical', 'service')],
    ['another text', right.replace('machine-id', 'machine-info')],
    ['another host', right.replace('web', 'mail')],
    ['no fix', right.replace(' 💡', '')],
    ['one column further', right.replace('# ', '#  ')],
    ['one column shorter', right.replace('^ ', ' ')],
    ['another line', `# a comment\n${right}`],
  ] as const)
    test(`a marker with ${name} is not answered, and the finding has none`, async () => {
      assert.deepEqual(await compare(marker), { unexpected: 1, missing: 1 });
    });

  test('a finding without a marker is told', async () => {
    assert.deepEqual(await compare(''), { unexpected: 1, missing: 0 });
  });

  test('one finding answers one marker', async () => {
    assert.deepEqual(await compare(`${right}\n${right}`), { unexpected: 0, missing: 1 });
  });

  test('a marker that can not be read is refused', () => {
    assert.throws(() => readFixture(text('# ^^^ eror missing-critical-state: x')), /is no marker/);
    assert.throws(() => readFixture('#- /a.nix\n{ }\n#- /a.nix\n{ }'), /twice/);
  });

  test('findings of other files are not mixed up', () => {
    const fixture = readFixture(text(right));
    const location = { file: '/fleet/flake.nix', start: 0, end: 1 };
    const finding: Finding = { code: 'x', subject: 'x', hosts: [], severity: 'hint', location, message: 'm', related: [], fixes: [] };
    assert.equal(compareFindings(fixture, [finding]).unexpected.length, 1);
  });
});
