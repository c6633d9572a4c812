import { posix } from 'node:path';
import { PathTrie } from '../catalogue/pathTrie.ts';
import { splitPattern, usualHomes } from '../catalogue/pattern.ts';
import { wildcard } from '../catalogue/wildcard.ts';
import type { HostFinding } from '../findings/finding.ts';
import type { KeepsakeConfig, Silence } from './keepsakeJson.ts';

/**
 * Whether a `keepsake.json` silences what a rule says of a host. `root`: its directory, which files are relative to. Paths that may be
 * lost silence what is missing of them; what is said of a path that is kept is silenced by code.
 */
export function isSilenced(config: KeepsakeConfig, root: string, code: string, host: string, finding: HostFinding): boolean {
  if (config.silence.some((each) => applies(each, root, code, host, finding))) return true;
  const patterns = [...config.ignore, ...((Object.hasOwn(config.hosts, host) && config.hosts[host]?.ignore) || [])];
  if (patterns.length === 0 || !code.startsWith('missing-')) return false;
  const paths = pathsOf(finding);
  return paths.length > 0 && paths.every((path) => patterns.some((pattern) => matches(pattern, path)));
}

function applies(silence: Silence, root: string, code: string, host: string, finding: HostFinding): boolean {
  const { path, file } = silence;
  if (silence.code !== code || (silence.host !== undefined && silence.host !== host)) return false;
  if (file !== undefined) {
    const wanted = posix.join(root, file);
    if (finding.location.file !== wanted && !finding.location.file.startsWith(wanted.endsWith('/') ? wanted : `${wanted}/`)) return false;
  }
  return path === undefined || pathsOf(finding).some((each) => matches(path, each));
}

/** The paths that a finding is about: what its fixes add or change, and what its subject names. */
function pathsOf({ subject, fixes }: HostFinding): readonly string[] {
  const named = subject.split(' ').filter((part) => part.startsWith('/'));
  const fixed = fixes.flatMap(({ change }) => {
    if (change.kind === 'insert') return change.entries.map(({ path }) => path);
    return 'entry' in change ? [change.entry.path] : [];
  });
  return [...new Set([...named, ...fixed])];
}

function matches(pattern: string, path: string): boolean {
  const name = posix.basename(path);
  return (splitPattern(pattern, usualHomes) ?? []).some((split) => {
    if (split.kind === 'name') return wildcard(split.name)(name);
    const trie = new PathTrie<true>();
    trie.add(split.components, true, split.below);
    return trie.lookup(path) !== null;
  });
}
