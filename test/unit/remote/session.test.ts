import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProblemDto } from '../../../server/src/protocol.ts';
import { captureFile, captureSource } from '../../../server/src/remote/capture.ts';
import { HostSession } from '../../../server/src/remote/session.ts';
import type { ChangeSource, SourceEnd } from '../../../server/src/remote/source.ts';
import { knowledgeOf } from '../../support/classifier.ts';

const whole: SourceEnd = { complete: true, problem: null };
const broken: ProblemDto = { code: 'connection-lost', message: 'm', nextStep: 'n', detail: '' };

/** A source whose pieces the test hands over one by one. */
class Steps {
  readonly #pending: ((piece: string | SourceEnd) => void)[] = [];
  readonly #given: (string | SourceEnd)[] = [];
  reads = 0;
  readonly source: ChangeSource = {
    label: 'test',
    dataset: 'rpool/local/root',
    wholeLastLine: false,
    read: (signal) => this.#read(signal),
  };

  give(piece: string | SourceEnd): void {
    const next = this.#pending.shift();
    if (next === undefined) this.#given.push(piece);
    else next(piece);
  }

  async *#read(signal: AbortSignal): ReturnType<ChangeSource['read']> {
    this.reads++;
    yield { kind: 'begin', mountinfo: null };
    for (;;) {
      const given = this.#given.shift();
      const piece =
        given ??
        (await new Promise<string | SourceEnd>((take) => {
          this.#pending.push(take);
          signal.addEventListener('abort', () => take({ complete: false, problem: null }), { once: true });
        }));
      if (typeof piece !== 'string') return piece;
      yield { kind: 'bytes', bytes: Buffer.from(piece) };
    }
  }
}

interface World {
  readonly session: HostSession;
  /** Calls of `changed` so far. */
  readonly changes: () => number;
  /** Lets the timer that waits run off. */
  readonly tick: () => void;
}

function world(declared: readonly string[] = [], most = 1_000_000): World {
  let changes = 0;
  let waiting: (() => void) | null = null;
  let time = 1000;
  const after = (_milliseconds: number, callback: () => void): (() => void) => {
    waiting = callback;
    return () => {
      waiting = null;
    };
  };
  const tools = { now: () => time++, after, turn: () => new Promise<void>((go) => setImmediate(go)), mostPaths: most };
  const session = new HostSession('web', knowledgeOf(declared), tools, { changed: () => changes++ });
  const tick = (): void => {
    const callback = waiting;
    waiting = null;
    callback?.();
  };
  return { session, changes: () => changes, tick };
}

/** Lets everything that is ready run. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((go) => setImmediate(go));
}

/** Rows as a host sends them that has no end of them; `sent` counts. */
function flood(rows: number, pathOf: (row: number) => string): { readonly source: ChangeSource; readonly sent: () => number } {
  let sent = 0;
  const read = async function* (): ReturnType<ChangeSource['read']> {
    yield { kind: 'begin', mountinfo: null };
    while (sent < rows) {
      let text = '';
      while (text.length < 65_536 && sent < rows) text += `+\tF\t${pathOf(sent++)}\n`;
      yield { kind: 'bytes', bytes: Buffer.from(text) };
    }
    return whole;
  };
  return { source: { label: 'flood', dataset: null, wholeLastLine: true, read }, sent: () => sent };
}

