import type { ProblemDto } from '../protocol.ts';
import type { CountsDto, RowDto, Verdict } from '../protocol/rows.ts';
import type { RebootDto, RebootReasonDto } from '../protocol/panel.ts';
import type { ChangeRecord } from '../remote/changeRecord.ts';
import type { ChangeTree } from '../remote/changeTree.ts';
import type { Evidence } from '../remote/evidence.ts';
import { rebootText } from '../remote/rebootReport.ts';
import { HostSession, type SessionKnowledge, type SessionTools } from '../remote/session.ts';
import { lostCount } from '../remote/verdictCode.ts';
import type { ChangeSource, SourceEnd, SourceEvent } from '../remote/source.ts';
import { countOf, groupLines, groupsOf } from './diffText.ts';
import { printable, replaceUnseen } from '../text/printable.ts';

/** 0: nothing is lost; 1: something is; 2: it can't be told. */
export type ExitStatus = 0 | 1 | 2;

export interface DiffOptions {
  /** Name of the host, for people. */
  readonly host: string;
  readonly source: ChangeSource;
  readonly knowledge: SessionKnowledge;
  /** One JSON object a line instead of text. */
  readonly json: boolean;
  /** Also what is kept, and noise. */
  readonly all: boolean;
  /** Whether the machine may be rebooted after what a run has listed, and why not; told besides the rows. */
  readonly reboot?: RebootCheck;
  /** Runs again whenever the host's change token moves, until the signal; null: once. */
  readonly watch: ((signal: AbortSignal) => AsyncGenerator<string, ProblemDto | null>) | null;
}

export interface RebootCheck {
  /** For a new run. */
  readonly evidence: () => Evidence;
  /** What the rows and the host say when the run has ended. */
  readonly of: (session: HostSession, evidence: Evidence) => RebootDto;
}

export interface DiffIo {
  /** Writes to standard output; resolves when there is room for more. */
  readonly out: (text: string) => Promise<void>;
  /** Writes to standard error. */
  readonly err: (text: string) => void;
  readonly colour: boolean;
  readonly signal: AbortSignal;
  readonly tools: SessionTools;
}

/** Verdicts printed without `--all`: what is kept and what is noise is only counted. */
const usual: ReadonlySet<Verdict> = new Set(['lost', 'declared', 'mounted']);

/** `keepsake diff`: prints what a host would lose at its next boot. Everything it needs of the world is in its parameters. */
export async function runDiff(options: DiffOptions, io: DiffIo): Promise<ExitStatus> {
  if (options.watch === null) return await runOnce(options, io);
  let status: ExitStatus = 2;
  const tokens = options.watch(io.signal);
  try {
    for (;;) {
      const next = await tokens.next();
      if (next.done === true) {
        if (next.value !== null) complain(io, next.value);
        return next.value === null ? status : 2;
      }
      // Awaited: the tokens that come meanwhile wait, so that the host never lists twice at once.
      status = await runOnce(options, io);
      if (status === 2 || io.signal.aborted) return status;
    }
  } finally {
    await tokens.return(null);
  }
}

async function runOnce(options: DiffOptions, io: DiffIo): Promise<ExitStatus> {
  const started = io.tools.now();
  const printer = new JsonRows(options);
  let evidence: Evidence | null = null;
  const session = new HostSession(options.host, options.knowledge, io.tools, {
    changed: () => undefined,
    begun: () => (evidence = options.reboot?.evidence() ?? null),
    row: (row, node, tree) => {
      if (evidence === null && !options.json) return;
      const record = row.record();
      evidence?.take(record);
      if (options.json) printer.take(record, node, tree);
    },
  });
  const cancel = (): void => void session.cancel();
  if (io.signal.aborted) return 2;
  io.signal.addEventListener('abort', cancel, { once: true });
  try {
    await session.start(printed(options.source, () => io.out(printer.flush())));
  } finally {
    io.signal.removeEventListener('abort', cancel);
  }
  const { state, problem, partial, counts } = session.describe();
  const { tree } = session;
  if (tree !== null && (state === 'done' || tree.changes > 0)) {
    if (options.json) {
      await io.out(printer.flush());
      for (const text of printer.rest(tree)) await io.out(text);
      const seconds = (io.tools.now() - started) / 1000;
      await io.out(`${terminalJson({ type: 'summary', ...counts, partial, seconds })}\n`);
    } else await printText(options, tree, counts, partial, io);
    const report = evidence === null ? null : (options.reboot?.of(session, evidence) ?? null);
    if (report !== null) await tellReboot(options, report, io);
  }
  if (problem !== null) complain(io, problem);
  if (state === 'cancelled') io.err('Cancelled; what was listed until then is not all.\n');
  if (state !== 'done') return 2;
  if (groupsOf(false).some((group) => group !== 'declared' && group !== 'mounted' && countOf(counts, group) > 0)) return 1;
  // Nothing seen to be lost, but not all was seen.
  return partial ? 2 : 0;
}

/** Reasons whose paths stand among the rows. */
const inRows: ReadonlySet<RebootReasonDto['kind']> = new Set(['lost', 'not-active', 'mounted']);

