import { nodeSession } from '../../server/src/remote/nodeTools.ts';
import { HostSession } from '../../server/src/remote/session.ts';
import type { ZfsRequest } from '../../server/src/remote/zfsBackend.ts';
import { knowledgeOf } from './classifier.ts';

/** `zfs diff` of the blog post's dataset on a host of a test bed's ssh configuration. */
export function zfsRequest(sshConfig: string, destination: string, more: Partial<ZfsRequest> = {}): ZfsRequest {
  return {
    target: { destination, sshPath: 'ssh', sshArguments: ['-F', sshConfig], connectTimeoutSeconds: 10 },
    dataset: 'rpool/local/root',
    snapshot: 'blank',
    runTimeoutSeconds: 600,
    sudo: false,
    ...more,
  };
}

/** A session of a host whose configuration declares these paths. */
export function sessionOf(declared: readonly string[] = []): HostSession {
  return new HostSession('box', knowledgeOf(declared), nodeSession, { changed: () => undefined });
}
