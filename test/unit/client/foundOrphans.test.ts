import assert from 'node:assert/strict';
import { declaredNow, FoundOrphans } from '../../../client/src/panel/foundOrphans.ts';
import type { DeclaredEntryDto, OrphanDto, OrphansDto } from '../../../server/src/protocol/panel.ts';

const orphan = (original: string, storage = '/persist'): OrphanDto => ({
  path: `${storage}${original}`,
  original,
  storage,
  kind: 'directory',
  size: null,
  removal: `rm -r -- ${storage}${original}`,
});
const answer = (...originals: readonly string[]): OrphansDto => ({
  orphans: originals.map((each) => orphan(each)),
  cut: false,
  problem: null,
});

const entry = (path: string | null, storage: string | null = '/persist'): DeclaredEntryDto => ({
  path,
  text: path ?? '',
  kind: 'directory',
  user: null,
  storage,
  mechanism: 'impermanence',
  location: { uri: 'file:///x', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } },
  conditions: [],
  standing: 'unknown',
});
const declared = (...entries: readonly DeclaredEntryDto[]): readonly string[] =>
  declaredNow([orphan('/var/lib/a'), orphan('/var/lib/ab')], entries).map(({ original }) => original);

suite('client: orphans that were found', () => {
  const asked: string[] = [];
  const found = (): FoundOrphans =>
    new FoundOrphans((host) => {
      asked.push(host);
      return Promise.resolve(answer('/srv/x'));
    });
  setup(() => {
    asked.length = 0;
  });

  test('are asked for once', async () => {
    const orphans = found();
    assert.equal(orphans.known('tank'), undefined);
    for (let times = 0; times < 2; times++) assert.deepEqual(await orphans.of('tank'), answer('/srv/x'));
    assert.deepEqual(asked, ['tank']);
  });

  test('are told no longer when the configuration has changed, and nobody is asked for that', async () => {
    const orphans = found();
    await orphans.of('tank');
    orphans.configurationChanged();
    assert.deepEqual([await orphans.of('tank'), orphans.known('tank')], [null, undefined]);
    assert.deepEqual(asked, ['tank']);
    orphans.forget('tank');
    assert.deepEqual(await orphans.of('tank'), answer('/srv/x'));
    assert.deepEqual(asked, ['tank', 'tank']);
    orphans.configurationChanged();
    orphans.forget(null);
    assert.deepEqual(await orphans.of('tank'), answer('/srv/x'));
  });

  test('of a configuration that changed while the host was asked are not told', async () => {
    const orphans: FoundOrphans = new FoundOrphans(() => {
      orphans.configurationChanged();
      return Promise.resolve(answer('/srv/x'));
    });
    assert.equal(await orphans.of('tank'), null);
    assert.equal(await orphans.of('tank'), null);
  });

  test('of a host that could not be asked are asked for again', async () => {
    let times = 0;
    const problem = { code: 'not-connected', message: 'no', nextStep: 'connect', detail: '' };
    const orphans = new FoundOrphans(() => Promise.resolve(times++ === 0 ? { orphans: [], cut: false, problem } : answer()));
    assert.equal((await orphans.of('tank'))?.problem, problem);
    assert.equal((await orphans.of('tank'))?.problem, null);
  });

  test('are none where something in them or around them is declared', () => {
    assert.deepEqual(declared(entry('/var/lib/a')), ['/var/lib/a']);
    assert.deepEqual(declared(entry('/var/lib/a/deep')), ['/var/lib/a']);
    assert.deepEqual(declared(entry('/var/lib')), ['/var/lib/a', '/var/lib/ab']);
    assert.deepEqual(declared(entry('/var/lib/a', '/other'), entry('/srv'), entry(null)), []);
  });
});
