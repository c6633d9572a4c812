import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The project's own directory. */
export const projectRoot = join(import.meta.dirname, '../..');

/** A directory of one run, thrown away after it. */
export interface Scratch {
  readonly directory: string;
  /** A writable copy of `examples/fleet`, where tests may write as they like. */
  readonly fleet: string;
  remove(): void;
}

/** Makes a scratch directory in the system's temporary folder. Its path is short, since sockets may be put under it. */
export function makeScratch(): Scratch {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'keepsake-')));
  const fleet = join(directory, 'fleet');
  const example = join(projectRoot, 'examples/fleet');
  if (existsSync(example)) cpSync(example, fleet, { recursive: true });
  const clean = (): void => rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', clean); // also when a signal ends the run half-way
  const remove = (): void => {
    process.off('exit', clean);
    clean();
  };
  return { directory, fleet, remove };
}
