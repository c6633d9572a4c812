import assert from 'node:assert/strict';
import { nodeBackend } from '../../server/src/remote/nodeTools.ts';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runDiff } from '../../server/src/cli/diff.ts';
import { watchToken } from '../../server/src/remote/changeToken.ts';
import { zfsDiffSource } from '../../server/src/remote/zfsBackend.ts';
import { knowledgeOf } from '../support/classifier.ts';
import { sessionOf, zfsRequest } from '../support/remoteTools.ts';
import type { TestRequest } from '../support/remoteTools.ts';
import { Said } from '../support/said.ts';
import { skip } from '../support/skip.ts';
import { freePort } from './freePort.ts';
import { run } from './run.ts';
import { running } from './running.ts';
import { sshdMissing, startSshd } from './sshd.ts';
import type { Sshd, SshdOptions } from './sshd.ts';
import { until } from './until.ts';

const request = (sshConfig: string, more: Partial<TestRequest> = {}): TestRequest => zfsRequest(sshConfig, 'box', more);

async function code(of: TestRequest): Promise<string> {
  const asked = sessionOf();
  await asked.start(zfsDiffSource(of, nodeBackend));
  assert.equal(asked.describe().state, 'failed');
  const { problem } = asked.describe();
  assert.ok(problem !== null && problem.message !== '' && problem.nextStep !== '');
  return problem.code;
}

