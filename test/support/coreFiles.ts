import { posix } from 'node:path';
import type { EntryKind } from '../../server/src/nix/evaluation.ts';
import type { FileSystem } from '../../server/src/workspace/fileSystem.ts';

/** What stands at a path: a text, a link, or a file that can't be read, with the sentence that says why. */
export type MemoryFile = string | { readonly link: string } | { readonly problem: string };

/**
 * Files in memory. Directories are there as long as something is below them. Links are followed where they are the whole path, as a
 * workspace asks about files. Counts what is asked of it, so that a test can tell what was read again.
 */
export class MemoryFiles implements FileSystem {
  readonly files: Map<string, MemoryFile>;
  /** Every file whose text was asked for, in order. */
  readonly reads: string[] = [];

  constructor(files: Iterable<readonly [string, MemoryFile]> = []) {
    this.files = new Map(files);
  }

  read(file: string): { readonly text: string } | string {
    this.reads.push(file);
    const found = this.files.get(this.realPath(file) ?? file);
    if (typeof found === 'string') return { text: found };
    return found && 'problem' in found ? found.problem : 'the file does not exist';
  }

  kindOf(path: string): 'file' | 'directory' | null {
    const real = this.realPath(path);
    if (real === null) return null;
    return this.files.has(real) ? 'file' : 'directory';
  }

  entries(directory: string): ReadonlyMap<string, EntryKind> | string {
    const below = directory.endsWith('/') ? directory : `${directory}/`;
    const found = new Map<string, EntryKind>();
    for (const [file, content] of this.files) {
      if (!file.startsWith(below)) continue;
      const [name = '', inner] = file.slice(below.length).split('/');
      found.set(name, inner !== undefined ? 'directory' : typeof content === 'object' && 'link' in content ? 'symlink' : 'regular');
    }
    return found.size > 0 ? found : 'the directory does not exist';
  }

  realPath(path: string): string | null {
    const found = this.files.get(path);
    if (typeof found === 'object' && 'link' in found) return this.realPath(posix.resolve(posix.dirname(path), found.link));
    if (found !== undefined) return path;
    const below = path.endsWith('/') ? path : `${path}/`;
    for (const file of this.files.keys()) if (file.startsWith(below)) return path;
    return null;
  }

  nixFiles(directory: string): readonly string[] {
    return [...this.files]
      .filter(
        ([file, content]) =>
          file.startsWith(`${directory}/`) && file.endsWith('.nix') && !(typeof content === 'object' && 'link' in content),
      )
      .map(([file]) => file)
      .toSorted();
  }
}
