/**
 * A million changes: rows a second, memory, time to the first page and of pages as the panel asks for them, beside a plain line splitter
 * over the same bytes. Times are processor time, except that of the first page; those of pages are of the thread that answers, where the
 * kernel tells (what compiles meanwhile keeps nobody waiting). `test/bench/run.mjs` bundles it as the server is bundled:
 * what users run is measured. Every figure is of this run, in a process of its own.
 */
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { indexEphemeral } from '../../server/src/catalogue/ephemeralIndex.ts';
import { builtInCatalogue } from '../../server/src/catalogue/load.ts';
import { indexState } from '../../server/src/catalogue/stateIndex.ts';
import { NOTHING_READ } from '../../server/src/host/hostModel.ts';
import type { HostModel } from '../../server/src/host/hostModel.ts';
import type { PersistenceEntry } from '../../server/src/persistence/entry.ts';
import type { Page } from '../../server/src/remote/changeTree.ts';
import { processorTime } from '../../server/src/remote/nodeTools.ts';
import { HostSession } from '../../server/src/remote/session.ts';
import type { ChangeSource } from '../../server/src/remote/source.ts';
import { TreeView } from '../../server/src/remote/treeView.ts';
import { maskOf } from '../../server/src/remote/verdictCode.ts';
import { coverageOf, nothingKept } from '../../server/src/workspace/keepers.ts';
import { generatedListing } from '../support/generatedListing.ts';

const rows = Number(process.argv[2] ?? 1_000_000);
const chunkSize = 64 * 1024;

// A host of some forty entries, as its configuration would declare them.
const location = { file: 'host.nix', start: 0, end: 0 };
const entryOf = (path: string, kind: PersistenceEntry['kind']): PersistenceEntry => ({
  mechanism: 'impermanence',
  storage: '/persist',
  scope: 'system',
  user: null,
  kind,
  path,
  relative: null,
  written: path,
  settings: null,
  location,
  conditions: [],
  atWholePath: true,
  fulfilled: [],
});
const kept = [
  '/etc/nixos',
  '/var/lib/nixos',
  '/var/lib/systemd',
  '/var/log',
  '/home/alice/.ssh',
  '/home/alice/.gnupg',
  '/home/alice/projects/p1',
];
const host: HostModel = {
  ...NOTHING_READ,
  name: 'bench',
  location,
  entries: [
    ...[...kept, ...Array.from({ length: 30 }, (_, i) => `/var/lib/app${i * 9 + 1}`)].map((path) => entryOf(path, 'directory')),
    ...['/etc/machine-id', '/etc/adjtime', '/etc/ssh/ssh_host_ed25519_key'].map((path) => entryOf(path, 'file')),
  ],
  mounts: ['/', '/nix', '/persist', '/boot'].map((mountPoint) => ({ mountPoint, fsType: 'zfs', device: `rpool${mountPoint}`, location })),
  rootFilesystem: 'zfs',
};
const coverage = coverageOf(host, () => null);

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;

const folder = mkdtempSync(join(tmpdir(), 'keepsake-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true }));
const capture = join(folder, 'capture');

function writeCapture(): void {
  const file = openSync(capture, 'w');
  let held = '';
  for (const line of generatedListing(rows)) {
    held += line;
    if (held.length < chunkSize) continue;
    writeSync(file, held, null, 'latin1');
    held = '';
  }
  writeSync(file, held, null, 'latin1');
  closeSync(file);
}

/** The capture in pieces, as a pipe would give them. */
function* pieces(): Generator<Buffer> {
  const file = openSync(capture, 'r');
  for (;;) {
    const piece = Buffer.allocUnsafeSlow(chunkSize);
    const length = readSync(file, piece);
    if (length === 0) break;
    yield piece.subarray(0, length);
  }
  closeSync(file);
}

function split(): number {
  const start = processorTime();
  let lines = 0;
  let rest = '';
  for (const piece of pieces()) {
    const parts = (rest + piece.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) lines += part.length > 0 ? 1 : 0;
  }
  if (lines !== rows) throw new Error(`${lines} lines`);
  return processorTime() - start;
}

const catalogue = builtInCatalogue();
const mountinfo = Buffer.from('1 0 0:1 / / rw - zfs rpool/local/root rw\n2 1 0:2 /var/log /var/log rw - zfs rpool/safe/persist rw\n');

const threadStatistics = `/proc/self/task/${process.pid}/schedstat`;

/** The same of this thread alone; of all where the kernel does not tell. */
function threadTime(): number {
  return existsSync(threadStatistics) ? Number(readFileSync(threadStatistics, 'latin1').split(' ')[0]) / 1e6 : processorTime();
}

const time = (times: number, work: () => void): number => {
  const from = threadTime();
  for (let i = 0; i < times; i++) work();
  return (threadTime() - from) / times;
};

async function main(): Promise<void> {
  writeCapture();
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
      for (const piece of pieces()) yield { kind: 'bytes', bytes: piece };
      return { complete: true, problem: null };
    },
  };
  started = performance.now();
  const used = processorTime();
  await session.start(source);
  const total = processorTime() - used;
  // Of the whole process and all its life, as the kernel counted it; making the capture is in it.
  const peak = process.resourceUsage().maxRSS * 1024;
  const { state, problem } = session.describe();
  const { tree } = session;
  if (state !== 'done' || tree === null || tree.changes !== rows) throw new Error(`${state} ${tree?.changes} ${problem?.message}`);

  const ask = (parent: number | null, offset = 0): Page =>
    view.page({ parent, offset, limit: 100, mask: maskOf(['lost']), arrangement: 'tree', filter: '' });
  const view = new TreeView(tree);
  const topFirst = time(1, () => ask(null));
  const top = time(20, () => ask(null));
  const find = (path: string): number => [...tree.changed()].find((id) => tree.path(id).toString() === path) ?? -1;
  const wide = find('/srv/wide');
  const wideFirst = time(1, () => ask(wide));
  const widePage = time(5, () => ask(wide));
  const wideNext = time(1, () => ask(wide, 100));
  const wideRows = ask(wide).total;
  const judge = processorTime();
  await session.setKnowledge({ ...knowledge, coverage: nothingKept });
  const judged = processorTime() - judge;

  split();
  const plain = split();

  const rate = (milliseconds: number): string => `${Math.round(rows / milliseconds)}k rows/s`;
  console.log(
    `${rows} rows, ${megabytes(statSync(capture).size)}, ${session.describe().counts.lost.unknown} of them lost without being known`,
  );
  console.log(`plain line splitter      ${plain.toFixed(0)} ms   ${rate(plain)}`);
  console.log(`parsed, classified, kept ${total.toFixed(0)} ms   ${rate(total)}   ${(total / plain).toFixed(1)} x the splitter`);
  console.log(`memory                   ${megabytes(peak)} at the peak, ${megabytes(before)} before`);
  if (peak > 250 * 2 ** 20) throw new Error(`${megabytes(peak)} of memory; 250 MB is the most`);
  console.log(`first page               ${firstPage.toFixed(1)} ms after the start`);
  console.log(`a page at the top        ${topFirst.toFixed(1)} ms, then ${top.toFixed(2)} ms`);
  console.log(
    `a page of ${String(wideRows).padEnd(8)}       ${wideFirst.toFixed(1)} ms, then ${widePage.toFixed(2)} ms; the next ${wideNext.toFixed(1)} ms`,
  );
  console.log(`judged anew              ${judged.toFixed(0)} ms   ${rate(judged)}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
