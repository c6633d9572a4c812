import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../freePort.ts';
import { run } from '../run.ts';
import { until } from '../until.ts';
import { qemuArguments } from './qemuArguments.ts';
import { connectQmp } from './qmp.ts';
import type { Start } from './qemuArguments.ts';
import type { Qmp } from './qmp.ts';

/** A started QEMU process: its disk changes and its files are in `runDirectory`, and are worthless once it has ended. */
export interface Emulation {
  readonly process: ChildProcess;
  readonly qmp: Qmp;
  readonly sshConfig: string;
  /** How often the machine's sshd has come up since this emulation began; a warm start does not count. */
  boots(): number;
  /** Resolves when a command over ssh works, and sets the machine's clock, which stood still while it was frozen. */
  reachable(): Promise<void>;
}

export interface EmulationOptions {
  /** What build.sh made. Read only, and shared by all emulations. */
  readonly directory: string;
  /** An empty directory of one's own with a short path (a socket is made in it). */
  readonly runDirectory: string;
  /** `memory` resumes the frozen machine, `disk` boots it. */
  readonly from: Start;
}

/** Starts the machine. Rejects with QEMU's and the console's last words when it does not come up. */
export async function emulate(options: EmulationOptions): Promise<Emulation> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await emulateOnce(options, await freePort());
    } catch (error) {
      // Someone else may have taken the port between looking and binding.
      if (attempt === 3 || !String(error).includes('host forwarding')) throw error;
    }
  }
}

async function emulateOnce({ directory, runDirectory, from }: EmulationOptions, port: number): Promise<Emulation> {
  const file = (name: string): string => join(runDirectory, name);
  const base = join(directory, from === 'memory' ? 'frozen.qcow2' : 'disk.qcow2');
  const created = await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', base, '-F', 'qcow2', file('disk.qcow2')]);
  if (created.status !== 0) throw new Error(`qemu-img: ${created.stderr}`);
  writeFileSync(file('ssh_config'), sshConfigOf(directory, port));
  writeFileSync(file('console.log'), '');

  const log = openSync(file('qemu.log'), 'w');
  // setpriv ends QEMU with us however we end, kill -9 included.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...qemuArguments(directory, runDirectory, port, from)], {
    stdio: ['ignore', log, log],
    env: { ...process.env, KEEPSAKE_FROZEN_MEMORY: join(directory, 'state.zst') },
  });
  closeSync(log);
  let failure: Error | undefined;
  child.once('error', (error) => (failure = error));
  const lastWords = (): string =>
    [readFileSync(file('qemu.log'), 'utf8'), readFileSync(file('console.log'), 'latin1')].join('\n').slice(-2000);
  const alive = (): void => {
    if (failure) throw failure;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the ZFS machine ended:\n${lastWords()}`);
  };

  const sshConfig = file('ssh_config');
  const boots = (): number => readFileSync(file('console.log'), 'latin1').split('SSHD-UP').length - 1;
  try {
    const qmp = await until('the monitor of the ZFS machine', 120, async () => {
      alive();
      return existsSync(file('qmp')) ? await connectQmp(file('qmp')).catch(() => undefined) : undefined;
    });
    if (from === 'memory') {
      await until('the frozen memory of the ZFS machine', 120, async () => {
        alive();
        const { status } = (await qmp.execute('query-status')) as { readonly status: string };
        return status !== 'inmigrate';
      });
      await qmp.execute('cont');
    }
    const reachable = async (): Promise<void> => {
      // The forwarded port answers before sshd does, and ssh would hang there.
      if (from === 'disk' || boots() > 0) await until('sshd in the ZFS machine', 300, () => (alive(), boots() > 0));
      await until('ssh to the ZFS machine', 240, async () => {
        alive();
        const set = `date -s @${Math.floor(Date.now() / 1000)}`;
        return (await run('ssh', ['-F', sshConfig, '-o', 'ConnectTimeout=10', 'vm', set], { seconds: 60 })).status === 0;
      });
    };
    return { process: child, qmp, sshConfig, boots, reachable };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

function sshConfigOf(directory: string, port: number): string {
  return `Host vm
  User root
Host vm-alice
  User alice
Host vm vm-alice
  HostName 127.0.0.1
  Port ${port}
  IdentityFile "${join(directory, 'id_ed25519')}"
  IdentitiesOnly yes
  HostKeyAlias tank
  UserKnownHostsFile "${join(directory, 'known_hosts')}"
  StrictHostKeyChecking yes
  BatchMode yes
  LogLevel ERROR
`;
}