/** After the rows, without their paths again. Programs read the rows alone, so that theirs goes to stderr. */
async function tellReboot({ host, json }: DiffOptions, { safe, reasons }: RebootDto, io: DiffIo): Promise<void> {
  const told = reasons.filter(({ kind }) => kind !== 'incomplete').map((each) => (inRows.has(each.kind) ? { ...each, paths: [] } : each));
  const text = rebootText(host, safe, told);
  if (json) io.err(text);
  else await io.out(`\n${text}`);
}

/** The source again, with a pause after each piece for what has to be printed: a slow reader of ours slows the host down. */
function printed(source: ChangeSource, flush: () => Promise<void>): ChangeSource {
  const read = async function* (signal: AbortSignal): AsyncGenerator<SourceEvent, SourceEnd> {
    const reading = source.read(signal);
    try {
      for (;;) {
        const next = await reading.next();
        if (next.done === true) return next.value;
        yield next.value;
        await flush();
      }
    } finally {
      await reading.return({ complete: false, problem: null });
    }
  };
  return { ...source, read };
}

function complain(io: DiffIo, { message, nextStep, detail }: ProblemDto): void {
  const words = detail === '' ? [] : detail.split('\n').map((line) => `  ${printable(line)}\n`);
  io.err(`${printable(message)} ${printable(nextStep)}\n${words.join('')}`);
}

async function printText(options: DiffOptions, tree: ChangeTree, counts: CountsDto, partial: boolean, io: DiffIo): Promise<void> {
  let text = '';
  for (const group of groupsOf(options.all)) {
    for (const line of groupLines(tree, group, io.colour)) {
      text += `${line}\n`;
      if (text.length < 1 << 16) continue;
      await io.out(text);
      text = '';
    }
  }
  const { lost, declared, mounted, kept, noise } = counts;
  const names = [`${declared} declared but not active`, `${mounted} mounted but not declared`, `${kept} kept`, `${noise} noise`];
  const cut = partial ? ' This is not all: the listing is incomplete.' : '';
  await io.out(`${text}${printable(options.host)}: ${lostCount(counts)} lost (${lost.critical} critical), ${names.join(', ')}.${cut}\n`);
}

/** Turns rows into JSON lines while they come; what can only be judged when all is listed waits for the end. */
class JsonRows {
  readonly #all: boolean;
  readonly #waiting: { readonly record: ChangeRecord; readonly node: number }[] = [];
  #lines: string[] = [];

  constructor(options: DiffOptions) {
    this.#all = options.all;
  }

  take(record: ChangeRecord, node: number, tree: ChangeTree): void {
    // Without classes only the rows below it tell that something is a directory.
    if (record.fileType === null && record.kind !== '-' && !record.unlinked) this.#waiting.push({ record: withOwnBytes(record), node });
    else this.#print(record, node, tree);
  }

  flush(): string {
    const text = this.#lines.join('');
    this.#lines = [];
    return text;
  }

  /** The rows that waited, in pieces. */
  *rest(tree: ChangeTree): Generator<string> {
    for (const { record, node } of this.#waiting) {
      this.#print(record, node, tree);
      if (this.#lines.length >= 1000) yield this.flush();
    }
    yield this.flush();
  }

  #print(record: ChangeRecord, node: number, tree: ChangeTree): void {
    const row = node === -1 || record.kind === '-' ? null : tree.row(node);
    const verdict = row?.verdict ?? 'noise';
    if (this.#all || usual.has(verdict)) this.#lines.push(`${terminalJson(changeObject(record, verdict, row))}\n`);
  }
}

/** The names of a record may share memory with everything read with them, which would be kept too. */
function withOwnBytes(record: ChangeRecord): ChangeRecord {
  return { ...record, path: Buffer.from(record.path), newPath: record.newPath === null ? null : Buffer.from(record.newPath) };
}

function changeObject(record: ChangeRecord, verdict: Verdict, row: RowDto | null): object {
  const path = record.unlinked ? '(on_delete_queue)' : record.path.toString('utf8');
  const newPath = record.newPath?.toString('utf8');
  return {
    type: 'change',
    change: record.kind,
    fileType: record.fileType,
    path,
    ...bytesOf('pathBytes', record.path),
    ...(newPath === undefined ? {} : { newPath }),
    ...(record.newPath === null ? {} : bytesOf('newPathBytes', record.newPath)),
    ...(record.time === null ? {} : { time: record.time }),
    verdict,
    ...(row?.severity == null ? {} : { severity: row.severity }),
    ...(row?.keptBy == null ? {} : { entry: row.keptBy }),
    ...(row?.state == null ? {} : { state: row.state }),
  };
}

/** The bytes themselves when text can't say them. */
function bytesOf(key: string, bytes: Buffer): object {
  return bytes.equals(Buffer.from(bytes.toString('utf8'))) ? {} : { [key]: bytes.toString('base64') };
}

/** JSON that is safe on a terminal too: what JSON leaves raw and can't be seen is escaped as well, by UTF-16 unit. */
function terminalJson(value: unknown): string {
  return replaceUnseen(JSON.stringify(value), (character) =>
    character
      .split('')
      .map((unit) => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
