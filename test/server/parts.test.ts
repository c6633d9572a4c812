import assert from 'node:assert/strict';
import {
  CancellationToken,
  CancellationTokenSource,
  createConnection,
  createProtocolConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { answer } from '../../server/src/lsp/answer.ts';
import { guard, guardRequest } from '../../server/src/lsp/guard.ts';
import { entriesFor } from '../../server/src/lsp/chosenRows.ts';
import { Uris } from '../../server/src/lsp/uris.ts';
import { WhenDrained } from '../../server/src/lsp/whenDrained.ts';
import { LiveRequests } from '../../server/src/protocol/live.ts';
import type { RowDto } from '../../server/src/protocol/rows.ts';
import { until } from '../hosts/until.ts';
import { streamPair } from './editor.ts';

const nothing = (): readonly RowDto[] => [];

suite('server: URIs', () => {
  const uris = new Uris();

  test('of files become paths, and paths become them', () => {
    assert.equal(uris.pathOf('file:///home/me/a%20b.nix'), '/home/me/a b.nix');
    assert.equal(uris.uriOf('/home/me/a b#?%.nix'), 'file:///home/me/a%20b%23%3F%25.nix');
    for (const path of ['/a b/ü.nix', '/%41', '/a\nb', '/🗝']) assert.equal(uris.pathOf(uris.uriOf(path)), path);
  });

  test('of texts without a file have a place of their own', () => {
    const path = uris.pathOf('untitled:Untitled-1');
    assert.ok(path);
    assert.equal(uris.uriOf(path), 'untitled:Untitled-1');
  });

  test('of anything else are not read', () => {
    for (const uri of [
      'git:/a.nix',
      'vscode-vfs://github/a.nix',
      'file://server/share/a.nix',
      'file:///a%2Fb',
      'http://x/a.nix',
      '',
      'file:///%E0%A4%A',
    ]) {
      assert.equal(uris.pathOf(uri), null, uri);
    }
  });

  test('of open texts stay as the editor writes them', () => {
    uris.opened('file:///a%2Enix');
    assert.equal(uris.uriOf('/a.nix'), 'file:///a%2Enix');
    assert.equal(uris.uriOf('/b.nix'), 'file:///b.nix');
  });
});

suite('server: guards', () => {
  test('log and answer what a request throws', async () => {
    const errors: string[] = [];
    const log = { error: (message: string) => void errors.push(message), warn: () => undefined, info: () => undefined };
    const failing = guardRequest(log, 'test', () => {
      throw new Error('broken');
    });
    const answer = await failing({}, CancellationToken.None);
    assert.ok(answer instanceof ResponseError);
    assert.equal(answer.message, 'broken');
    await guard(log, 'event', () => Promise.reject(new Error('broken too')))();
    assert.match(errors.join('\n'), /^test: Error: broken\n[^]*^event: Error: broken too\n/m);
  });

  test('do not work on what is cancelled already', async () => {
    let worked = false;
    const handler = guardRequest({ error: assert.fail, warn: assert.fail, info: assert.fail }, 'test', () => {
      worked = true;
    });
    assert.ok((await handler({}, CancellationToken.Cancelled)) instanceof ResponseError);
    assert.equal(worked, false);
  });
});

suite('server: answers', () => {
  test('of work that the client cancels hear of it', async () => {
    const [here, there] = streamPair();
    const server = createConnection(new StreamMessageReader(there), new StreamMessageWriter(there));
    let cancelled = false;
    answer(
      { connection: server, log: { error: assert.fail, warn: assert.fail, info: assert.fail } },
      LiveRequests.crossCheck,
      (_params, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            cancelled = true;
            resolve({ problem: null, same: 0, onlyWalk: [], onlyWalkCount: 0, onlyZfsDiff: [], onlyZfsDiffCount: 0 });
          });
          begun();
        }),
    );
    server.listen();
    const client = createProtocolConnection(new StreamMessageReader(here), new StreamMessageWriter(here));
    client.listen();
    const token = new CancellationTokenSource();
    const begun = (): void => token.cancel();
    await client.sendRequest(LiveRequests.crossCheck, { host: 'web' }, token.token);
    assert.ok(cancelled);
    client.dispose();
    server.dispose();
  });
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

suite('server: when drained', () => {
  test('works once for a burst that comes a message a turn', async () => {
    let worked = 0;
    const { drained, finished } = withPromise(() => worked++);
    for (let message = 0; message < 20; message++) {
      drained.ask();
      await turn();
      assert.equal(worked, 0);
    }
    await finished;
    assert.equal(worked, 1);
  });

  test('works again when asked again, and never after the end', async () => {
    let worked = 0;
    const drained = new WhenDrained(() => worked++);
    for (const times of [1, 2]) {
      drained.ask();
      await until('the work', 60, () => worked === times);
    }
    drained.ask();
    drained.dispose();
    for (let turns = 0; turns < 5; turns++) await turn();
    assert.equal(worked, 2);
  });
});

/** Work together with a promise of its being done. */
function withPromise(work: () => void): { readonly drained: WhenDrained; readonly finished: Promise<void> } {
  let drained: WhenDrained | null = null;
  const finished = new Promise<void>((resolve) => {
    drained = new WhenDrained(() => {
      work();
      resolve();
    });
  });
  assert.ok(drained);
  return { drained, finished };
}

suite('server: entries for rows', () => {
  const none = { lost: { critical: 0, data: 0, convenience: 0, unknown: 0 }, kept: 0, declared: 0, mounted: 0, noise: 0 };
  const row = (path: string, change: Partial<RowDto> = {}): RowDto => ({
    id: 1,
    name: '',
    path,
    isDirectory: false,
    change: '+',
    fileType: 'F',
    newPath: null,
    verdict: 'lost',
    severity: 'data',
    keptBy: null,
    state: null,
    counts: none,
    hasChildren: false,
    ...change,
  });

  test('leave out what a chosen directory keeps', () => {
    const rows = [row('/var/lib/a/x'), row('/var/lib/a', { isDirectory: true }), row('/var/lib/ab')];
    assert.deepEqual(entriesFor(rows, nothing), [
      { kind: 'directory', path: '/var/lib/a' },
      { kind: 'file', path: '/var/lib/ab' },
    ]);
  });

  test('are for where a renamed thing is now', () => {
    assert.deepEqual(entriesFor([row('/old', { change: 'R', newPath: '/new' })], nothing), [{ kind: 'file', path: '/new' }]);
  });

  test('of a directory that many share are for what would be lost below it', () => {
    const below: Readonly<Record<string, readonly RowDto[]>> = {
      '/etc': [
        row('/etc/ssh', { isDirectory: true }),
        row('/etc/NetworkManager/system-connections', { isDirectory: true }),
        row('/etc/adjtime'),
      ],
      '/etc/ssh': [row('/etc/ssh/ssh_host_ed25519_key')],
    };
    assert.deepEqual(
      entriesFor([row('/etc', { isDirectory: true }), row('/data', { isDirectory: true })], ({ path }) => below[path] ?? []),
      [
        { kind: 'directory', path: '/data' },
        { kind: 'directory', path: '/etc/NetworkManager/system-connections' },
        { kind: 'file', path: '/etc/adjtime' },
        { kind: 'file', path: '/etc/ssh/ssh_host_ed25519_key' },
      ],
    );
  });

  test('are refused when there are more than anybody reads', () => {
    const many = Array.from({ length: 101 }, (_, i) => row(`/srv/${i}`));
    assert.equal(entriesFor(many, nothing), null);
    assert.equal(
      entriesFor([row('/var', { isDirectory: true })], () => many),
      null,
    );
  });
});
