import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file in a folder that tells whose it is: a process, and the namespace in which its number means it (pid_namespaces(7)). */
const OWNER = 'owner';

/** Makes a folder that only its user can enter, and that tells which process it belongs to. Throws where none can be made. */
export function ownFolder(parent: string, prefix: string): string {
  const path = mkdtempSync(join(parent, prefix));
  writeFileSync(join(path, OWNER), `${process.pid} ${namespace()}`, { mode: 0o600 });
  return path;
}

/** Removes folders of {@link ownFolder} whose process was killed before it could: of this user alone, and only where it is surely gone. */
export function removeOrphaned(parent: string, prefix: string): void {
  for (const name of namesIn(parent)) if (name.startsWith(prefix) && isOrphaned(join(parent, name))) remove(join(parent, name));
}

function isOrphaned(path: string): boolean {
  try {
    const found = lstatSync(path);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) return false;
    const [, pid, where] = /^(\d+) (.*)$/.exec(readFileSync(join(path, OWNER), 'utf8')) ?? [];
    return pid !== undefined && where === namespace() && !isRunning(Number(pid));
  } catch {
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Where numbers of processes mean the same; one and the same where the system has no such namespaces. */
function namespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // Somebody else is at it.
  }
}
