import assert from 'node:assert/strict';
import { PanelRequests, type PanelRequestTypes } from '../../server/src/protocol/panel.ts';
import { LiveRequests } from '../../server/src/protocol/live.ts';
import type { RowDto } from '../../server/src/protocol/rows.ts';
import { Editor, folderWith } from './editor.ts';
import { FLAKE, WEB } from './fixture.ts';

const CAPTURE = [
  '1700000000.0\t+\tF\t/etc/ssh/ssh_host_ed25519_key',
  '1700000001.0\t+\tF\t/var/lib/vaultwarden/db.sqlite3',
  '1700000002.0\t+\tF\t/var/lib/vaultwarden/rsa_key.pem',
  '1700000003.0\t+\tF\t/srv/cache/a',
  '',
].join('\n');

suite('server: what the panel asks for', () => {
  let folder: ReturnType<typeof folderWith>;
  let editor: Editor;
  let run: number;

  setup(async () => {
    folder = folderWith({ 'flake.nix': FLAKE, 'web.nix': WEB, 'root.zfsdiff': CAPTURE });
    editor = await Editor.start({ folders: [folder.path] });
    await editor.until('the hosts', () => editor.hosts.length > 0);
    await editor.request(LiveRequests.startDiff, { host: 'web', source: { kind: 'capture', uri: folder.uri('root.zfsdiff') } });
    run = (await editor.until('the listing', () => editor.sessions.findLast(({ state }) => state === 'done'))).run;
  });
  teardown(async () => {
    assert.deepEqual(editor.errors, []);
    await editor.end();
    folder.remove();
  });

  const ask = <M extends keyof PanelRequestTypes>(
    method: M,
    params: PanelRequestTypes[M]['params'],
  ): Promise<PanelRequestTypes[M]['result']> => editor.connection.sendRequest(method, params);
  const list = async (more: object = {}): Promise<readonly RowDto[]> => {
    const query = {
      host: 'web',
      run,
      parent: null,
      offset: 0,
      limit: 100,
      verdicts: ['lost', 'declared'],
      arrangement: 'list',
      ...more,
    } as const;
    return (await editor.request(LiveRequests.children, query)).rows;
  };
  const rowOf = async (path: string): Promise<RowDto> => (await list()).find((row) => row.path === path) ?? assert.fail(path);
  const declare = (path: string): Promise<void> =>
    editor.open(folder.uri('web.nix'), WEB.replace('"/var/lib/nixos"', `"/var/lib/nixos" "${path}"`));

  test('things worth keeping, by verdict, service and text', async () => {
    const { groups } = await ask(PanelRequests.overview, { host: 'web', run });
    assert.deepEqual(
      groups.map(({ group, places, paths }) => [group, places, paths]),
      [
        ['critical', 2, 3],
        ['unknown', 1, 1],
      ],
    );
    assert.deepEqual(
      (await list()).map(({ path }) => path),
      ['/etc/ssh/ssh_host_ed25519_key', '/srv/cache', '/var/lib/vaultwarden'],
    );
    assert.deepEqual(
      (await list({ filter: 'RSA' })).map(({ path }) => path),
      ['/var/lib/vaultwarden'],
    );
    const newest = await list({ severities: ['critical'], arrangement: 'time' });
    assert.deepEqual(
      newest.map(({ path }) => path),
      ['/var/lib/vaultwarden', '/etc/ssh/ssh_host_ed25519_key'],
    );
    const { services } = await ask(PanelRequests.services, { host: 'web', run, verdicts: ['lost'] });
    assert.equal(services.at(-1)?.title, null);
    assert.ok(services.some(({ title }) => /vaultwarden/i.test(title ?? '')));
  });

  test('what is declared, by which line, and that nobody knows whether it is mounted', async () => {
    const { entries } = await ask(PanelRequests.declared, { host: 'web' });
    const nixos = entries.find(({ path }) => path === '/var/lib/nixos') ?? assert.fail();
    assert.equal(nixos.location.uri, folder.uri('web.nix'));
    assert.equal(nixos.standing, 'unknown');
    assert.deepEqual((await ask(PanelRequests.declared, { host: 'nobody' })).entries, []);
  });

  test('a host that was not connected to is not looked into', async () => {
    const { problem } = await ask(PanelRequests.orphans, { host: 'web' });
    assert.equal(problem?.code, 'not-connected');
    const row = (await rowOf('/etc/ssh/ssh_host_ed25519_key')).id;
    const answer = await ask(PanelRequests.look, { host: 'web', run, row, from: 'now', secrets: false });
    assert.equal(answer.problem?.code, 'not-connected');
    const gone = await ask(PanelRequests.look, { host: 'web', run: run + 7, row, from: 'now', secrets: false });
    assert.equal(gone.problem?.code, 'rows-gone');
  });

  test('the commands that move what is there are for what is declared, and for nothing else', async () => {
    const vaultwarden = (await rowOf('/var/lib/vaultwarden')).id;
    assert.equal((await ask(PanelRequests.copyPlan, { host: 'web', run, rows: [vaultwarden] })).problem?.code, 'not-declared');
    assert.equal((await ask(PanelRequests.copyPlan, { host: 'web', run, rows: [] })).problem?.code, 'nothing-to-copy');
    await declare('/var/lib/vaultwarden');
    await editor.until('the new verdicts', () => editor.sessions.at(-1)?.counts.declared === 2);
    for (const rows of [[vaultwarden], []]) {
      const { text, problem } = await ask(PanelRequests.copyPlan, { host: 'web', run, rows });
      assert.equal(problem, null);
      assert.match(text, /^copy \/var\/lib\/vaultwarden \/persist\/var\/lib\/vaultwarden$/m);
    }
  });

  test('whether it can be rebooted follows the configuration', async () => {
    const before = await ask(PanelRequests.reboot, { host: 'web' });
    assert.equal(before.safe, false);
    assert.ok(
      before.reasons.some(({ kind, paths }) => kind === 'lost' && paths.some((path) => path.startsWith('/etc/ssh/ssh_host_ed25519_key'))),
    );
    await declare('/var/lib/vaultwarden');
    await editor.until('the new verdicts', () => editor.sessions.at(-1)?.counts.declared === 2);
    const after = await ask(PanelRequests.reboot, { host: 'web' });
    assert.deepEqual(after.reasons.find(({ kind }) => kind === 'not-active')?.paths, ['/var/lib/vaultwarden']);
    assert.equal((await ask(PanelRequests.reboot, { host: 'nobody' })).safe, null);
  });

  test('ignoring writes a pattern into keepsake.json', async () => {
    const { id } = await rowOf('/srv/cache');
    const answer = await ask(PanelRequests.ignore, { host: 'web', run, rows: [id], scope: 'host' });
    assert.equal(answer.problem, null);
    assert.equal(answer.files[0]?.uri, folder.uri('keepsake.json'));
    assert.deepEqual(JSON.parse(answer.files[0]?.edits.map(({ newText }) => newText).join('') ?? ''), {
      hosts: { web: { ignore: ['/srv/cache/**'] } },
    });
  });
});
