import type { SessionDto } from '../../server/src/protocol/live.ts';
import { PrivateFolder } from '../../server/src/remote/askpass.ts';
import type { Ask } from '../../server/src/remote/askpass.ts';
import type { ChangeRecord } from '../../server/src/remote/changeRecord.ts';
import { SshConnection } from '../../server/src/remote/connection.ts';
import { HostReader } from '../../server/src/remote/hostReader.ts';
import type { HostRequest } from '../../server/src/remote/hostReader.ts';
import { localLink, sshLink } from '../../server/src/remote/link.ts';
import { LiveHost } from '../../server/src/remote/liveHost.ts';
import type { SessionTools } from '../../server/src/remote/session.ts';
import { Slots } from '../../server/src/remote/slots.ts';
import type { SshTarget } from '../../server/src/remote/ssh.ts';
import { nodeBackend, nodeSession } from '../../server/src/remote/nodeTools.ts';
import { HostSession } from '../../server/src/remote/session.ts';
import type { ZfsRequest } from '../../server/src/remote/zfsBackend.ts';
import { knowledgeOf } from './classifier.ts';

/** The handshake counts as well, which an emulated machine takes long for where others want the processor. */
const connectTimeoutSeconds = 60;

export interface TestRequest extends ZfsRequest {
  readonly target: SshTarget;
}

/** `zfs diff` of the blog post's dataset on a host of a test bed's ssh configuration. */
export function zfsRequest(sshConfig: string, destination: string, more: Partial<TestRequest> = {}): TestRequest {
  const target = more.target ?? { destination, sshPath: 'ssh', sshArguments: ['-F', sshConfig], connectTimeoutSeconds };
  return {
    target,
    link: sshLink(nodeBackend.spawn, target),
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

/** A host of a test bed with a connection of its own, and what is asked of it. */
export interface TestHost {
  readonly live: LiveHost;
  readonly reader: HostReader;
  readonly rows: ChangeRecord[];
  list(more?: Partial<HostRequest>): Promise<SessionDto>;
  close(): Promise<void>;
}

export interface TestHostOptions {
  readonly declared?: readonly string[];
  readonly ask?: Ask;
  readonly tools?: Partial<SessionTools>;
  readonly sshArguments?: readonly string[];
  readonly changed?: (session: SessionDto) => void;
  readonly connectTimeoutSeconds?: number;
  /** False: `rows` stays empty, for listings that are too long to be kept twice. */
  readonly keepRows?: boolean;
}

/** A host behind an ssh configuration (null: this machine), as the editor's server has it. */
export function testHost(sshConfig: string | null, destination: string, options: TestHostOptions = {}): TestHost {
  const folder = PrivateFolder.make();
  const { spawn, newMark } = nodeBackend;
  const sshArguments = ['-F', sshConfig ?? '', ...(options.sshArguments ?? [])];
  const target = {
    destination,
    sshPath: 'ssh',
    sshArguments,
    connectTimeoutSeconds: options.connectTimeoutSeconds ?? connectTimeoutSeconds,
  };
  const connection = new SshConnection(target, { spawn, newMark, folder, ask: options.ask ?? null });
  const reader = new HostReader(sshConfig === null ? localLink(spawn) : connection, nodeBackend, new Slots(1));
  const rows: ChangeRecord[] = [];
  const session = { ...nodeSession, ...options.tools };
  const live = new LiveHost('box', knowledgeOf(options.declared ?? []), {
    session,
    newMark,
    changed: (host) => options.changed?.(host.describe()),
    ...(options.keepRows === false ? {} : { record: (record) => rows.push(record) }),
  });
  const list = async (more: Partial<HostRequest> = {}): Promise<SessionDto> => {
    rows.length = 0;
    await live.list(reader, { dataset: null, snapshot: null, backend: null, baseline: null, sudo: false, runTimeoutSeconds: 600, ...more });
    return live.describe();
  };
  const close = async (): Promise<void> => {
    await live.close();
    folder?.close();
  };
  return { live, reader, rows, list, close };
}
