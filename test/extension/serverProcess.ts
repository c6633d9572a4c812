import { readdirSync, readFileSync } from 'node:fs';
import { until } from '../vscode-host/until.ts';

/** Process id of Keepsake's language server; waits until there is exactly one. Linux only. */
export async function findServer(): Promise<number> {
  return await until('one language server', () => {
    const found = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isServer(name));
    return found.length === 1 && Number(found[0]);
  });
}

function isServer(pid: string): boolean {
  try {
    const parent = Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    return parent === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('/dist/server.');
  } catch {
    return false; // it has just ended
  }
}
