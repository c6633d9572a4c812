import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { SessionTools } from './session.ts';
import type { BackendTools } from './zfsBackend.ts';

/** The world as Node.js gives it, for the programs that hand it to backends. */
export const nodeBackend: BackendTools = {
  spawn: (command, args, environment) => spawn(command, [...args], { stdio: 'pipe', env: { ...process.env, ...environment } }),
  newMark: () => randomBytes(16).toString('hex'),
};

/** The world as Node.js gives it, for the programs that hand it to sessions. */
export const nodeSession: SessionTools = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};

/** Milliseconds of the processor that this process has used: a busy machine makes nothing too slow that is not so on an idle one. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
