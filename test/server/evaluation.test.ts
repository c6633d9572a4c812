import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { CancellationTokenSource, WorkDoneProgressCancelNotification, type Diagnostic } from 'vscode-languageserver/node';
import { EvaluationRequests, type EvaluationDto } from '../../server/src/protocol/evaluation.ts';
import { running } from '../hosts/running.ts';
import { until } from '../hosts/until.ts';
import { EVALUATED_WEB, writeEvaluated } from '../support/evaluated.ts';
import { skip } from '../support/skip.ts';
import { Editor, folderWith, type EditorOptions } from './editor.ts';

const DIFFERS = 'web: Nix keeps /from/outside in /p2, where Keepsake does not see it written.';

suite('server: the check against the real Nix', () => {
  let folder: ReturnType<typeof folderWith>;
  let editor: Editor;

  suiteSetup(function () {
    if (spawnSync('nix', ['--version']).error) skip(this, 'nix is not installed (Debian: nix-bin)');
  });
  setup(() => {
    folder = folderWith({});
    writeEvaluated(folder.path);
  });
  teardown(async () => {
    await editor.end();
    folder.remove();
  });

  const open = async (options: Omit<EditorOptions, 'folders'> = {}): Promise<void> => {
    editor = await Editor.start({ folders: [folder.path], ...options });
    await editor.until('the hosts', () => editor.hosts.length === 3);
  };
  const evaluate = (host: string): Promise<EvaluationDto> => editor.request(EvaluationRequests.evaluate, { host });
  const evaluateFor = (host: string, timeoutSeconds: number): Promise<EvaluationDto> =>
    editor.request(EvaluationRequests.evaluate, { host, timeoutSeconds });
  const differing = (all: readonly Diagnostic[] = [...editor.diagnostics.values()].flatMap(({ diagnostics }) => diagnostics)): unknown[] =>
    all.filter(({ code }) => code === 'differs-from-nix').map(({ message }) => message);
  const told = (count: number): Promise<unknown> => editor.until(`${count} differences`, () => differing().length === count);

  test('what Nix says is used, differences are told, and both go when they are no longer wanted', async () => {
    await open();
    assert.deepEqual(differing(), []);
    assert.deepEqual(await evaluate('web'), { problem: null, entries: 5, differences: 1 });
    await told(1);
    assert.deepEqual(differing(), [DIFFERS]);
    assert.deepEqual(editor.progress.slice(-2), ['begin', 'end']);
    assert.deepEqual(await editor.request(EvaluationRequests.evaluated, null), [{ host: 'web', used: true }]);
    assert.deepEqual(await editor.request(EvaluationRequests.forget, { host: 'web' }), []);
    await told(0);
    assert.deepEqual(editor.errors, []);
  });

  test('what is written afterwards sets it aside, and a comment does not', async () => {
    await open();
    const web = folder.uri('web.nix');
    await editor.open(web, EVALUATED_WEB);
    assert.equal((await evaluate('web')).problem, null);
    await told(1);
    await editor.change(web, `# a comment\n${EVALUATED_WEB}`);
    assert.deepEqual(await editor.request(EvaluationRequests.evaluated, null), [{ host: 'web', used: true }]);
    await editor.change(web, EVALUATED_WEB.replace('"/var/log"', '"/var/log" "/srv"'));
    await told(0);
    assert.deepEqual(await editor.request(EvaluationRequests.evaluated, null), [{ host: 'web', used: false }]);
    // Nix would read the text on disk.
    assert.equal((await evaluate('web')).problem?.code, 'unsaved');
    await editor.change(web, EVALUATED_WEB);
    await told(1);
  });

  test('a workspace that is not trusted is not evaluated', async () => {
    await open({ trusted: false });
    assert.equal((await evaluate('web')).problem?.code, 'untrusted');
    assert.deepEqual(await editor.request(EvaluationRequests.evaluated, null), []);
  });

  test('what Nix refuses is said in its words, with a next step', async () => {
    await open();
    const { problem } = await evaluate('broken');
    assert.equal(problem?.code, 'failed');
    assert.match(problem.message, /^broken could not be evaluated: Nix says: .*no such thing/);
    assert.match(problem.nextStep, /nix eval/);
    assert.equal((await evaluate('nobody')).problem?.code, 'host-gone');
  });

  test('one that takes longer than it may is ended, and the setting is named', async () => {
    await open();
    const { problem } = await evaluateFor('slow', 1);
    assert.equal(problem?.code, 'too-long');
    assert.match(problem.nextStep, /keepsake\.evaluation\.timeout/);
  });

  test('a machine without nix says so', async () => {
    await open();
    const path = process.env['PATH'];
    process.env['PATH'] = folder.path;
    try {
      const { problem } = await evaluate('web');
      assert.equal(problem?.code, 'no-nix');
      assert.match(`${problem.message} ${problem.nextStep}`, /nix is not installed here.*Install Nix/);
    } finally {
      process.env['PATH'] = path;
    }
  });

  test('can be cancelled where its progress is shown, and one is not started twice', async () => {
    const twice: Promise<EvaluationDto>[] = [];
    let isAsked = false;
    await open({
      onProgress: (connection, token, kind) => {
        if (kind !== 'begin' || !isAsked) return;
        const second = evaluate('slow');
        twice.push(second);
        void second.then(() => connection.sendNotification(WorkDoneProgressCancelNotification.type, { token }));
      },
    });
    isAsked = true;
    assert.equal((await evaluate('slow')).problem?.code, 'cancelled');
    assert.deepEqual(
      (await Promise.all(twice)).map(({ problem }) => problem?.code),
      ['running'],
    );
    assert.deepEqual(await editor.request(EvaluationRequests.evaluated, null), []);
  });

  test('can be cancelled as a request', async () => {
    const source = new CancellationTokenSource();
    let isAsked = false;
    await open({
      onProgress: (_connection, _token, kind) => {
        if (kind === 'begin' && isAsked) source.cancel();
      },
    });
    isAsked = true;
    const answer = await editor.connection.sendRequest<EvaluationDto>(EvaluationRequests.evaluate, { host: 'slow' }, source.token);
    assert.equal(answer.problem?.code, 'cancelled');
  });

  test('one that was cancelled is waited for by the next', async () => {
    const source = new CancellationTokenSource();
    const next: Promise<EvaluationDto>[] = [];
    let isAsked = false;
    await open({
      onProgress: (_connection, _token, kind) => {
        if (kind !== 'begin' || !isAsked || next.length > 0) return;
        source.cancel();
        next.push(evaluateFor('slow', 1));
      },
    });
    isAsked = true;
    const answer = await editor.connection.sendRequest<EvaluationDto>(EvaluationRequests.evaluate, { host: 'slow' }, source.token);
    assert.equal(answer.problem?.code, 'cancelled');
    assert.equal((await next[0])?.problem?.code, 'too-long');
  });

  test('ends with the server, Nix too', async () => {
    await open();
    void evaluate('slow').catch(() => undefined);
    await until('Nix to run', 60, async () => (await running('nix', 'eval', folder.path)).length > 0);
    await editor.shutdown();
    await until('Nix to end', 60, async () => (await running('nix', 'eval', folder.path)).length === 0);
  });

  test('an editor that shows the progress itself is shown none', async () => {
    await open();
    const before = editor.progress.length;
    assert.equal((await editor.request(EvaluationRequests.evaluate, { host: 'web', shown: true })).problem, null);
    assert.equal(editor.progress.length, before);
  });
});
