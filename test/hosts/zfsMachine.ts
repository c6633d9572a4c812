import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';
import type { Finished } from './run.ts';
import { until } from './until.ts';
import { emulate } from './zfs/machine.ts';

/** A running machine with a real ZFS root laid out as in "Erase your darlings": rpool/local/root@blank, rpool/safe/persist. */
export interface ZfsMachine {
  /** A file for `ssh -F`; it knows {@link host} and {@link userHost}. */
  readonly sshConfig: string;
  /** root on the machine. */
  readonly host: 'vm';
  /** alice, an ordinary user without any ZFS delegation. */
  readonly userHost: 'vm-alice';
  /** Runs a bash script as root on the machine; rejects only when ssh cannot be started. */
  exec(script: string): Promise<Finished>;
  /** Restarts the machine, which rolls root back to @blank, and resolves when it answers again. */
  reboot(): Promise<void>;
  /** Ends the machine and throws away everything written on it. */
  stop(): Promise<void>;
}

export interface ZfsMachineOptions {
  /** What test/hosts/zfs/build.sh made; `KEEPSAKE_ZFS_MACHINE` where it is not given. */
  readonly directory?: string;
  /** Boot from disk (a quarter of a minute) although the frozen memory could be resumed (a few seconds). */
  readonly cold?: boolean;
}

/** Why no ZFS machine can be started here, or null when one can. For `suite` to skip with. */
export function zfsMachineMissing(directory = process.env['KEEPSAKE_ZFS_MACHINE']): string | null {
  if (directory === undefined || directory === '')
    return process.env['KEEPSAKE_ZFS_MACHINE_MISSING'] ?? 'KEEPSAKE_ZFS_MACHINE names no built machine (npm run setup makes one)';
  return existsSync(join(directory, 'state.zst')) ? null : `${directory} holds no built ZFS machine`;
}

/** Starts a machine of its own; any number can run side by side. It ends with this process at the latest. */
export async function startZfsMachine(options: ZfsMachineOptions = {}): Promise<ZfsMachine> {
  const directory = options.directory ?? process.env['KEEPSAKE_ZFS_MACHINE'] ?? '';
  const missing = zfsMachineMissing(directory);
  if (missing !== null) throw new Error(missing);
  // Memory frozen by another QEMU may not be understood by this one.
  const version = (await run('qemu-system-x86_64', ['--version'])).stdout.split('\n')[0] ?? '';
  const frozenHere = readFileSync(join(directory, 'versions'), 'utf8').split('\n').includes(version);

  const runDirectory = mkdtempSync(join(tmpdir(), 'keepsake-vm-'));
  const clean = (): void => rmSync(runDirectory, { recursive: true, force: true });
  process.once('exit', clean);
  const forget = (): void => {
    process.off('exit', clean);
    clean();
  };
  try {
    const machine = await emulate({ directory, runDirectory, from: options.cold !== true && frozenHere ? 'memory' : 'disk' });
    const stop = async (): Promise<void> => {
      if (machine.process.exitCode === null && machine.process.signalCode === null) {
        const ended = once(machine.process, 'exit');
        machine.process.kill('SIGKILL');
        await ended;
      }
      forget();
    };
    try {
      await machine.reachable();
    } catch (error) {
      await stop();
      throw error;
    }
    // One connection for all of exec: a new one costs more than half a second under emulation.
    const shared = ['-o', 'ControlMaster=auto', '-o', 'ControlPersist=60', '-o', `ControlPath=${join(runDirectory, 'ctl')}`];
    const exec = (script: string): Promise<Finished> =>
      run('ssh', ['-F', machine.sshConfig, ...shared, 'vm', 'bash -s'], { input: script });
    const reboot = async (): Promise<void> => {
      const before = machine.boots();
      await exec('sync');
      // By the reset button: asked from inside, the machine would leave the asking ssh hanging.
      await machine.qmp.execute('system_reset');
      await run('ssh', ['-F', machine.sshConfig, ...shared, '-O', 'exit', 'vm']);
      await until('the reboot of the ZFS machine', 300, () => machine.boots() > before);
      await machine.reachable();
    };
    return { sshConfig: machine.sshConfig, host: 'vm', userHost: 'vm-alice', exec, reboot, stop };
  } catch (error) {
    forget();
    throw error;
  }
}
