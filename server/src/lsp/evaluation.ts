import type { HostModel } from '../host/hostModel.ts';
import type { ProblemDto } from '../protocol.ts';
import { EvaluationRequests, type EvaluateParams, type EvaluatedHostDto, type EvaluationDto } from '../protocol/evaluation.ts';
import type { Spawn } from '../remote/childOutput.ts';
import { nixEval, type EvaluationProblem } from '../remote/nixEval.ts';
import { EVALUATION_SECONDS, evaluateHost } from '../workspace/evaluateHost.ts';
import type { FileSystem } from '../workspace/fileSystem.ts';
import { printable } from '../text/printable.ts';
import { answer } from './answer.ts';
import type { LspContext } from './context.ts';
import { HOST_GONE, problem } from './problems.ts';
import { newProgress } from './progress.ts';
import type { Reading } from './reading.ts';

/** What the check against Nix needs of the server. */
export interface EvaluationServices {
  readonly reading: Reading;
  readonly spawn: Spawn;
  readonly fileSystem: FileSystem;
  /** What is known of hosts is something else now. */
  readonly changed: () => void;
}

const UNTRUSTED = problem(
  'untrusted',
  'This workspace is not trusted, so Nix evaluates nothing of it.',
  'Trust the workspace first: evaluating runs its code.',
);

const NEXT_STEP: Readonly<Record<EvaluationProblem['kind'], string>> = {
  'no-nix': 'Install Nix here, or start the editor where `nix` is on the PATH.',
  cancelled: '',
  'too-long':
    'Build the host once in a terminal, so that its inputs are there, or allow more in keepsake.evaluation.timeout; then check again.',
  failed: 'See that `nix eval` can evaluate the host in a terminal, and check again.',
};

/**
 * Answers what concerns the check against the real Nix. Nix runs only when it is asked for, in a trusted workspace, once a host at a time.
 * The result's `end` ends what runs: Nix itself would go on without us.
 */
export function serveEvaluation(context: LspContext, services: EvaluationServices): { readonly end: () => void } {
  const { workspace } = context;
  const { reading, changed } = services;
  const running = new Map<string, { readonly signal: AbortSignal; readonly answer: Promise<EvaluationDto> }>();
  const ended = new AbortController();
  const hostOf = async (name: string): Promise<HostModel | undefined> => {
    await reading.settled();
    return workspace.lastAnalysis().analysis.hosts.find((host) => host.name === name);
  };
  const evaluated = async (): Promise<readonly EvaluatedHostDto[]> => {
    await reading.settled();
    const { hosts } = workspace.lastAnalysis().analysis;
    const used = new Set(hosts.filter(({ differences }) => differences !== undefined).map(({ name }) => name));
    return workspace.real.names.map((host) => ({ host, used: used.has(host) }));
  };
  answer(context, EvaluationRequests.evaluated, evaluated);
  answer(context, EvaluationRequests.forget, async ({ host }) => {
    workspace.forgetReal(host);
    changed();
    return evaluated();
  });
  const evaluate = async (
    { host: name, timeoutSeconds = EVALUATION_SECONDS }: EvaluateParams,
    signal: AbortSignal,
  ): Promise<EvaluationDto> => {
    const host = await hostOf(name);
    if (host === undefined) return refused(HOST_GONE);
    const unsaved = host.files.find((file) => isUnsaved(context, services.fileSystem, file));
    if (unsaved !== undefined)
      return refused(
        problem('unsaved', `${printable(unsaved)} is not saved, and Nix reads what is on disk.`, 'Save all files, and check again.'),
      );
    const readAs = workspace.real.stamp(host);
    const found = await evaluateHost((request, ended) => nixEval(services.spawn, request, ended), host, signal, timeoutSeconds);
    if ('problem' in found) {
      const { kind, problem: reason } = found;
      return refused(problem(kind, `${name} could not be evaluated: ${reason}.`, NEXT_STEP[kind]));
    }
    workspace.setReal(name, found.entries, readAs);
    changed();
    const differences = (await hostOf(name))?.differences;
    if (differences !== undefined) return { problem: null, entries: found.entries.length, differences: differences.length };
    return refused(problem('changed', `What ${name} keeps was changed while Nix evaluated it.`, 'Save all files, and check again.'));
  };
  answer(context, EvaluationRequests.evaluate, async (params, asked) => {
    if (!context.trusted()) return refused(UNTRUSTED);
    const { host: name } = params;
    const before = running.get(name);
    if (before !== undefined && !before.signal.aborted)
      return refused(problem('running', `Nix is evaluating ${name} already.`, 'Wait for it, or cancel it.'));
    const cancelled = new AbortController();
    const signal = AbortSignal.any([asked, cancelled.signal, ended.signal]);
    const work = async (): Promise<EvaluationDto> => {
      // One that was cancelled takes a moment to end.
      await before?.answer.catch(() => undefined);
      return evaluate(params, signal);
    };
    const title = `Keepsake: evaluating ${name} with Nix`;
    const own = { signal, answer: params.shown === true ? work() : withProgress(context, title, cancelled, work) };
    running.set(name, own);
    try {
      return await own.answer;
    } finally {
      if (running.get(name) === own) running.delete(name);
    }
  });
  return { end: () => ended.abort() };
}

/** Whether the editor has another text of a file than the disk, which is what Nix reads. */
function isUnsaved({ workspace }: LspContext, fileSystem: FileSystem, file: string): boolean {
  const open = workspace.openDocument(file);
  if (open === null) return false;
  const onDisk = fileSystem.read(file);
  return typeof onDisk === 'string' || onDisk.text !== open.source.text;
}

/** Shows work as progress, where the editor can; there it can be cancelled. */
async function withProgress<T>(context: LspContext, title: string, cancelled: AbortController, work: () => Promise<T>): Promise<T> {
  const progress = await newProgress(context);
  progress?.token.onCancellationRequested(() => cancelled.abort());
  progress?.begin(printable(title), undefined, undefined, true);
  try {
    return await work();
  } finally {
    progress?.done();
  }
}

function refused(why: ProblemDto): EvaluationDto {
  return { problem: why, entries: 0, differences: 0 };
}
