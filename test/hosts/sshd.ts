import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from './freePort.ts';
import { run } from './run.ts';
import { until } from './until.ts';

/** A real OpenSSH server on 127.0.0.1 that lets the user of this process in, with keys of its own. */
export interface Sshd {
  /** A file for `ssh -F`; it knows {@link host} and nothing of the user's own configuration, keys or agent. */
  readonly sshConfig: string;
  readonly host: 'box';
  readonly port: number;
  /** What the server has logged so far (level VERBOSE). */
  log(): string;
  /** Ends the server and every session in it. */
  stop(): Promise<void>;
}

export interface SshdOptions {
  /** Folders to look for programs in before all others, in each session: a place for a `zfs` that hangs, floods or refuses. */
  readonly programs?: readonly string[];
  /** The whole PATH of each session, when even the system's programs must be absent. */
  readonly path?: string;
  /** The client offers a key that the server does not know. */
  readonly wrongKey?: boolean;
  /** What the client's key is locked with. */
  readonly passphrase?: string;
  /** The client expects another host key, as after a reinstallation. */
  readonly wrongHostKey?: boolean;
  /** Runs instead of whatever the client asks for. */
  readonly forceCommand?: string;
  /** Sessions that one connection may carry. */
  readonly maxSessions?: number;
}

const SSHD = '/usr/sbin/sshd';

/** Why no sshd can be started here, or null when one can. */
export function sshdMissing(): string | null {
  return existsSync(SSHD) ? null : `${SSHD} is not installed (Debian package openssh-server)`;
}

/** Starts a server; works for root and for an ordinary user. It ends with this process at the latest. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const missing = sshdMissing();
  if (missing !== null) throw new Error(missing);
  const directory = mkdtempSync(join(tmpdir(), 'keepsake-sshd-'));
  const file = (name: string): string => join(directory, name);
  const clean = (): void => rmSync(directory, { recursive: true, force: true });
  process.once('exit', clean);
  for (const key of ['host_key', 'client_key', 'other_key']) {
    const made = await run('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      key === 'client_key' ? (options.passphrase ?? '') : '',
      '-C',
      key,
      '-f',
      file(key),
    ]);
    if (made.status !== 0) throw new Error(`ssh-keygen: ${made.stderr}`);
  }
  writeFileSync(file('authorized_keys'), readFileSync(file('client_key.pub')));
  const known = readFileSync(file(options.wrongHostKey === true ? 'other_key.pub' : 'host_key.pub'), 'utf8');
  writeFileSync(file('known_hosts'), `box ${known.split(' ').slice(0, 2).join(' ')}\n`);
  // As root, sshd wants this empty folder to lock itself into; Debian's service makes it at start.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const path = options.path ?? [...(options.programs ?? []), process.env['PATH'] ?? '/usr/bin:/bin'].join(':');

  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    writeFileSync(file('sshd_config'), serverConfig(directory, port, path, options));
    writeFileSync(file('ssh_config'), clientConfig(directory, port, options.wrongKey === true));
    const log = openSync(file('sshd.log'), 'w');
    // -D keeps it a child of ours; -e because an ordinary user cannot write to the system's log.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', SSHD, '-D', '-e', '-f', file('sshd_config')], {
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
    // The group, not only the listener: a session may be hanging in a command.
    const kill = (): void => killGroup(child.pid);
    process.once('exit', kill);
    const end = async (): Promise<void> => {
      const gone = ended() ? null : once(child, 'exit');
      await killTree(child.pid);
      kill();
      await gone;
      process.off('exit', kill);
      process.off('exit', clean);
      clean();
    };
    // Once: afterwards its process id may be somebody else's.
    let stopped: Promise<void> | null = null;
    const stop = (): Promise<void> => (stopped ??= end());
    try {
      await once(child, 'spawn');
      await until('sshd', 120, () => {
        if (ended()) throw new Error(readFileSync(file('sshd.log'), 'utf8'));
        return answers(port);
      });
      return { sshConfig: file('ssh_config'), host: 'box', port, log: () => readFileSync(file('sshd.log'), 'utf8'), stop };
    } catch (error) {
      if (attempt < 3 && String(error).includes('Address already in use')) {
        process.off('exit', kill);
        continue;
      }
      await stop();
      throw error;
    }
  }
}

/** Whether an SSH server greets on this port. */
async function answers(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1');
  try {
    // Whoever closes the connection without a word is no server.
    const closed = once(socket, 'close').then(() => [Buffer.alloc(0)]);
    const [greeting] = (await Promise.race([once(socket, 'data'), closed])) as [Buffer];
    return greeting.toString().startsWith('SSH-2.0-');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function killGroup(group: number | undefined): void {
  try {
    if (group !== undefined) process.kill(-group, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** Ends all descendants of a process: sshd puts each session into a session and group of its own. */
async function killTree(root: number | undefined): Promise<void> {
  if (root === undefined) return;
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=']);
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const doomed = new Set([root]);
  for (let size = 0; size !== doomed.size;) {
    size = doomed.size;
    for (const [pid, parent] of pairs) if (doomed.has(parent)) doomed.add(pid);
  }
  for (const pid of doomed) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
}

function serverConfig(directory: string, port: number, path: string, { forceCommand, maxSessions }: SshdOptions): string {
  return `ListenAddress 127.0.0.1:${port}
HostKey "${join(directory, 'host_key')}"
AuthorizedKeysFile "${join(directory, 'authorized_keys')}"
PidFile none
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
PrintMotd no
PrintLastLog no
UseDNS no
MaxStartups 100
MaxSessions ${maxSessions ?? 100}
LogLevel VERBOSE
Subsystem sftp internal-sftp
SetEnv "PATH=${path}"
${forceCommand === undefined ? '' : `ForceCommand ${forceCommand}\n`}`;
}

function clientConfig(directory: string, port: number, wrongKey: boolean): string {
  return `Host box
  HostName 127.0.0.1
  Port ${port}
  User ${userInfo().username}
  IdentityFile "${join(directory, wrongKey ? 'other_key' : 'client_key')}"
  IdentitiesOnly yes
  IdentityAgent none
  HostKeyAlias box
  UserKnownHostsFile "${join(directory, 'known_hosts')}"
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
  LogLevel ERROR
`;
}