suite('session', () => {
  test('idle, connecting, running, done', async () => {
    const { session } = world();
    assert.deepEqual([session.describe().state, session.describe().run, session.describe().startedAt], ['idle', 0, null]);
    const steps = new Steps();
    const done = session.start(steps.source);
    assert.equal(session.describe().state, 'connecting');
    await settle();
    assert.equal(session.describe().state, 'running');
    steps.give('+\tF\t/srv/a\n+\tF\t/srv/b');
    await settle();
    assert.deepEqual([session.counts().lost.unknown, session.describe().partial], [1, true]);
    steps.give('c\n');
    steps.give(whole);
    await done;
    const { state, partial, problem, run, startedAt, finishedAt, source } = session.describe();
    assert.deepEqual([state, partial, problem, run, source], ['done', false, null, 1, 'test']);
    assert.ok(startedAt !== null && finishedAt !== null && finishedAt > startedAt);
    assert.deepEqual(
      session.children(1, null, 0, 10, ['lost']).rows.map((row) => row.path),
      ['/srv'],
    );
  });

  test('tells the first rows at once and the next ones seldom; the revision always grows', async () => {
    const { session, changes, tick } = world();
    const steps = new Steps();
    const done = session.start(steps.source);
    await settle();
    const before = changes();
    steps.give('+\tF\t/srv/a\n');
    await settle();
    assert.equal(changes(), before + 1);
    const revision = session.describe().revision;
    for (let i = 0; i < 50; i++) steps.give(`+\tF\t/srv/${i}\n`);
    await settle();
    await settle();
    await settle();
    assert.equal(changes(), before + 1);
    assert.ok(session.describe().revision > revision);
    tick();
    assert.equal(changes(), before + 2);
    steps.give(whole);
    await done;
    assert.equal(changes(), before + 3);
  });

  test('a cancelled run keeps what came, marked partial', async () => {
    const { session } = world();
    const steps = new Steps();
    void session.start(steps.source);
    steps.give('+\tF\t/srv/a\n');
    await settle();
    await session.cancel();
    assert.deepEqual([session.describe().state, session.describe().partial, session.counts().lost.unknown], ['cancelled', true, 1]);
  });

  test('a failed run shows the last whole listing again; without one, what came', async () => {
    const { session } = world();
    const first = new Steps();
    first.give('+\tF\t/srv/a\n');
    first.give({ complete: false, problem: broken });
    await session.start(first.source);
    assert.deepEqual([session.describe().state, session.describe().partial, session.counts().lost.unknown], ['failed', true, 1]);
    assert.equal(session.describe().problem?.code, 'connection-lost');
    const second = new Steps();
    second.give('+\tF\t/srv/a\n+\tF\t/srv/b\n');
    second.give(whole);
    await session.start(second.source);
    assert.equal(session.describe().run, 2);
    const third = new Steps();
    third.give('+\tF\t/srv/c\n');
    const done = session.start(third.source);
    await settle();
    assert.equal(session.describe().run, 3);
    third.give({ complete: false, problem: broken });
    await done;
    const { state, run, partial, problem } = session.describe();
    assert.deepEqual([state, run, partial, problem?.code, session.counts().lost.unknown], ['failed', 2, false, 'connection-lost', 2]);
  });

  test('rows of another run are not shown', async () => {
    const { session } = world();
    const steps = new Steps();
    steps.give('+\tF\t/srv/a\n');
    steps.give(whole);
    await session.start(steps.source);
    assert.equal(session.children(0, null, 0, 10, ['lost']).total, 0);
    assert.equal(session.children(1, null, 0, 10, ['lost']).total, 1);
    const next = new Steps();
    void session.start(next.source);
    await settle();
    // Until the new run has rows, the old ones stay.
    assert.deepEqual([session.describe().run, session.children(1, null, 0, 10, ['lost']).total], [1, 1]);
    await session.cancel();
  });

  test('of ten million changes as many are shown as can be kept, that is said, and no more is read', async function () {
    this.timeout(120_000);
    const most = 100_000;
    const { session } = world([], most);
    const { source, sent } = flood(10_000_000, (row) => `/srv/d${row >> 10}/f${row}`);
    await session.start(source);
    const { state, partial, problem, counts } = session.describe();
    assert.deepEqual([state, partial, problem?.code], ['done', true, 'too-many-changes']);
    assert.equal(problem?.message.startsWith(`Only the first ${counts.lost.unknown} changes are shown`), true, problem?.message);
    assert.ok(counts.lost.unknown > most && sent() < most + 10_000);
    assert.equal(session.children(session.run, null, 0, 10, ['lost']).rows[0]?.path, '/srv');
  });

  test('a listing that does not fit is ended, and says so', async () => {
    const { session } = world([], 1000);
    const steps = new Steps();
    const done = session.start(steps.source);
    for (let i = 0; i < 20; i++) steps.give(Array.from({ length: 100 }, (_, j) => `+\tF\t/srv/${i}-${j}\n`).join(''));
    await done;
    assert.deepEqual(
      [session.describe().state, session.describe().partial, session.describe().problem?.code],
      ['done', true, 'too-many-changes'],
    );
    assert.equal(session.counts().lost.unknown, 1100);
  });

  test('a start replaces the run that is going, and waits for its end', async () => {
    const { session } = world();
    const first = new Steps();
    const second = new Steps();
    const one = session.start(first.source);
    await settle();
    const two = session.start(second.source);
    await one;
    await settle();
    second.give('+\tF\t/srv/a\n');
    second.give(whole);
    await two;
    assert.deepEqual([first.reads, second.reads, session.describe().state, session.counts().lost.unknown], [1, 1, 'done', 1]);
  });

  test('a new configuration changes the verdicts, also of a run that is going', async () => {
    const { session } = world();
    const steps = new Steps();
    const done = session.start(steps.source);
    steps.give(Array.from({ length: 45_000 }, (_, i) => `+\tF\t/srv/${i}\n`).join(''));
    await settle();
    const revision = session.describe().revision;
    const judged = session.setKnowledge(knowledgeOf(['/srv']));
    assert.notEqual(session.counts().lost.unknown, 0);
    await judged;
    // No mounts are known: what is declared only now was not active when the listing was read.
    assert.deepEqual([session.counts().lost.unknown, session.counts().declared], [0, 45_000]);
    assert.ok(session.describe().revision > revision);
    steps.give('+\tF\t/srv/later\n');
    steps.give(whole);
    await done;
    assert.equal(session.counts().declared, 45_001);
  });
});

