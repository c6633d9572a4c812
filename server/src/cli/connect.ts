import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { HostModel } from '../host/hostModel.ts';
import { lateStorages } from '../host/mountFacts.ts';
import { PrivateFolder } from '../remote/askpass.ts';
import { captureFile, captureSource } from '../remote/capture.ts';
import { watchToken } from '../remote/changeToken.ts';
import { choosePlan } from '../remote/choose.ts';
import { SshConnection } from '../remote/connection.ts';
import { Evidence } from '../remote/evidence.ts';
import { walkFactor } from '../remote/follow.ts';
import type { HostFacts } from '../remote/hostFacts.ts';
import { HostReader, type HostRequest } from '../remote/hostReader.ts';
import { localLink } from '../remote/link.ts';
import { nodeBackend, nodeSession } from '../remote/nodeTools.ts';
import { notesAbout } from '../remote/notes.ts';
import { rebootOf } from '../remote/rebootOf.ts';
import { Slots } from '../remote/slots.ts';
import type { ProblemDto } from '../protocol.ts';
import { TreeView } from '../remote/treeView.ts';
import { coverageOf } from '../workspace/keepers.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Command } from './arguments.ts';
import { runDiff, type DiffOptions, type RebootCheck } from './diff.ts';
import type { CommandIo, Places } from './io.ts';

type DiffCommand = Extract<Command, { command: 'diff' }>;

const CONNECT_TIMEOUT_SECONDS = 15;
/** `zfs diff` of a large pool may take long. */
const RUN_TIMEOUT_SECONDS = 3600;
/** Between two looks at the change token. */
const WATCH_SECONDS = 10;

/** `keepsake diff`: runs the listing that the command line asks for against a host of the workspace. */
export async function connectAndDiff(
  given: DiffCommand,
  host: HostModel,
  workspace: Workspace,
  places: Places,
  io: CommandIo,
): Promise<number> {
  // What the command line says goes before what the team shares.
  const shared = workspace.checks.settingsOf(host);
  const command: DiffCommand = {
    ...given,
    ssh: given.ssh ?? shared.ssh ?? null,
    dataset: given.dataset ?? shared.dataset ?? null,
    snapshot: given.snapshot ?? shared.snapshot ?? null,
  };
  const source = sourceOf(command, host);
  const { byPath: state, ephemeral } = workspace.checks.knowledgeOf(host);
  const knowledge: DiffOptions['knowledge'] = {
    coverage: coverageOf(host, (location) => places.of(location).line),
    state,
    ephemeral,
    ignore: workspace.checks.ignoredPaths(host),
  };
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  // Asked a second time, it ends at once, whatever the host does.
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const { facts, ...listed } = source;
    const options = { host: host.name, ...listed, knowledge, json: command.json, all: command.all };
    return await runDiff(
      { ...options, reboot: rebootCheck(host, knowledge, facts) },
      {
        out: async (text) => {
          if (!process.stdout.write(text)) await once(process.stdout, 'drain', { signal: abort.signal }).catch(() => undefined);
        },
        err: (text) => process.stderr.write(text),
        colour: io.colour,
        signal: abort.signal,
        tools: nodeSession,
      },
    );
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await source.close?.();
  }
}

/** Whether a host can be rebooted, by a listing and by what the host says of itself (`facts`). */
function rebootCheck(host: HostModel, knowledge: DiffOptions['knowledge'], facts: () => HostFacts | null): RebootCheck {
  return {
    evidence: () => new Evidence(facts()?.bootedAt ?? null),
    of: (session, evidence) => {
      const notes = notesAbout(session.shown, facts(), knowledge, evidence, nodeSession.now());
      const { tree } = session;
      const configured = { lateStorages: lateStorages(host), unread: host.unresolved.length };
      return rebootOf(host.name, configured, { ...session.describe(), notes }, tree === null ? null : new TreeView(tree));
    },
  };
}

interface Listed extends Pick<DiffOptions, 'source' | 'watch'> {
  /** What the host has said of itself; null before it was asked, and of a capture. */
  readonly facts: () => HostFacts | null;
  /** Ends the connection. */
  readonly close?: () => Promise<void>;
}

/** What is listed. */
function sourceOf(command: DiffCommand, host: HostModel): Listed {
  if (command.from === '-') {
    return {
      source: captureSource({ label: 'standard input', open: () => process.stdin, mountinfo: () => Promise.resolve(null) }),
      watch: null,
      facts: () => null,
    };
  }
  if (command.from !== null) return { source: captureFile(command.from), watch: null, facts: () => null };
  const target = {
    destination: command.ssh ?? host.name,
    sshPath: 'ssh',
    sshArguments: command.sshConfig === null ? [] : ['-F', command.sshConfig],
    connectTimeoutSeconds: CONNECT_TIMEOUT_SECONDS,
  };
  const { spawn, newMark } = nodeBackend;
  const folder = PrivateFolder.make();
  const link = command.local ? localLink(spawn) : new SshConnection(target, { spawn, newMark, folder, ask: null });
  const reader = new HostReader(link, nodeBackend, new Slots(1));
  const request: HostRequest = {
    dataset: command.dataset ?? host.rollback?.dataset ?? null,
    snapshot: command.snapshot ?? host.rollback?.snapshot ?? null,
    backend: command.backend,
    baseline: command.baseline,
    others: host.rollbacks.slice(1).map(({ dataset, snapshot }) => ({ dataset, snapshot })),
    renewed: host.renewed.map(({ subvolume, blank }) => ({ subvolume, blank })),
    sudo: command.sudo,
    runTimeoutSeconds: RUN_TIMEOUT_SECONDS,
  };
  const close = async (): Promise<void> => {
    await reader.close();
    folder?.close();
  };
  const watch: DiffOptions['watch'] = command.watch ? (signal) => changesOf(reader, request, signal) : null;
  return { source: reader.source(request), watch, facts: () => reader.facts, close };
}

/** Tells when a host should be listed: at once, and whenever its change token moves; without one, from time to time. */
async function* changesOf(reader: HostReader, request: HostRequest, signal: AbortSignal): AsyncGenerator<string, ProblemDto | null> {
  const problem = await reader.reach(request, signal);
  const plan = reader.facts === null ? null : choosePlan(reader.facts, request);
  if (problem !== null || plan === null || signal.aborted) return problem;
  if ('message' in plan) return plan;
  if (reader.facts?.root?.type === 'zfs' && reader.facts.zfsVersion !== null && plan.snapshot !== '') {
    return yield* watchToken({ link: reader.link, dataset: plan.dataset, snapshot: plan.snapshot }, WATCH_SECONDS, nodeBackend, signal);
  }
  for (let turn = 0; !signal.aborted; turn++) {
    yield String(turn);
    await setTimeout(WATCH_SECONDS * walkFactor * 1000, undefined, { signal }).catch(() => undefined);
  }
  return null;
}
