/**
 * A million changes: rows a second, memory, time to the first page and of pages, beside a plain line splitter over the same bytes.
 * `node --expose-gc --import tsx test/bench/remote.ts [ROWS]`; every figure is of this run, in a process of its own.
 */
import { indexEphemeral } from '../../server/src/catalogue/ephemeralIndex.ts';
import { builtInCatalogue } from '../../server/src/catalogue/load.ts';
import { indexState } from '../../server/src/catalogue/stateIndex.ts';
import type { Keeper } from '../../server/src/remote/coverage.ts';
import { HostSession } from '../../server/src/remote/session.ts';
import type { ChangeSource } from '../../server/src/remote/source.ts';
import { generatedListing } from '../support/generatedListing.ts';

const rows = Number(process.argv[2] ?? 1_000_000);
const chunkSize = 64 * 1024;

const declared = new Map<string, Keeper>(
  ['/etc/machine-id', '/etc/nixos', '/var/lib/nixos', '/var/log', '/var/lib/app1', '/home/alice/.ssh'].map((path) => [
    path,
    { path, kind: 'directory', description: path },
  ]),
);
function coverage(path: string): Keeper | null {
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const keeper = declared.get(at);
    if (keeper !== undefined) return keeper;
  }
  return null;
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;

// In pieces, as a pipe gives them, made as they are taken: the listing itself is not in memory.
function* pieces(): Generator<Buffer> {
  let held = '';
  for (const line of generatedListing(rows)) {
    held += line;
    if (held.length < chunkSize) continue;
    yield Buffer.from(held, 'latin1');
    held = '';
  }
  yield Buffer.from(held, 'latin1');
}

let generating = 0;
let bytes = 0;
function* timedPieces(): Generator<Buffer> {
  const made = pieces();
  for (;;) {
    const before = performance.now();
    const next = made.next();
    generating += performance.now() - before;
    if (next.done === true) return;
    bytes += next.value.length;
    yield next.value;
  }
}

function split(): number {
  generating = 0;
  const start = performance.now();
  let lines = 0;
  let rest = '';
  for (const piece of timedPieces()) {
    const parts = (rest + piece.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) lines += part.length > 0 ? 1 : 0;
  }
  if (lines !== rows) throw new Error(`${lines} lines`);
  return performance.now() - start - generating;
}

const catalogue = builtInCatalogue();
const mountinfo = Buffer.from('1 0 0:1 / / rw - zfs rpool/local/root rw\n2 1 0:2 /var/log /var/log rw - zfs rpool/safe/persist rw\n');

const time = (times: number, work: () => void): number => {
  const from = performance.now();
  for (let i = 0; i < times; i++) work();
  return (performance.now() - from) / times;
};

async function main(): Promise<void> {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const knowledge = {
    coverage,
    state: indexState(catalogue.state),
    ephemeral: indexEphemeral(catalogue.ephemeral),
    ignore: ['/var/lib/*/tmp/**'],
  };
  let firstPage = 0;
  let started = 0;
  const session = new HostSession(
    'bench',
    knowledge,
    {
      now: Date.now,
      after: (ms, call) => clearTimeout.bind(null, setTimeout(call, ms)),
      turn: () => new Promise((go) => setImmediate(go)),
    },
    {
      changed: (changed) => {
        if (firstPage === 0 && changed.tree !== null && changed.children(changed.run, null, 0, 100, ['lost']).rows.length > 0) {
          firstPage = performance.now() - started;
        }
      },
    },
  );
  const source: ChangeSource = {
    label: 'bench',
    dataset: 'rpool/local/root',
    wholeLastLine: true,
    read: async function* () {
      yield { kind: 'begin', mountinfo };
      for (const piece of timedPieces()) yield { kind: 'bytes', bytes: piece };
      return { complete: true, problem: null };
    },
  };
  generating = 0;
  bytes = 0;
  started = performance.now();
  await session.start(source);
  const total = performance.now() - started - generating;
  // Of the whole process and all its life, as the kernel counted it; the generated text is in it, piece by piece.
  const peak = process.resourceUsage().maxRSS * 1024;
  const { state, problem } = session.describe();
  const { tree } = session;
  if (state !== 'done' || tree === null || tree.changes !== rows) throw new Error(`${state} ${tree?.changes} ${problem?.message}`);

  const top = time(20, () => session.children(session.run, null, 0, 100, ['lost']));
  const find = (path: string): number => [...tree.changed()].find((id) => tree.path(id).toString() === path) ?? -1;
  const wide = find('/srv/wide');
  const wideRows = session.children(session.run, wide, 0, 100, ['lost']).total;
  const widePage = time(5, () => session.children(session.run, wide, 0, 100, ['lost']));
  const judge = performance.now();
  await session.setKnowledge({ ...knowledge, coverage: () => null });
  const judged = performance.now() - judge;

  split();
  bytes = 0;
  const plain = split();

  const rate = (milliseconds: number): string => `${Math.round(rows / milliseconds)}k rows/s`;
  console.log(`${rows} rows, ${megabytes(bytes)}, ${session.describe().counts.lost.unknown} of them lost without being known`);
  console.log(`plain line splitter      ${plain.toFixed(0)} ms   ${rate(plain)}`);
  console.log(`parsed, classified, kept ${total.toFixed(0)} ms   ${rate(total)}   ${(total / plain).toFixed(1)} x the splitter`);
  console.log(`memory                   ${megabytes(peak)} at the peak, ${megabytes(before)} before`);
  if (peak > 400 * 2 ** 20) throw new Error(`${megabytes(peak)} of memory; 400 MB is the most`);
  console.log(`first page               ${firstPage.toFixed(1)} ms after the start`);
  console.log(`a page at the top        ${top.toFixed(2)} ms`);
  console.log(`a page of ${String(wideRows).padEnd(8)}       ${widePage.toFixed(1)} ms`);
  console.log(`judged anew              ${judged.toFixed(0)} ms   ${rate(judged)}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
