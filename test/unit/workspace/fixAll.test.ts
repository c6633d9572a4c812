import assert from 'node:assert/strict';
import type { Finding } from '../../../server/src/findings/finding.ts';
import { fixAll, type FixAllResult } from '../../../server/src/workspace/fixAll.ts';
import { FIXTURE_ROOT, fixtureWorkspace, readFixture } from '../../support/fixture.ts';

const HOST = `  boot.kernelParams = [ "systemd.machine_id=0123456789abcdef0123456789abcdef" ];
  users.mutableUsers = false;
  fileSystems."/" = { device = "none"; fsType = "tmpfs"; };
  fileSystems."/persist" = { device = "/dev/disk/by-label/persist"; fsType = "ext4"; neededForBoot = true; };`;

/** State of one's own, at a place that another one has too. */
const own = (id: string, kind: string): object => ({
  id,
  title: id,
  options: [`services.${id}.enable`],
  paths: [{ path: '/var/lib/shared', kind }],
  severity: 'data',
  scope: 'system',
  loss: 'It is gone.',
  source: 'our own module',
  verified: true,
});

/** What is left to find, and how far it was after each round. */
interface Run {
  readonly result: FixAllResult;
  readonly rounds: readonly string[];
  readonly left: readonly Finding[];
  readonly text: string;
}

async function run(text: string, file = 'web.nix'): Promise<Run> {
  const { workspace, disk } = await fixtureWorkspace(readFixture(text));
  const before = new Map(disk.files);
  const rounds: string[] = [];
  const result = fixAll(
    workspace,
    () => true,
    true,
    (done, left) => rounds.push(`${done} done, ${left} left`),
  );
  assert.deepEqual(disk.files, before, 'nothing is written');
  for (const { file: name, before: was, after } of result.files) {
    assert.equal(was, before.get(name));
    disk.files.set(name, after);
  }
  workspace.filesChanged(result.files.map((each) => each.file));
  return { result, rounds, left: workspace.analysis().findings, text: disk.files.get(`${FIXTURE_ROOT}/${file}`) as string };
}

suite('all fixes', () => {
  test('those that touch different places are made in one round', async () => {
    const { result, rounds, left, text } = await run(`{
${HOST}
  services.grafana.enable = true;
  services.jellyfin.enable = true;
  services.postgresql.enable = true;
  services.forgejo.enable = true;
  environment.persistence."/persist" = {
    directories = [
      "/var/lib/git"
      "/var/lib/nixos"
      "/var/lib/q"
      "/var/log"
    ];
    users.ann.directories = [ ".ssh" ".aws" ];
  };
  users.users.ann.isNormalUser = true;
}`);
    assert.deepEqual(left, []);
    assert.equal(result.done.length, 6);
    assert.deepEqual(rounds, ['5 done, 1 left', '6 done, 0 left'], 'two of them go to one place');
    const kept = /directories = \[\n([^]*?)\n {4}\];/.exec(text)?.[1] ?? '';
    const paths = [...kept.matchAll(/"(\/var[^"]*)"/g)].map(([, path = '']) => path);
    assert.deepEqual(
      paths,
      paths.toSorted((a, b) => (a < b ? -1 : 1)),
      'in order',
    );
    assert.ok(
      ['/var/lib/forgejo', '/var/lib/grafana', '/var/lib/jellyfin', '/var/lib/postgresql'].every((path) => paths.includes(path)),
      text,
    );
  });

  test('where a round does not help as a whole, its parts are made', async () => {
    const { result, rounds, left, text } = await run(`#- /keepsake.json
${JSON.stringify({ state: [own('one', 'directory'), own('two', 'file')] })}
#- /web.nix  host=web
{
${HOST}
  services.one.enable = true;
  services.two.enable = true;
  environment.persistence."/persist" = {
    directories = [ "/var/lib/nixos" "/var/log" ];
    files = [ "/etc/token" ];
  };
}`);
    assert.deepEqual(left, []);
    assert.deepEqual(rounds, ['0 done, 2 left', '1 done, 1 left'], 'the second has nothing to do any more');
    assert.deepEqual(
      result.done.map(({ finding }) => finding.subject),
      ['one'],
    );
    assert.equal(text.split('/var/lib/shared').length, 2);
  });
});
