import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A file, its text as it was read, and its text as it is to be. */
export interface FileChange {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

interface Staged extends FileChange {
  /** With all links followed: a link stays one. */
  readonly target: string;
  readonly temporary: string;
}

/**
 * Writes texts over files, each at once: a file is the old one or the new one, never a part of it, and keeps its mode and owner. Nothing is
 * written when one of them has changed since it was read, or can't be written. Out: null, or one sentence saying why not.
 */
export function replaceFiles(changes: readonly FileChange[]): string | null {
  const staged: Staged[] = [];
  let file = '';
  try {
    for (const change of changes) {
      file = change.file;
      staged.push(stage(change));
    }
    for (const { target, before, file: changed } of staged) {
      file = changed;
      const now = readFileSync(target);
      // A file that is no UTF-8 would lose the bytes that no text can hold.
      if (!now.equals(Buffer.from(before)))
        return now.toString() === before
          ? `${changed} is no UTF-8 text, so that nothing was written.`
          : `${changed} has changed meanwhile, so that nothing was written. Run it again.`;
    }
    for (const { temporary, target, file: changed } of staged) {
      file = changed;
      renameSync(temporary, target);
    }
    return null;
  } catch (error) {
    return `${file} can't be written (${(error as NodeJS.ErrnoException).code ?? String(error)}).`;
  } finally {
    for (const { temporary } of staged) rmSync(temporary, { force: true });
  }
}

/** The new text beside the file, since only within a filesystem a rename is one step. */
function stage(change: FileChange): Staged {
  const target = realpathSync(change.file);
  const { mode, uid, gid } = statSync(target);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.keepsake`);
  const handle = openSync(temporary, 'wx', 0o600);
  try {
    writeFileSync(handle, change.after);
    fsyncSync(handle);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
  try {
    chownSync(temporary, uid, gid);
  } catch {
    // Not ours to give away: the file becomes the writer's, as with most editors.
  }
  chmodSync(temporary, mode & 0o7777);
  return { ...change, target, temporary };
}
