import { posix } from 'node:path';

/** Directory of a flake as people know it, below its workspace folder; empty for the folder itself when it is the only one. */
export function flakeLabel(roots: readonly string[], file: string): string {
  const directory = posix.dirname(file);
  const root = roots.find((each) => directory === each || directory.startsWith(`${each}/`)) ?? '';
  const inside = posix.relative(root, directory);
  return roots.length > 1 ? posix.join(posix.basename(root), inside) : inside;
}