suite('captures', () => {
  let directory: string;
  setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'keepsake-capture-'));
  });
  teardown(() => rmSync(directory, { recursive: true }));

  async function read(text: string | Buffer, mountinfo: string | null = null, declared: readonly string[] = []): Promise<HostSession> {
    const path = join(directory, 'capture.zfsdiff');
    writeFileSync(path, text);
    if (mountinfo !== null) writeFileSync(join(directory, 'capture.mountinfo'), mountinfo);
    const { session } = world(declared);
    await session.start(captureFile(path));
    return session;
  }

  test('a file whose last line has no newline is whole', async () => {
    const session = await read('+\tF\t/srv/a\n+\tF\t/srv/b', null, ['/srv/b']);
    assert.deepEqual([session.describe().state, session.counts().lost.unknown, session.counts().kept], ['done', 1, 1]);
  });

  test('standard input that says nothing can be cancelled', async () => {
    const { session } = world();
    const never = captureSource({
      label: 'standard input',
      open: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) }),
      mountinfo: () => Promise.resolve(null),
    });
    const done = session.start(never);
    await settle();
    assert.equal(session.describe().state, 'running');
    await session.cancel();
    await done;
    assert.equal(session.describe().state, 'cancelled');
  });

  test('mounts beside it are used', async () => {
    const session = await read('+\tF\t/srv/b\n', '1 0 0:1 / / rw - zfs rpool/local/root rw\n', ['/srv/b']);
    assert.deepEqual([session.counts().kept, session.counts().declared], [0, 1]);
  });

  test('nothing, no file, another file, half of another file', async () => {
    assert.deepEqual([(await read('')).describe().state], ['done']);
    const { session } = world();
    await session.start(captureFile(join(directory, 'none')));
    assert.deepEqual([session.describe().state, session.describe().problem?.code], ['failed', 'capture-unreadable']);
    const other = await read('#!/bin/sh\necho hello\n');
    assert.deepEqual([other.describe().state, other.describe().problem?.code], ['failed', 'not-zfs-diff']);
    const mixed = await read('$ zfs diff rpool/local/root@blank\n+\tF\t/srv/a\n');
    assert.deepEqual(
      [mixed.describe().state, mixed.describe().partial, mixed.describe().problem?.code],
      ['done', true, 'unreadable-lines'],
    );
    const binary = await read(Buffer.alloc(300_000, 7));
    assert.equal(binary.describe().problem?.code, 'not-zfs-diff');
  });
});
