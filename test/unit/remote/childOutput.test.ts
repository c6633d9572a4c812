import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { childOutput } from '../../../server/src/remote/childOutput.ts';
import type { ExitReport } from '../../../server/src/remote/childOutput.ts';
import { until } from '../../hosts/until.ts';

let children: ChildProcessWithoutNullStreams[];

function start(command: string, args: readonly string[], signal = new AbortController().signal): AsyncGenerator<Buffer, ExitReport> {
  return childOutput(
    (program, programArgs) => {
      const child = spawn(program, [...programArgs], { stdio: ['pipe', 'pipe', 'pipe'] });
      children.push(child);
      return child;
    },
    command,
    args,
    signal,
  );
}

async function toEnd(output: AsyncGenerator<Buffer, ExitReport>): Promise<{ text: string; exit: ExitReport }> {
  let text = '';
  for (;;) {
    const next = await output.next();
    if (next.done === true) return { text, exit: next.value };
    text += next.value.toString();
  }
}

function ended(child: ChildProcessWithoutNullStreams | undefined): boolean {
  return child !== undefined && (child.exitCode !== null || child.signalCode !== null);
}

/** What a program has written so far, as the kernel counts it. */
function writtenBytes(child: ChildProcessWithoutNullStreams | undefined): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${child?.pid}/io`, 'utf8'))?.[1]);
}

suite('output of a program', () => {
  setup(() => {
    children = [];
  });

  test('output, complaints and status; arguments as they are', async () => {
    const { text, exit } = await toEnd(start('sh', ['-c', 'printf "%s" "$1"; echo oh >&2; exit 3', 'sh', '$(id) "\n']));
    assert.equal(text, '$(id) "\n');
    assert.deepEqual(
      [exit.status, exit.signal, exit.stderr.toString(), exit.stderrTruncated, exit.startError],
      [3, null, 'oh\n', false, null],
    );
  });

  test('a program that is not there, or is no program', async () => {
    assert.equal((await toEnd(start('/nowhere/ssh', []))).exit.startError, 'ENOENT');
    assert.equal((await toEnd(start('/', []))).exit.startError, 'EACCES');
    assert.notEqual((await toEnd(start('a\0b', []))).exit.startError, null);
  });

  test('complaints are kept up to a bound', async () => {
    const { exit } = await toEnd(start('sh', ['-c', 'head -c 1000000 /dev/zero >&2']));
    assert.deepEqual([exit.stderr.length, exit.stderrTruncated, exit.status], [65_536, true, 0]);
  });

  test('four gigabytes of complaints are read to their end and not held', async function () {
    this.timeout(300_000);
    const before = process.memoryUsage().rss;
    const script = `head -c ${4 * 2 ** 30} /dev/zero >&2; echo end`;
    const { text, exit } = await toEnd(start('sh', ['-c', script]));
    assert.deepEqual([text, exit.stderr.length, exit.stderrTruncated, exit.status], ['end\n', 65_536, true, 0]);
    assert.ok(process.memoryUsage().rss - before < 100 * 2 ** 20);
  });

  test('who does not read holds the program back', async () => {
    const abort = new AbortController();
    const output = start('yes', [], abort.signal);
    await output.next();
    let last = -1;
    let same = 0;
    await until('the program to wait', 60, () => {
      const now = writtenBytes(children[0]);
      same = now === last ? same + 1 : 0;
      last = now;
      return same >= 5;
    });
    assert.ok(last < 4 * 2 ** 20, `${last} bytes`);
    abort.abort();
    assert.equal((await toEnd(output)).exit.signal, 'SIGTERM');
  });

  test('abort closes the input, so that a program that listens ends by itself', async () => {
    const abort = new AbortController();
    const output = start('sh', ['-c', 'echo ready; read line; echo dropped; exit 7'], abort.signal);
    const first = await output.next();
    assert.ok(first.done !== true);
    assert.equal(first.value.toString(), 'ready\n');
    abort.abort();
    const { text, exit } = await toEnd(output);
    assert.deepEqual([text, exit.status], ['', 7]);
  });

  test('abort before anything was said ends at once; one that ignores SIGTERM is killed', async () => {
    const abort = new AbortController();
    const quiet = toEnd(start('sleep', ['1000'], abort.signal));
    abort.abort();
    assert.equal((await quiet).exit.signal, 'SIGTERM');
    const second = new AbortController();
    const stubborn = start('sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 0.05; done'], second.signal);
    await stubborn.next();
    second.abort();
    assert.equal((await toEnd(stubborn)).exit.signal, 'SIGKILL');
  });

  test('leaving the loop ends the program', async () => {
    for await (const chunk of start('sh', ['-c', 'echo one; sleep 1000'])) {
      assert.equal(chunk.toString(), 'one\n');
      break;
    }
    assert.ok(ended(children[0]));
  });

  test('aborted before the start: nothing is started', async () => {
    const { exit } = await toEnd(start('sh', ['-c', 'exit 1'], AbortSignal.abort()));
    assert.deepEqual([exit.status, children.length], [null, 0]);
  });
});
