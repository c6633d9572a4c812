import { basename } from 'node:path';
import type { ProblemDto } from '../protocol.ts';
import type { StartDiffParams } from '../protocol/live.ts';
import type { Ask, PrivateFolder } from '../remote/askpass.ts';
import { captureFile, captureText } from '../remote/capture.ts';
import { SshConnection } from '../remote/connection.ts';
import { HostReader, type HostRequest } from '../remote/hostReader.ts';
import { localLink } from '../remote/link.ts';
import type { Slots } from '../remote/slots.ts';
import type { ChangeSource } from '../remote/source.ts';
import type { BackendTools } from '../remote/zfsBackend.ts';
import type { LspContext } from './context.ts';
import { problem } from './problems.ts';

/** Where the changes come from that an editor asks for. Connects to nothing yet. */
export type NewSource =
  | { readonly kind: 'capture'; readonly source: ChangeSource }
  /** `key` is the same for requests that the same connection serves. */
  | { readonly kind: 'host'; readonly key: string; readonly request: HostRequest; readonly reader: () => HostReader }
  | { readonly kind: 'refused'; readonly problem: ProblemDto };

export interface SourceTools extends BackendTools {
  /** Null: connections are not shared. */
  readonly folder: PrivateFolder | null;
  /** Asks the user of the editor for ssh, about a destination; null: nobody can be asked. */
  readonly asking: ((host: string, destination: string) => Ask) | null;
  readonly slots: Slots;
}

export function newSource(context: LspContext, { host, source }: StartDiffParams, tools: SourceTools): NewSource {
  if (source.kind === 'capture') {
    const path = source.uri.startsWith('file:') ? context.uris.pathOf(source.uri) : null;
    if (path !== null) return { kind: 'capture', source: captureFile(path, basename(path)) };
    const refused = problem('capture-not-local', 'The capture is no file on this machine.', 'Copy it here first, then open it again.');
    return { kind: 'refused', problem: { ...refused, detail: source.uri } };
  }
  if (source.kind === 'text') return { kind: 'capture', source: captureText(source.text, source.label) };
  const { dataset, snapshot, sudo, runTimeoutSeconds, backend = null, baseline = null } = source;
  const model = context.workspace.analysis().hosts.find(({ name }) => name === host);
  const others = model?.rollbacks.slice(1).map((each) => ({ dataset: each.dataset, snapshot: each.snapshot })) ?? [];
  const renewed = model?.renewed.map(({ subvolume, blank }) => ({ subvolume, blank })) ?? [];
  const request: HostRequest = { dataset, snapshot, sudo, runTimeoutSeconds, backend, baseline, others, renewed };
  if (source.kind === 'local') {
    return { kind: 'host', key: 'local', request, reader: () => new HostReader(localLink(tools.spawn), tools, tools.slots) };
  }
  const { destination, sshPath, sshArguments, connectTimeoutSeconds } = source;
  const target = { destination, sshPath, sshArguments, connectTimeoutSeconds };
  const { spawn, newMark, folder, asking } = tools;
  const reader = (): HostReader =>
    new HostReader(new SshConnection(target, { spawn, newMark, folder, ask: asking?.(host, destination) ?? null }), tools, tools.slots);
  return { kind: 'host', key: JSON.stringify(target), request, reader };
}
