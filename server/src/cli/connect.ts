import { once } from 'node:events';
import { indexEphemeral } from '../catalogue/ephemeralIndex.ts';
import { builtInCatalogue } from '../catalogue/load.ts';
import { indexState } from '../catalogue/stateIndex.ts';
import type { HostModel } from '../host/hostModel.ts';
import { captureFile, captureSource } from '../remote/capture.ts';
import { nodeBackend, nodeSession } from '../remote/nodeTools.ts';
import { zfsDiffSource, type ZfsRequest } from '../remote/zfsBackend.ts';
import { coverageOf } from '../workspace/keepers.ts';
import type { Command } from './arguments.ts';
import { runDiff, type DiffOptions } from './diff.ts';
import { EXIT, type CommandIo, type Places } from './io.ts';

type DiffCommand = Extract<Command, { command: 'diff' }>;

const CONNECT_TIMEOUT_SECONDS = 15;
/** `zfs diff` of a large pool may take long. */
const RUN_TIMEOUT_SECONDS = 3600;
/** Between two looks at the change token. */
const WATCH_SECONDS = 10;

/** `keepsake diff`: runs the listing that the command line asks for against a host of the workspace. */
export async function connectAndDiff(command: DiffCommand, host: HostModel, places: Places, io: CommandIo): Promise<number> {
  const source = sourceOf(command, host);
  if (typeof source === 'string') {
    io.note(`keepsake: ${source}`);
    return EXIT.failure;
  }
  const { state, ephemeral } = builtInCatalogue();
  const knowledge: DiffOptions['knowledge'] = {
    coverage: coverageOf(host, (location) => places.of(location).line),
    state: indexState(state),
    ephemeral: indexEphemeral(ephemeral),
    ignore: [],
  };
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const options = { host: host.name, ...source, knowledge, json: command.json, all: command.all };
    return await runDiff(options, {
      out: async (text) => {
        if (!process.stdout.write(text)) await once(process.stdout, 'drain', { signal: abort.signal }).catch(() => undefined);
      },
      err: (text) => process.stderr.write(text),
      colour: io.colour,
      signal: abort.signal,
      tools: nodeSession,
    });
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function sourceOf(command: DiffCommand, host: HostModel): Pick<DiffOptions, 'source' | 'watch'> | string {
  if (command.from === '-') {
    return {
      source: captureSource({ label: 'standard input', open: () => process.stdin, mountinfo: () => Promise.resolve(null) }),
      watch: null,
    };
  }
  if (command.from !== null) return { source: captureFile(command.from), watch: null };
  const dataset = command.dataset ?? host.rollback?.dataset;
  const snapshot = command.snapshot ?? host.rollback?.snapshot;
  if (dataset === undefined || snapshot === undefined) {
    return `it is not known what ${host.name} is rolled back to: its configuration has no \`zfs rollback\`. Give --dataset and --snapshot.`;
  }
  const request: ZfsRequest = {
    target: {
      destination: command.ssh ?? host.name,
      sshPath: 'ssh',
      sshArguments: command.sshConfig === null ? [] : ['-F', command.sshConfig],
      connectTimeoutSeconds: CONNECT_TIMEOUT_SECONDS,
    },
    dataset,
    snapshot,
    runTimeoutSeconds: RUN_TIMEOUT_SECONDS,
    sudo: false,
  };
  return {
    source: zfsDiffSource(request, nodeBackend),
    watch: command.watch ? { request, seconds: WATCH_SECONDS, tools: nodeBackend } : null,
  };
}
