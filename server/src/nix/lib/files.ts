import { posix } from 'node:path';
import { withText, type Table } from '../arguments.ts';
import { hashFile, readFileType, readToml, withPath } from '../builtins/data.ts';
import type { Evaluation } from '../evaluation.ts';
import { bool, external, item, list, record, string, unknown, type ListItem, type Thunk, type Value } from '../value.ts';

/** nixpkgs lib/filesystem.nix and lib/path/default.nix. */
export const FILES: Table = [
  ['listFilesRecursive', 1, (ev, x) => withPath(x, (path) => listFiles(ev, path, x))],
  ['pathIsDirectory', 1, (ev, x) => withPath(x, (path) => kindOf(ev, path, x, 'directory'))],
  ['pathIsRegularFile', 1, (ev, x) => withPath(x, (path) => kindOf(ev, path, x, 'regular'))],
  ['packagesFromDirectoryRecursive', 1, () => external('packages')],
  ['pathType', 1, (ev, x) => withPath(x, (path) => readFileType(ev, path, x))],
  ['importTOML', 1, (ev, x) => readToml(ev, x)],
  ['hashFile', 2, (ev, algorithm, x) => withText(algorithm, (name) => withPath(x, (path) => hashFile(ev, name, path, x)))],
  ['cleanSource', 1, () => external('the copy of a path in the store')],
  ['cleanSourceWith', 1, () => external('the copy of a path in the store')],
];

/** `lib.path`. */
export const PATHS: Table = [
  ['append', 2, (_, root, x) => withPath(root, (path) => withText(x, (text) => append(path, text, root)))],
  ['removePrefix', 2, (_, a, b) => withPath(a, (root) => withPath(b, (path) => subpath(root, path, b)))],
  [
    'splitRoot',
    1,
    (_, x) =>
      withPath(x, (path) =>
        record({ root: { type: 'path', path: '/', location: x.location }, subpath: string(path === '/' ? './.' : `.${path}`, x.location) }),
      ),
  ],
  ['hasStorePathPrefix', 1, (_, x) => withPath(x, (path) => bool(/^\/nix\/store\/[a-z0-9]{32}-/.test(path)))],
  ['hasPrefix', 2, (_, a, b) => withPath(a, (root) => withPath(b, (path) => bool(isBelow(root, path))))],
];

const MAX_FILES = 20_000;

/** All files below a directory in the order of `readDir`; links are files. */
function listFiles(evaluation: Evaluation, directory: string, x: Thunk): Value {
  const files: ListItem[] = [];
  const visit = (folder: string): Value | null => {
    const entries = evaluation.sources.entries(folder);
    if (typeof entries === 'string') return unknown(`${folder}: ${entries}`, x.location);
    for (const name of [...entries.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
      const path = posix.join(folder, name);
      if (files.length > MAX_FILES) return unknown('there are too many files', x.location);
      if (entries.get(name) === 'directory') {
        let problem: Value | null = null;
        const inner = evaluation.deeper(x.location, () => {
          problem = visit(path);
          return problem ?? bool(true);
        });
        if (inner.type === 'unknown') return inner;
      } else files.push(item({ type: 'path', path, location: x.location }));
    }
    return null;
  };
  return visit(directory) ?? list(files, x.location);
}

function kindOf(evaluation: Evaluation, path: string, x: Thunk, wanted: string): Value {
  const entries = evaluation.sources.entries(posix.dirname(path));
  if (typeof entries !== 'string') return bool(entries.get(posix.basename(path)) === wanted);
  return unknown(`${path} is not seen here`, x.location);
}

function append(root: string, text: string, at: Thunk): Value {
  if (text === '' || text.startsWith('/') || text.split('/').includes('..')) return unknown('it is no path below another', at.location);
  return { type: 'path', path: posix.join(root, text).replace(/\/$/, ''), location: at.location };
}

function isBelow(root: string, path: string): boolean {
  return path === root || path.startsWith(root === '/' ? '/' : `${root}/`);
}

function subpath(root: string, path: string, at: Thunk): Value {
  return isBelow(root, path)
    ? string(`./${posix.relative(root, path)}`.replace(/^\.\/$/, './.'), at.location)
    : unknown('it is not below', at.location);
}
