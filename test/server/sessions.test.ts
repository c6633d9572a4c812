import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Requests } from '../../server/src/protocol.ts';
import { LiveRequests, type SessionDto, type SessionState, type StartDiffParams } from '../../server/src/protocol/live.ts';
import type { RowDto, Verdict } from '../../server/src/protocol/rows.ts';
import { sshdMissing, startSshd, type Sshd } from '../hosts/sshd.ts';
import { until } from '../hosts/until.ts';
import { skip } from '../support/skip.ts';
import { Editor, folderWith } from './editor.ts';
import { FLAKE, WEB } from './fixture.ts';

const CAPTURE = [
  '1700000000.0\t+\tF\t/var/log/journal/system.journal',
  '1700000000.0\t+\tF\t/var/lib/vaultwarden/db.sqlite3',
  '1700000000.0\t+\tF\t/var/lib/vaultwarden/rsa_key.pem',
  '1700000000.0\t+\tF\t/srv/odd\\0012name\\0040${x}"',
  '1700000000.0\t+\tF\t/srv/\\0377\\0376',
  '',
].join('\n');

const ALL: readonly Verdict[] = ['lost', 'kept', 'declared', 'mounted', 'noise'];

function keeps(path: string): string {
  return `{ environment.persistence."/persist".directories = [ "${path}" ]; }`;
}

