import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { HostSession } from '../../server/src/remote/session.ts';
import type { SessionTools } from '../../server/src/remote/session.ts';
import type { BackendTools, ZfsRequest } from '../../server/src/remote/zfsBackend.ts';
import { knowledgeOf } from './classifier.ts';

/** The real world for backends. */
export const backend: BackendTools = {
  spawn: (command, args) => spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] }),
  newMark: () => `k${randomBytes(12).toString('hex')}`,
};

/** The real world for sessions. */
export const tools: SessionTools = {
  now: Date.now,
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  turn: () => new Promise((go) => setImmediate(go)),
};

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
  return new HostSession('box', knowledgeOf(declared), tools, { changed: () => undefined });
}
