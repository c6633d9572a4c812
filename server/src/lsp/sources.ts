import { basename } from 'node:path';
import type { ProblemDto, StartDiffParams } from '../protocol.ts';
import { captureFile, captureText } from '../remote/capture.ts';
import { localLink } from '../remote/link.ts';
import { requestProblem } from '../remote/problems.ts';
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
  if (source.kind === 'text') return captureText(source.text, source.label);
  const { dataset, snapshot, sudo, runTimeoutSeconds } = source;
  if (dataset === null || snapshot === null) {
    return { problem: requestProblem('It is not known which snapshot the root is rolled back to.') };
  }
  if (source.kind === 'local') {
    const target = { destination: 'localhost', sshPath: 'ssh', sshArguments: [], connectTimeoutSeconds: 1 };
    return zfsDiffSource({ target, link: localLink(tools.spawn), dataset, snapshot, runTimeoutSeconds, sudo }, tools);
  }
  const { destination, sshPath, sshArguments, connectTimeoutSeconds } = source;
  const target = { destination, sshPath, sshArguments, connectTimeoutSeconds };
  return zfsDiffSource({ target, dataset, snapshot, runTimeoutSeconds, sudo }, tools);
}
