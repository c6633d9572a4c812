import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import type { EntryKind } from '../nix/evaluation.ts';
import { MAX_TEXT_LENGTH } from '../syntax/grammar.ts';

/** The files of a workspace, read synchronously: a model is made in one go and files are small. */
export interface FileSystem {
  /** The text of a file, or a sentence saying why there is none. */
  read(file: string): { readonly text: string } | string;
  kindOf(path: string): 'file' | 'directory' | null;
  /** What is in a directory by name, or a sentence saying why that can't be told. */
  entries(directory: string): ReadonlyMap<string, EntryKind> | string;
  /** The path with all links followed; null when it does not exist. */
  realPath(path: string): string | null;
  /** All .nix files below a directory, sorted, without hidden ones and build results. */
  nixFiles(directory: string): readonly string[];
}

const SKIPPED = new Set(['node_modules', 'result']);
const MAX_FILES = 50_000;
const MAX_DEPTH = 40;

/** The files on disk. */
export const diskFileSystem: FileSystem = {
  read(file) {
    try {
      const { size } = statSync(file);
      // UTF-8 has at least as many bytes as UTF-16 has units; three times as many at most.
      if (size > MAX_TEXT_LENGTH * 3) return 'the file is too large to be read';
      return { text: readFileSync(file, 'utf8') };
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'the file does not exist'
        : `the file can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
    }
  },
  kindOf(path) {
    try {
      const stats = statSync(path);
      return stats.isDirectory() ? 'directory' : stats.isFile() ? 'file' : null;
    } catch {
      return null;
    }
  },
  entries(directory) {
    try {
      return new Map(readdirSync(directory, { withFileTypes: true }).map((entry) => [entry.name, entryKind(entry)]));
    } catch (error) {
      return `the directory can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
    }
  },
  realPath(path) {
    try {
      return realpathSync(path);
    } catch {
      return null;
    }
  },
  nixFiles(directory) {
    const found: string[] = [];
    const visit = (folder: string, depth: number): void => {
      if (depth > MAX_DEPTH || found.length >= MAX_FILES) return;
      for (const entry of entriesOf(folder)) {
        if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) continue;
        const path = posix.join(folder, entry.name);
        // Links are not followed: they may lead in circles or outside the workspace.
        if (entry.isDirectory()) visit(path, depth + 1);
        else if (entry.isFile() && entry.name.endsWith('.nix') && found.length < MAX_FILES) found.push(path);
      }
    };
    visit(directory, 0);
    return found.sort();
  },
};

function entryKind(entry: Dirent): EntryKind {
  if (entry.isFile()) return 'regular';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : 'unknown';
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