/** At once: whoever reads it meanwhile has the old text or the new one, never none. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

suite('zfs diff over a real ssh, from a zfs that misbehaves', function () {
  this.timeout(200_000);
  let directory: string;
  let programs: string;
  let servers: Sshd[];

  setup(function () {
    const missing = sshdMissing();
    if (missing !== null) skip(this, missing);
    directory = mkdtempSync(join(tmpdir(), 'keepsake-diff-'));
    programs = join(directory, 'bin');
    mkdirSync(programs);
    servers = [];
  });
  teardown(async () => {
    for (const server of servers ?? []) await server.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  async function server(options: SshdOptions = {}): Promise<Sshd> {
    const started = await startSshd({ programs: [programs], ...options });
    servers.push(started);
    return started;
  }
  function program(name: string, script: string): void {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(programs, name), 0o755);
  }
  test('the arguments arrive as they are, and the rows come with the mounts', async () => {
    program(
      'zfs',
      `printf '%s\\0' "$@" >${directory}/args; printf '%s\\n' '+	F	/srv/a\\0040b' 'M	/	/'; test -z "$LC_ALL" || printf '+\\tF\\t/srv/%s\\n' "$LC_ALL"`,
    );
    const { sshConfig } = await server();
    const asked = sessionOf();
    await asked.start(zfsDiffSource(request(sshConfig, { dataset: 'rpool/my data' }), nodeBackend));
    const { state, counts, partial, problem } = asked.describe();
    assert.deepEqual([state, partial, problem], ['done', false, null]);
    assert.deepEqual([counts.lost.unknown, counts.noise], [2, 1]);
    assert.equal(readFileSync(join(directory, 'args'), 'utf8'), ['diff', '-H', '-F', '-t', 'rpool/my data@blank', ''].join('\0'));
  });

  for (const shell of ['/bin/sh', '/bin/bash', '/usr/bin/fish', '/bin/zsh'].filter((each) => existsSync(each))) {
    test(`the far side's script is read rightly by ${shell}`, async () => {
      program('zfs', String.raw`printf '+\tF\t/srv/%s\n' x; exit 3`);
      const { sshConfig } = await server({ forceCommand: `${shell} -c "$SSH_ORIGINAL_COMMAND"` });
      const asked = sessionOf();
      await asked.start(zfsDiffSource(request(sshConfig), nodeBackend));
      assert.deepEqual([asked.describe().problem?.code, asked.counts().lost.unknown], ['listing-failed', 1]);
    });
  }

  test('a connection that ssh keeps for later does not keep us waiting', async () => {
    program('zfs', String.raw`printf '+\tF\t/srv/a\n'`);
    const { sshConfig } = await server();
    // Longer than any test may take: who waits for its end fails.
    const shared = ['-F', sshConfig, '-o', 'ControlMaster=auto', '-o', 'ControlPersist=3600', '-o', `ControlPath=${join(directory, 'c')}`];
    const target = { ...request(sshConfig).target, sshArguments: shared };
    try {
      for (let i = 0; i < 2; i++) {
        const asked = sessionOf();
        await asked.start(zfsDiffSource(request(sshConfig, { target }), nodeBackend));
        assert.deepEqual([asked.describe().state, asked.counts().lost.unknown], ['done', 1]);
      }
    } finally {
      await run('ssh', [...shared, '-O', 'exit', 'box']);
    }
  });

  test('greetings on both outputs are not taken for the listing', async () => {
    program('zfs', String.raw`printf '+\tF\t/srv/a\n'`);
    const { sshConfig } = await server({ forceCommand: 'echo "+	F	/greeting"; echo noise >&2; eval "$SSH_ORIGINAL_COMMAND"' });
    const asked = sessionOf();
    await asked.start(zfsDiffSource(request(sshConfig), nodeBackend));
    assert.deepEqual([asked.describe().state, asked.describe().problem, asked.counts().lost.unknown], ['done', null, 1]);
  });

  test('a listing that hangs: rows are shown, cancel ends it here and there', async () => {
    program('zfs', String.raw`trap "" PIPE; printf '+\tF\t/srv/a\n'; exec sleep 98761`);
    const { sshConfig } = await server();
    const asked = sessionOf();
    const done = asked.start(zfsDiffSource(request(sshConfig), nodeBackend));
    await until('the first row', 60, () => asked.counts().lost.unknown === 1);
    assert.deepEqual([asked.describe().state, asked.describe().partial], ['running', true]);
    await until('the listing over there', 60, async () => (await running('sleep 98761')).some((line) => !line.includes('timeout')));
    await asked.cancel();
    await done;
    assert.deepEqual([asked.describe().state, asked.describe().partial, asked.counts().lost.unknown], ['cancelled', true, 1]);
    await until('the end over there', 60, async () => (await running('98761')).length === 0);
  });

  test('a listing that does not mind SIGTERM is killed over there', async () => {
    program('zfs', String.raw`trap "" TERM PIPE; printf '+\tF\t/srv/a\n'; while :; do sleep 0.5; done # stubborn98762`);
    writeFileSync(join(programs, 'stubborn98762'), readFileSync(join(programs, 'zfs')));
    program('zfs', `exec sh ${join(programs, 'stubborn98762')}`);
    const { sshConfig } = await server();
    const asked = sessionOf();
    void asked.start(zfsDiffSource(request(sshConfig), nodeBackend));
    await until('the first row', 60, () => asked.counts().lost.unknown === 1);
    await asked.cancel();
    await until('the end over there', 60, async () => (await running('stubborn98762')).length === 0);
  });

  test('without timeout over there it ends as well', async () => {
    // Only what the script needs, so that timeout is missing.
    for (const name of ['sh', 'cat', 'id', 'sleep', 'kill', 'printf']) {
      const found = (await run('sh', ['-c', `command -v ${name}`])).stdout.trim();
      if (found.startsWith('/')) program(name, `exec ${found} "$@"`);
    }
    program('timeout', 'exit 125');
    program('zfs', String.raw`printf '+\tF\t/srv/a\n'; exec sleep 98763`);
    const { sshConfig } = await server();
    const asked = sessionOf();
    void asked.start(zfsDiffSource(request(sshConfig), nodeBackend));
    await until('the first row', 60, () => asked.counts().lost.unknown === 1);
    await asked.cancel();
    await until('the end over there', 60, async () => (await running('98763')).length === 0);
  });

  test('when we are killed outright, nothing runs on over there', async () => {
    program('zfs', String.raw`trap "" PIPE; printf '+\tF\t/srv/a\n'; exec sleep 98764`);
    const { sshConfig } = await server();
    const script = join(directory, 'client.ts');
    const root = join(__dirname, '../..');
    writeFileSync(
      script,
      `import { spawn } from 'node:child_process';
       import { zfsDiffSource } from ${JSON.stringify(join(root, 'server/src/remote/zfsBackend.ts'))};
       import { sshLink } from ${JSON.stringify(join(root, 'server/src/remote/link.ts'))};
       const link = sshLink((c, a) => spawn(c, a), ${JSON.stringify(request(sshConfig).target)});
       const source = zfsDiffSource({ ...${JSON.stringify(request(sshConfig))}, link }, { newMark: () => 'kmark' });
       (async () => { for await (const event of source.read(new AbortController().signal)) if (event.kind === 'bytes') console.log('row'); })();`,
    );
    const client = spawn(process.execPath, ['--import', join(root, 'node_modules/tsx/dist/loader.mjs'), script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await until(
      'the row',
      60,
      async () => (await running('sleep 98764')).some((line) => !line.includes('timeout')) && client.stdout.read() !== null,
    );
    client.kill('SIGKILL');
    await until('the end over there', 60, async () => (await running('98764')).length === 0);
  });

  test('the time limit is kept by the far side', async () => {
    program('zfs', String.raw`printf '+\tF\t/srv/a\n'; exec sleep 98765`);
    const { sshConfig } = await server();
    const asked = sessionOf();
    await asked.start(zfsDiffSource(request(sshConfig, { runTimeoutSeconds: 1 }), nodeBackend));
    assert.deepEqual([asked.describe().problem?.code, asked.describe().state, asked.describe().partial], ['time-limit', 'failed', true]);
    assert.equal(asked.counts().lost.unknown, 1);
  });

  test('a flood does not fill the memory, and can be cancelled', async () => {
    // More than may be held, then it goes on.
    const row = `+	F	/srv/flood/${'x'.repeat(200)}`;
    program('zfs', `yes "${row}" | head -c 160000000; : >${directory}/enough; exec yes "${row}"`);
    const { sshConfig } = await server();
    const asked = sessionOf();
    void asked.start(zfsDiffSource(request(sshConfig), nodeBackend));
    const before = process.memoryUsage().rss;
    let highest = 0;
    await until('the flood', 120, () => {
      highest = Math.max(highest, process.memoryUsage().rss);
      return existsSync(join(directory, 'enough'));
    });
    await asked.cancel();
    assert.deepEqual([asked.describe().state, asked.counts().lost.unknown], ['cancelled', 1]);
    assert.ok(highest - before < 150 * 2 ** 20, `${Math.round((highest - before) / 2 ** 20)} MB more`);
    await until('the end over there', 60, async () => (await running('/srv/flood')).length === 0);
  });

  test('a flood without a newline, and one of complaints', async () => {
    program('zfs', 'head -c 50000000 /dev/zero; echo; head -c 3000000 /dev/zero | tr "\\0" e >&2; printf "\\n+\\tF\\t/srv/after\\n"');
    const { sshConfig } = await server();
    const asked = sessionOf();
    await asked.start(zfsDiffSource(request(sshConfig), nodeBackend));
    assert.equal(asked.describe().problem?.code, 'incomplete');
    assert.ok((asked.describe().problem?.detail.length ?? 0) < 400);
    assert.equal(asked.counts().lost.unknown, 1);
  });

  test('dying in the middle of a line: the half path is no row', async () => {
    program('zfs', String.raw`printf '+\tF\t/srv/whole\n+\tF\t/srv/ha'; kill -9 $$`);
    const { sshConfig } = await server();
    const asked = sessionOf();
    await asked.start(zfsDiffSource(request(sshConfig), nodeBackend));
    assert.deepEqual(
      [asked.describe().state, asked.describe().problem?.code, asked.counts().lost.unknown],
      ['failed', 'listing-killed', 1],
    );
  });

  test('a connection that breaks', async () => {
    program('zfs', String.raw`printf '+\tF\t/srv/whole\n+\tF\t/srv/ha'; exec sleep 98766`);
    const sshd = await server();
    const asked = sessionOf();
    const done = asked.start(zfsDiffSource(request(sshd.sshConfig), nodeBackend));
    await until('the first row', 60, () => asked.counts().lost.unknown === 1);
    await sshd.stop();
    await done;
    assert.deepEqual(
      [asked.describe().state, asked.describe().problem?.code, asked.describe().partial],
      ['failed', 'connection-lost', true],
    );
    assert.equal(asked.counts().lost.unknown, 1);
  });

  test('rubbish is no listing', async () => {
    program('zfs', 'head -c 100000 /dev/urandom');
    const { sshConfig } = await server();
    assert.equal(await code(request(sshConfig)), 'not-zfs-diff');
  });

  test('complaints make a listing incomplete, although it ends well', async () => {
    program('zfs', String.raw`printf '+\tF\t/srv/a\n'; echo "Unable to determine path or stats for object 128 in rpool" >&2`);
    const { sshConfig } = await server();
    const asked = sessionOf();
    await asked.start(zfsDiffSource(request(sshConfig), nodeBackend));
    assert.deepEqual([asked.describe().state, asked.describe().partial, asked.describe().problem?.code], ['done', true, 'incomplete']);
  });

  test('every way of not getting there has its own name', async () => {
    program('zfs', 'exit 0');
    const good = await server();
    const target = request(good.sshConfig).target;
    assert.equal(await code(request(good.sshConfig, { target: { ...target, sshPath: '/nowhere/ssh' } })), 'ssh-missing');
    assert.equal(await code(request(good.sshConfig, { target: { ...target, sshPath: directory } })), 'ssh-unusable');
    assert.equal(await code(request(good.sshConfig, { target: { ...target, destination: '-oProxyCommand=touch /tmp/x' } })), 'bad-request');
    assert.equal(await code(request(good.sshConfig, { dataset: 'rpool;id' })), 'bad-request');
    assert.equal(await code(request(good.sshConfig, { target: { ...target, destination: 'nowhere.invalid' } })), 'host-unknown');
    const port = await freePort();
    const closed = { ...target, sshArguments: ['-F', good.sshConfig, '-p', String(port)] };
    assert.equal(await code(request(good.sshConfig, { target: closed })), 'connection-refused');
    assert.equal(await code(request((await server({ wrongKey: true })).sshConfig)), 'key-refused');
    assert.equal(await code(request((await server({ wrongHostKey: true })).sshConfig)), 'host-key-changed');
    assert.equal(await code(request((await server({ forceCommand: 'echo only git here' })).sshConfig)), 'not-a-shell');
    const unknown = { ...target, sshArguments: ['-F', good.sshConfig, '-o', 'UserKnownHostsFile=/dev/null'] };
    assert.equal(await code(request(good.sshConfig, { target: unknown })), 'host-key-unknown');
  });

  test('no zfs there', async () => {
    const { sshConfig } = await server({ path: '/usr/bin:/bin' });
    assert.equal(await code(request(sshConfig)), 'zfs-missing');
  });

  test('sudo is asked for nothing but what it allows', async () => {
    program('zfs', String.raw`printf '+\tF\t/srv/a\n'`);
    // Whoever is root already has nothing to ask sudo for.
    program('id', 'test "$1" = -u && echo 1000 || echo alice');
    program('sudo', `printf "%s\\n" "$*" >>${directory}/sudo; shift; test "$1" = -l && exit 1; exec "$@"`);
    const { sshConfig } = await server();
    const asked = sessionOf();
    await asked.start(zfsDiffSource(request(sshConfig, { sudo: true }), nodeBackend));
    assert.deepEqual([asked.describe().state, asked.counts().lost.unknown], ['done', 1]);
    const log = readFileSync(join(directory, 'sudo'), 'utf8');
    assert.equal(log, '-n -l sh\n-n zfs diff -H -F -t rpool/local/root@blank\n');
  });

  test('a refresh while one is running replaces it, and never two at once', async () => {
    program(
      'zfs',
      String.raw`echo begin >>${directory}/log; printf '+\tF\t/srv/a\n'; trap 'echo end >>${directory}/log; exit 1' TERM; while :; do sleep 0.1; done`.replaceAll(
        '${directory}',
        directory,
      ),
    );
    const { sshConfig } = await server();
    const asked = sessionOf();
    const source = zfsDiffSource(request(sshConfig), nodeBackend);
    const first = asked.start(source);
    await until('the first row', 60, () => asked.counts().lost.unknown === 1);
    const second = asked.start(source);
    await first;
    await until('the second run', 60, () => asked.describe().run === 2 && asked.counts().lost.unknown === 1);
    await asked.cancel();
    await second;
    assert.equal(asked.describe().state, 'cancelled');
    const log = (): string => readFileSync(join(directory, 'log'), 'utf8');
    await until('the end of the second', 60, () => log().endsWith('end\n'));
    assert.equal(log(), 'begin\nend\nbegin\nend\n');
  });

  test('keepsake diff --watch lists again when the token moves, and ends with its signal', async () => {
    program('zfs', `test "$1" = get && exec cat ${directory}/token; echo diff >>${directory}/runs; cat ${directory}/rows`);
    writeFileSync(join(directory, 'token'), '100\n');
    writeFileSync(join(directory, 'rows'), '+\tF\t/tmp/noise\n');
    const { sshConfig } = await server();
    const abort = new AbortController();
    const said = new Said();
    const source = zfsDiffSource(request(sshConfig), nodeBackend);
    const watch = (signal: AbortSignal): ReturnType<typeof watchToken> => watchToken(request(sshConfig), 1, nodeBackend, signal);
    const ended = runDiff({ host: 'box', source, knowledge: knowledgeOf([]), json: false, all: false, watch }, said.io(abort.signal));
    await until('the first listing', 60, () => said.out.includes('box: 0 lost'));
    replace(join(directory, 'rows'), '+\tF\t/srv/written\n');
    replace(join(directory, 'token'), '200\n');
    await until('the second listing', 60, () => said.out.includes('box: 1 lost'));
    assert.match(said.out, /\/srv\/written/);
    abort.abort();
    assert.equal(await ended, 1);
    assert.equal(said.err, '');
    assert.equal(readFileSync(join(directory, 'runs'), 'utf8'), 'diff\ndiff\n');
    await until('the end over there', 60, async () => (await running('written@$2')).length === 0);
  });

  test('keepsake diff of a host that is not there: one sentence, nothing half-written', async () => {
    const { sshConfig } = await server({ wrongKey: true });
    const said = new Said();
    const source = zfsDiffSource(request(sshConfig), nodeBackend);
    const status = await runDiff({ host: 'box', source, knowledge: knowledgeOf([]), json: true, all: false, watch: null }, said.io());
    assert.deepEqual([status, said.out], [2, '']);
    assert.match(said.err, /^box does not accept any of your ssh keys\. /);
  });

  test('the change token tells when something was written', async () => {
    program(
      'zfs',
      `test "$1" = get || exit 1; test "$*" = "get -Hp -o value written@blank rpool/my data" || exit 1; cat ${directory}/token`,
    );
    writeFileSync(join(directory, 'token'), '100\n');
    const { sshConfig } = await server();
    const abort = new AbortController();
    const tokens = watchToken(request(sshConfig, { dataset: 'rpool/my data' }), 1, nodeBackend, abort.signal);
    assert.equal((await tokens.next()).value, '100');
    const next = tokens.next();
    replace(join(directory, 'token'), '200\n');
    assert.equal((await next).value, '200');
    rmSync(join(directory, 'token'));
    const end = await tokens.next();
    assert.deepEqual([end.done, (end.value as { code: string }).code], [true, 'watch-ended']);
    abort.abort();
  });
});
