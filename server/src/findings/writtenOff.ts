import { isCommented } from '../module/written.ts';
import type { RuleContext } from './context.ts';

/**
 * Whether the author has taken an entry for a path back: it stands as a string in a comment of a file that declares what the host keeps.
 * `path` as an entry has it, absolute or below a home.
 */
export function isWrittenOff({ host }: RuleContext, path: string): boolean {
  const { configuration } = host;
  if (!configuration) return false;
  const files = new Set(host.entries.flatMap(({ location, mechanism }) => (mechanism === 'manual' ? [] : [location.file])));
  for (const { binding } of host.storages) files.add(binding.file);
  return [...files].some((file) => isCommented(configuration, file, `"${path}"`));
}
