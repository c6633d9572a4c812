import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionDto } from '../../server/src/protocol/live.ts';
import { FaultTable } from '../support/faultTable.ts';
import { Random } from '../support/random.ts';
import { testHost } from '../support/remoteTools.ts';
import type { TestHost, TestHostOptions } from '../support/remoteTools.ts';
import { skip } from '../support/skip.ts';
import { startFaultProxy } from './faultProxy.ts';
import type { Fault, FaultProxy } from './faultProxy.ts';
import { run } from './run.ts';
import { running } from './running.ts';
import { sshdMissing, startSshd } from './sshd.ts';
import type { Sshd } from './sshd.ts';
import { until } from './until.ts';

/** Every state that a listing may end in, and every problem that may be told of a connection that was spoilt. */
const spoilt = new Set(
  'connection-lost connection-failed connection-timeout connection-refused not-a-shell host-key-unknown host-key-changed key-refused'.split(
    ' ',
  ),
);
const files = 300;

/** As `find -printf` prints it in a shell script. */
function entry(path: string): string {
  return `f_1_1_10_1795223055.1_1$top${path}`;
}

suite('a host or a network that misbehaves', function () {
  this.timeout(300_000);
  let directory: string;
  let sshd: Sshd;
  let proxy: FaultProxy;
  const hosts: TestHost[] = [];
  const table = new FaultTable('Faults between ssh and a real sshd');

  suiteSetup(async function () {
    const missing = sshdMissing();
    if (missing !== null) skip(this, missing);
    directory = mkdtempSync(join(tmpdir(), 'keepsake-faults-'));
    mkdirSync(join(directory, 'bin'));
    sshd = await startSshd({ programs: [join(directory, 'bin')] });
    proxy = await startFaultProxy(sshd.port);
  });
  teardown(async () => {
    for (const host of hosts.splice(0)) await host.close();
    await until(
      'the end of everything there and here',
      120,
      async () => (await running(directory)).length + (await running(`p ${proxy.port}`)).length === 0,
    );
  });
  suiteTeardown(async () => {
    table.print();
    await proxy?.stop();
    await sshd?.stop();
    // Not by node, which can't name what is deeper than the kernel takes.
    if (directory !== undefined) await run('rm', ['-rf', directory]);
  });

  /** A `find` that prints what `script` prints; `$top` is where the tree is walked. */
  function find(script: string): void {
    const program = `#!/bin/sh\n# ${directory}\n[ "$1" = /dev/null ] && { printf ok; exit; }\nmkdir ${directory}/once 2>/dev/null || exit 0\ntop=\${1%/}\n${script}\n`;
    writeFileSync(join(directory, 'bin', 'find'), program);
    chmodSync(join(directory, 'bin', 'find'), 0o755);
  }
  const ordinary = (): void => find(`i=0; while [ $i -lt ${files} ]; do printf "${entry('/srv/keep/file%d')}\\0" $i; i=$((i+1)); done`);
  function hostOf(fault: Fault, { direct = false, ...options }: TestHostOptions & { readonly direct?: boolean } = {}): TestHost {
    proxy.fault = fault;
    // A handshake that is spoilt may end only then.
    const host = testHost(sshd.sshConfig, 'box', {
      ...options,
      connectTimeoutSeconds: 10,
      sshArguments: direct ? [] : ['-p', String(proxy.port)],
    });
    hosts.push(host);
    return host;
  }
  const list = (host: TestHost): Promise<SessionDto> => {
    // File systems in memory beside the root are walked too; there, find has nothing to print.
    rmSync(join(directory, 'once'), { recursive: true, force: true });
    return host.list({ baseline: 'empty' });
  };
  /** Lists, and notes how it went. */
  const listing = async (fault: string, host: TestHost): Promise<SessionDto> => {
    const session = await list(host);
    table.note(fault, session.problem?.code ?? session.state);
    return session;
  };

  test('cut off at any byte: a clear state, whole rows only, and the next try works', async () => {
    ordinary();
    const before = proxy.bytes;
    const whole = await list(hostOf({ kind: 'none' }));
    assert.deepEqual([whole.state, whole.counts.lost.unknown], ['done', files]);
    const length = proxy.bytes - before;
    const random = new Random(5);
    const seen = new Map<string, number>();
    for (let round = 0; round < 12; round++) {
      const host = hostOf({ kind: 'cut', after: random.below(length) });
      const { state, problem, counts } = await listing('connection cut at a random byte', host);
      assert.ok(state === 'failed' || state === 'done', state);
      if (state === 'failed') assert.ok(problem !== null && spoilt.has(problem.code) && problem.nextStep !== '', problem?.code);
      else assert.equal(counts.lost.unknown, files);
      assert.ok(host.rows.every(({ path }) => /^\/srv\/keep\/file\d+$/.test(path.toString())));
      seen.set(problem?.code ?? state, (seen.get(problem?.code ?? state) ?? 0) + 1);
      await host.close();
    }
    assert.ok((seen.get('connection-lost') ?? 0) > 0, JSON.stringify([...seen]));
    const again = hostOf({ kind: 'none' });
    assert.equal((await list(again)).state, 'done');
  });

  test('spoilt at any byte: ssh notices, and what it tells is told', async () => {
    ordinary();
    const random = new Random(6);
    for (let round = 0; round < 4; round++) {
      const host = hostOf({ kind: 'corrupt', at: 200 + random.below(9000) });
      const { state, problem, counts } = await listing('one byte of the connection changed', host);
      if (state === 'done') assert.equal(counts.lost.unknown, files);
      else assert.ok(problem !== null && problem.nextStep !== '', state);
      await host.close();
    }
  });

  test('byte by byte it is the same listing', async () => {
    ordinary();
    const { state, counts, partial } = await listing('every byte by itself', hostOf({ kind: 'drip' }));
    assert.deepEqual([state, partial, counts.lost.unknown], ['done', false, files]);
  });

  test('silence in the middle: cancel ends it here at once, and there when the connection is given up', async () => {
    ordinary();
    for (const after of [0, 1500, 4500]) {
      const host = hostOf({ kind: 'stall', after });
      const run = list(host);
      await until('the connection to be tried', 60, async () => (await running(`p ${proxy.port}`)).length > 0);
      await host.live.cancel();
      const { state } = await run;
      table.note('silence in the middle, then cancel', state);
      assert.equal(state, 'cancelled');
      await host.close();
    }
  });

  test('half an entry at the end is no row', async () => {
    find(`printf "${entry('/srv/whole')}\\0${entry('/srv/ha')}"`);
    const { state, partial, problem, counts } = await listing('half an entry at the end', hostOf({ kind: 'none' }));
    assert.deepEqual([state, partial, problem?.code, counts.lost.unknown], ['done', true, 'incomplete', 1]);
  });

  test('a stdbuf that does not work there is found out before, and done without', async () => {
    ordinary();
    const works = hostOf({ kind: 'none' });
    assert.equal((await list(works)).state, 'done');
    assert.equal(works.reader.facts?.largePieces, true);
    await works.close();
    const stdbuf = join(directory, 'bin', 'stdbuf');
    writeFileSync(stdbuf, '#!/bin/sh\nshift\necho "stdbuf: no library" >&2\nexec "$@"\n', { mode: 0o755 });
    try {
      const host = hostOf({ kind: 'none' });
      const { state, partial, counts } = await listing('a stdbuf that complains', host);
      assert.deepEqual([state, partial, counts.lost.unknown], ['done', false, files]);
      assert.equal(host.reader.facts?.largePieces, false);
    } finally {
      rmSync(stdbuf);
    }
  });

  test('rubbish is no listing', async () => {
    find('head -c 300000 /dev/urandom');
    const { state, partial, problem } = await listing('300 kB of rubbish', hostOf({ kind: 'none' }));
    assert.deepEqual([state, partial, problem?.code], ['done', true, 'incomplete']);
  });

  test('rows without end are cut where they would not fit', async () => {
    find(`exec awk -v top="$top" 'BEGIN { for (i = 0; ; i++) printf "f_1_1_10_1.0_1%s/srv/x%d%c", top, i, 0 }'`);
    const { state, problem, counts } = await listing('rows without end', hostOf({ kind: 'none' }, { tools: { mostPaths: 50_000 } }));
    assert.deepEqual([state, problem?.code], ['done', 'too-many-changes']);
    assert.ok(counts.lost.unknown > 50_000 && counts.lost.unknown < 200_000);
  });

  // Four gigabytes go through the same reader in childOutput.test.ts; through ssh they take minutes.
  test('complaints without end fill no memory', async () => {
    find(`printf "${entry('/srv/whole')}\\0"; head -c ${2 ** 28} /dev/zero >&2`);
    const before = process.memoryUsage().rss;
    const { state, problem, counts } = await listing('256 MB on stderr', hostOf({ kind: 'none' }, { direct: true }));
    assert.deepEqual([state, problem?.code, counts.lost.unknown], ['done', 'incomplete', 1]);
    assert.ok((problem?.detail.length ?? 0) < 1000);
    assert.ok(process.memoryUsage().rss - before < 150 * 2 ** 20);
  });

  test('of ten million rows as many are shown as can be kept, that is said, and the far side ends', async () => {
    find(`exec awk -v top="$top" 'BEGIN { for (i = 0; i < 10000000; i++) printf "f_1_1_10_1.0_1%s/srv/d%d/x%d%c", top, i / 1000, i, 0 }'`);
    const before = process.memoryUsage().rss;
    const host = hostOf({ kind: 'none' }, { direct: true, keepRows: false, tools: { mostPaths: 200_000 } });
    const { state, partial, problem, counts } = await listing('10 million rows', host);
    assert.deepEqual([state, partial, problem?.code], ['done', true, 'too-many-changes']);
    assert.match(problem?.message ?? '', /^Only the first 2\d{5} changes are shown/);
    assert.equal(Number(/\d+/.exec(problem?.message ?? '')?.[0]), counts.lost.unknown);
    assert.ok(process.memoryUsage().rss - before < 250 * 2 ** 20);
    assert.equal(host.live.session.tree?.children(null, 0, 10, ['lost']).rows[0]?.path, '/srv');
  });

  test('a tree so deep that its paths are longer than the kernel takes', async () => {
    const deep = join(directory, 'deep');
    const names = Array.from({ length: 20 }, (_, i) => `${i}`.padStart(250, 'd'));
    // One step at a time, as nobody could name the whole.
    const steps =
      'const { mkdirSync, writeFileSync } = require("fs"); for (const name of process.argv.slice(1)) { mkdirSync(name); process.chdir(name); } writeFileSync("file", "x");';
    assert.equal((await run(process.execPath, ['-e', steps, deep, ...names])).stderr, '');
    find(`shift; /usr/bin/find ${deep} "$@" | sed -z "s|${deep}|$top/srv/deep|"`);
    const host = hostOf({ kind: 'none' });
    const { state, problem } = await listing('a real path of 5,000 bytes', host);
    assert.deepEqual([state, problem], ['done', null]);
    const wanted = ['/srv/deep', ...names, 'file'].join('/');
    assert.ok(host.rows.some(({ path }) => path.toString() === wanted));
    const row = host.live.session.tree?.find(wanted) ?? null;
    assert.ok(row !== null && host.live.session.tree?.row(row)?.verdict === 'lost');
  });

  test('hostile names are names: nothing of them is run, and all of them are rows', async () => {
    const marker = join(directory, 'was-run');
    const names = [
      '$(touch MARKER)',
      '`touch MARKER`',
      '; touch MARKER',
      '\\n\\033[31mred',
      '${x}',
      '\\342\\200\\256rtl',
      '%%n',
      "'",
      '\\"',
      '-rf',
      '..a',
    ];
    const printed = names.map((name) => `printf 'f_1_1_10_1.0_1%s' "$top"; printf '/srv/${name.replace("'", `'"'"'`)}\\0'`).join('\n');
    find(
      `${printed}\ni=0; long=; while [ $i -lt 15 ]; do long=$long/$(printf '%0250d' $i); i=$((i+1)); done; printf "${entry('/srv$long')}\\0"`.replaceAll(
        'MARKER',
        marker,
      ),
    );
    const host = hostOf({ kind: 'none' });
    const { state, problem, counts } = await listing('names that would be commands, escapes, options; 3,750 bytes long', host);
    assert.deepEqual([state, problem, counts.lost.unknown], ['done', null, names.length + 1]);
    assert.ok(host.rows.some(({ path }) => path.toString() === '/srv/\n\x1b[31mred'));
    assert.ok(host.rows.some(({ path }) => path.length > 3500));
    assert.ok(!existsSync(marker));
  });

  test('a hundred thousand entries in one directory', async () => {
    find(`exec awk -v top="$top" 'BEGIN { for (i = 0; i < 100000; i++) printf "f_1_1_10_1.0_1%s/srv/many/x%d%c", top, i, 0 }'`);
    const host = hostOf({ kind: 'none' });
    const { state, counts } = await listing('a hundred thousand entries in a directory', host);
    assert.deepEqual([state, counts.lost.unknown], ['done', 100_000]);
    assert.equal(host.live.session.tree?.children(null, 0, 10, ['lost']).total, 1);
  });

  test('a clock that is not ours is told, and changes no verdict', async () => {
    ordinary();
    const ahead = { now: () => Date.now() + 3 * 86_400_000 };
    const { counts, notes } = await listing('a clock three days behind', hostOf({ kind: 'none' }, { tools: ahead }));
    assert.equal(counts.lost.unknown, files);
    assert.deepEqual(
      notes.map(({ code, message }) => [code, message.replace(/ 2\d{5} s /, ' N s ')]),
      [['clock-skew', 'The clock there is N s behind.']],
    );
  });
});
