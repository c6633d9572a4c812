import { basename } from 'node:path';
import type { ProblemDto, StartDiffParams } from '../protocol.ts';
import { captureFile } from '../remote/capture.ts';
import type { ChangeSource } from '../remote/source.ts';
import { zfsDiffSource, type BackendTools } from '../remote/zfsBackend.ts';
import type { LspContext } from './context.ts';

/** Where the changes come from that an editor asks for; or what is wrong with what it asks. Connects to nothing yet. */
export function newSource(
  context: LspContext,
  source: StartDiffParams['source'],
  tools: BackendTools,
): ChangeSource | { readonly problem: ProblemDto } {
  if (source.kind === 'capture') {
    const path = source.uri.startsWith('file:') ? context.uris.pathOf(source.uri) : null;
    if (path !== null) return captureFile(path, basename(path));
    const message = 'The capture is no file on this machine.';
    return { problem: { code: 'capture-not-local', message, nextStep: 'Copy it here first, then open it again.', detail: source.uri } };
  }
  const { destination, dataset, snapshot, sudo, sshPath, sshArguments, connectTimeoutSeconds, runTimeoutSeconds } = source;
  const target = { destination, sshPath, sshArguments, connectTimeoutSeconds };
  return zfsDiffSource({ target, dataset, snapshot, runTimeoutSeconds, sudo }, tools);
}