suite('server: listings', () => {
  let folder: ReturnType<typeof folderWith>;
  let editor: Editor;

  const openEditor = async (trusted = true): Promise<void> => {
    editor = await Editor.start({ folders: [folder.path], trusted });
    await editor.until('the hosts', () => editor.hosts.length > 0);
  };
  const start = (source: StartDiffParams['source']): Promise<SessionDto> => editor.request(LiveRequests.startDiff, { host: 'web', source });
  const ended = (state: SessionState): Promise<SessionDto> =>
    editor.until(`the listing to be ${state}`, () => editor.sessions.findLast((session) => session.state === state));
  /** All rows of a run by path. */
  const rows = async (run: number): Promise<ReadonlyMap<string, RowDto>> => {
    const found = new Map<string, RowDto>();
    const visit = async (parent: number | null): Promise<void> => {
      const page = await editor.request(LiveRequests.children, { host: 'web', run, parent, offset: 0, limit: 100, verdicts: ALL });
      for (const row of page.rows) {
        found.set(row.path, row);
        if (row.hasChildren) await visit(row.id);
      }
    };
    await visit(null);
    return found;
  };
  const row = async (run: number, path: string): Promise<RowDto> => (await rows(run)).get(path) ?? assert.fail(`no row ${path}`);
  const capture = (): StartDiffParams['source'] => ({ kind: 'capture', uri: folder.uri('root.zfsdiff') });

  setup(() => {
    folder = folderWith({ 'flake.nix': FLAKE, 'web.nix': WEB, 'root.zfsdiff': CAPTURE });
  });
  teardown(async () => {
    assert.deepEqual(editor.errors, []);
    await editor.end();
    folder.remove();
  });

  test('show the rows of a capture', async () => {
    await openEditor();
    await start(capture());
    const session = await ended('done');
    assert.equal(session.source, 'root.zfsdiff');
    assert.equal(session.partial, false);
    assert.equal(session.problem, null);
    const { lost } = session.counts;
    assert.equal(lost.critical + lost.data + lost.convenience + lost.unknown, 5);
    assert.equal((await row(session.run, '/var/lib/vaultwarden/db.sqlite3')).verdict, 'lost');
  });

  test('judge rows anew while the configuration is typed', async () => {
    await openEditor();
    await start(capture());
    const { run } = await ended('done');
    const web = folder.uri('web.nix');
    await editor.open(web, WEB.replace('"/var/lib/nixos"', '"/var/lib/nixos" "/var/log"'));
    await editor.until('the log to be kept', () => {
      const counts = editor.sessions.at(-1)?.counts;
      return counts !== undefined && counts.kept + counts.declared === 1;
    });
    assert.notEqual((await row(run, '/var/log/journal/system.journal')).verdict, 'lost');
    await editor.change(web, WEB);
    await editor.until(
      'the log to be lost again',
      () => editor.sessions.at(-1)?.counts.kept === 0 && editor.sessions.at(-1)?.counts.declared === 0,
    );
  });

  test('persist rows: the edit is for the text as the editor has it', async () => {
    await openEditor();
    await start(capture());
    const { run } = await ended('done');
    const web = folder.uri('web.nix');
    await editor.open(web, `# unsaved\n${WEB}`);
    const all = await rows(run);
    const ids = ['/var/lib/vaultwarden', '/var/lib/vaultwarden/db.sqlite3', '/srv/odd\nname ${x}"'].map(
      (path) => all.get(path)?.id ?? assert.fail(path),
    );
    const answer = await editor.request(Requests.persist, { host: 'web', run, rows: ids });
    assert.equal(answer.problem, null);
    assert.deepEqual(answer.hosts, ['web']);
    const [file, ...others] = answer.files;
    assert.deepEqual(others, []);
    assert.equal(file?.uri, web);
    assert.equal(file.version, 1);
    const written = file.edits.map(({ newText }) => newText).join('');
    assert.match(written, /"\/var\/lib\/vaultwarden"/);
    assert.doesNotMatch(written, /db\.sqlite3/, 'the directory keeps it already');
    assert.match(written, /"\/srv\/odd\\nname \\\$\{x\}\\""/);
    assert.ok(
      file.edits.every(({ range }) => range.start.line > 3),
      'counted with the unsaved line',
    );
  });

  test('persist rows where several files would do as well: asked once, remembered for the host', async () => {
    writeFileSync(join(folder.path, 'flake.nix'), FLAKE.replace('[ ./web.nix ]', '[ ./a.nix ./b.nix ]'));
    writeFileSync(join(folder.path, 'a.nix'), keeps('/opt/a'));
    writeFileSync(join(folder.path, 'b.nix'), keeps('/opt/b'));
    await openEditor();
    await start(capture());
    const { run } = await ended('done');
    const all = await rows(run);
    const ids = [all.get('/var/lib/vaultwarden')?.id ?? assert.fail()];
    const asked = await editor.request(Requests.persist, { host: 'web', run, rows: ids });
    assert.deepEqual(
      asked.choices?.map(({ name }) => name),
      ['a.nix', 'b.nix'],
    );
    const target = folder.uri('b.nix');
    const chosen = await editor.request(Requests.persist, { host: 'web', run, rows: ids, target });
    assert.deepEqual([chosen.choices, chosen.files.map(({ uri }) => uri)], [undefined, [target]]);
    const again = await editor.request(Requests.persist, { host: 'web', run, rows: ids });
    assert.deepEqual([again.choices, again.files.map(({ uri }) => uri)], [undefined, [target]]);
  });

  test('refuse to persist a name that is no text, and rows of an older run', async () => {
    await openEditor();
    await start(capture());
    const first = await ended('done');
    const bytes = [...(await rows(first.run)).values()].find(({ path }) => path.includes('\u{fffd}'));
    assert.ok(bytes);
    const refused = await editor.request(Requests.persist, { host: 'web', run: first.run, rows: [bytes.id] });
    assert.equal(refused.problem?.code, 'name-not-text');
    assert.deepEqual(refused.files, []);

    const heard = editor.sessions.length;
    await start(capture());
    await editor.until('the second run', () =>
      editor.sessions.slice(heard).some(({ state, run }) => state === 'done' && run !== first.run),
    );
    const old = await editor.request(Requests.persist, { host: 'web', run: first.run, rows: [bytes.id] });
    assert.equal(old.problem?.code, 'rows-gone');
    assert.equal((await rows(first.run)).size, 0);
  });

  test('say what is wrong with a capture', async () => {
    await openEditor();
    await start({ kind: 'capture', uri: folder.uri('nothing.zfsdiff') });
    assert.equal((await ended('failed')).problem?.code, 'capture-unreadable');
    assert.equal((await start({ kind: 'capture', uri: 'http://example.org/x' })).problem?.code, 'capture-not-local');
  });

  test('never start ssh in a workspace that is not trusted, and do once it is', async () => {
    await openEditor(false);
    const marker = join(folder.path, 'was-run');
    const script = join(folder.path, 'ssh');
    writeFileSync(script, `#!/bin/sh\ntouch ${marker}\n`);
    chmodSync(script, 0o755);
    const source: StartDiffParams['source'] = {
      kind: 'ssh',
      destination: 'web',
      dataset: 'rpool/root',
      snapshot: 'blank',
      sudo: false,
      sshPath: script,
      sshArguments: [],
      connectTimeoutSeconds: 5,
      runTimeoutSeconds: 5,
    };
    const refused = await start(source);
    assert.equal(refused.state, 'failed');
    assert.equal(refused.problem?.code, 'untrusted');
    assert.equal((await start(capture())).problem?.code, 'untrusted');
    await editor.findings(folder.uri('web.nix'), (found) => found.length === 1);
    assert.ok(!existsSync(marker));

    await editor.connection.sendNotification('keepsake/trust', { trusted: true });
    await start(source);
    await ended('failed');
    assert.ok(existsSync(marker), 'the same request runs it after trust');
  });

  test('know what the team says in keepsake.json of how a host is reached, as soon as it is said', async () => {
    await openEditor();
    assert.deepEqual(editor.hosts[0]?.shared, { ssh: null, dataset: null, snapshot: null });
    await editor.open(folder.uri('keepsake.json'), '{ "hosts": { "web": { "ssh": "root@web.lan", "snapshot": "empty" } } }', 'json');
    await editor.until('the shared host', () => editor.hosts[0]?.shared.ssh === 'root@web.lan');
    assert.deepEqual(editor.hosts[0]?.shared, { ssh: 'root@web.lan', dataset: null, snapshot: 'empty' });
  });

  test('refuse a destination that ssh would take for an option', async () => {
    await openEditor();
    await start({
      kind: 'ssh',
      destination: '-oProxyCommand=touch /tmp/keepsake-never',
      dataset: 'rpool/root',
      snapshot: 'blank',
      sudo: false,
      sshPath: 'ssh',
      sshArguments: [],
      connectTimeoutSeconds: 5,
      runTimeoutSeconds: 5,
    });
    assert.equal((await ended('failed')).problem?.code, 'bad-request');
  });
});

suite('server: a host that hangs', () => {
  let directory: string;
  let sshd: Sshd;
  let folder: ReturnType<typeof folderWith>;
  let editor: Editor;

  suiteSetup(async function () {
    const missing = sshdMissing();
    if (missing !== null) skip(this, missing);
    directory = mkdtempSync(join(tmpdir(), 'ks-'));
    const script = `#!/bin/sh
[ "$1" = diff ] || exit 1
echo $$ > "$(dirname "$0")/pid"
printf '1700000000.0\\t+\\tF\\t/var/lib/slow/one\\n'
while :; do sleep 1; done
`;
    writeFileSync(join(directory, 'zfs'), script);
    chmodSync(join(directory, 'zfs'), 0o755);
    sshd = await startSshd({ programs: [directory] });
  });
  setup(async () => {
    rmSync(join(directory, 'pid'), { force: true });
    folder = folderWith({ 'flake.nix': FLAKE, 'web.nix': WEB });
    editor = await Editor.start({ folders: [folder.path] });
    await editor.request(LiveRequests.startDiff, {
      host: 'web',
      source: {
        kind: 'ssh',
        destination: sshd.host,
        dataset: 'rpool/root',
        snapshot: 'blank',
        sudo: false,
        sshPath: 'ssh',
        sshArguments: ['-F', sshd.sshConfig],
        connectTimeoutSeconds: 60,
        runTimeoutSeconds: 600,
      },
    });
    await editor.until('the first row', () => {
      const session = editor.sessions.at(-1);
      return session?.state === 'running' && session.counts.lost.unknown === 1;
    });
  });
  teardown(async () => {
    await editor.end();
    folder.remove();
  });
  suiteTeardown(async () => {
    await sshd?.stop();
    if (directory) rmSync(directory, { recursive: true, force: true });
  });
  const remotePid = (): number => Number(readFileSync(join(directory, 'pid'), 'utf8'));

  test('is left by a shutdown in the middle, and nothing runs on over there', async () => {
    const pid = remotePid();
    assert.ok(alive(pid));
    await editor.shutdown();
    await until('the listing over there to end', 60, () => !alive(pid));
  });

  test('is left by cancel; what was listed stays, and the server answers meanwhile', async () => {
    const pid = remotePid();
    const session = await editor.request(LiveRequests.cancelDiff, { host: 'web' });
    assert.equal(session.state, 'cancelled');
    assert.equal(session.partial, true);
    assert.equal(session.counts.lost.unknown, 1);
    await editor.findings(folder.uri('web.nix'), (found) => found.length === 1);
    await until('the listing over there to end', 60, () => !alive(pid));
    assert.deepEqual(editor.errors, []);
  });
});

/** Runs, and is no zombie. */
function alive(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
