import assert from 'node:assert/strict';
import type { Finding } from '../../../server/src/findings/finding.ts';
import type { RealFile, RealFiles } from '../../../server/src/host/entryAttributes.ts';
import { fixtureWorkspace, readFixture } from '../../support/fixture.ts';

const HOST = `#- /web.nix host=web
{ lib, config, ... }: {
  environment.persistence."/persist" = {
    directories = [ "/var/lib/nixos" "/var/log" "/srv/mispelt" ] ++ lib.optional config.my.switch "/srv/perhaps";
    files = [ "/etc/machine-id" ];
  };
}
`;

const real = (kind: RealFile['kind']): RealFile => ({
  kind,
  mode: '0755',
  user: 'root',
  group: 'root',
  uid: 0,
  gid: 0,
  size: 1,
  modified: 1,
});

async function found(live: RealFiles | null): Promise<readonly Finding[]> {
  const { workspace } = await fixtureWorkspace(readFixture(HOST));
  workspace.analysis();
  if (live !== null) workspace.setLive(live);
  return workspace.analysis().findings.filter(({ code }) => code === 'not-on-host');
}

suite('entries against the running machine', () => {
  test('without a connection nothing is said', async () => {
    assert.deepEqual(await found(null), []);
    assert.deepEqual(await found(() => undefined), []);
  });

  test('a path that is not there is a hint, one of the other kind a warning with a fix', async () => {
    const there: Readonly<Record<string, RealFile | null>> = {
      '/var/lib/nixos': real('directory'),
      '/var/log': real('file'),
      '/srv/mispelt': null,
      '/srv/perhaps': null,
      '/etc/machine-id': real('link'),
    };
    const findings = await found((host, path) => (host === 'web' ? there[path] : undefined));
    assert.deepEqual(
      findings.map(({ subject, severity, hosts, fixes }) => [subject, severity, hosts, fixes.map(({ change }) => change.kind)]),
      [
        ['/var/log', 'warning', ['web'], ['move-to-list']],
        ['/srv/mispelt', 'hint', ['web'], []],
      ],
    );
    assert.match(findings[0]?.message ?? '', /^web: \/var\/log is a file on the running machine, and declared as a directory\.$/);
  });

  test('what is new on the host is told at once', async () => {
    const { workspace } = await fixtureWorkspace(readFixture(HOST));
    const count = (): number => workspace.analysis().findings.filter(({ code }) => code === 'not-on-host').length;
    workspace.setLive((_host, path) => (path === '/srv/mispelt' ? null : undefined));
    assert.equal(count(), 1);
    workspace.setLive(() => real('directory'));
    assert.equal(count(), 1, 'the file is a directory there');
    workspace.setLive(() => undefined);
    assert.equal(count(), 0);
  });
});
