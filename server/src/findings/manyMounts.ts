import { posix } from 'node:path';
import type { SureEntry } from './context.ts';
import type { Fix } from './finding.ts';
import type { Rule } from './rule.ts';

/** From here on the boot and tools that list mounts are slow in a way that can be felt (systemd issue 31139). */
const MANY = 100;
/** As many below one directory say that the directory is meant. */
const SIBLINGS = 20;

/** `many-mounts`: so many entries that the boot is slow. */
export const manyMounts: Rule = {
  code: 'many-mounts',
  severity: 'information',
  page: {
    title: 'There are very many mounts',
    what: `The host has ${MANY} entries or more, each of which is a mount and a unit of systemd.`,
    why: `Each is mounted at every boot and looked at by everything that lists mounts. Some hundreds can be felt, at the boot and after.`,
    fix: `Keep a directory instead of many in it; the finding names the one with the most. The quick fix does so for ${SIBLINGS} or more directories side by side
outside of homes. Or give what belongs together a filesystem of its own.`,
    silence: `Where the machine boots fast enough for you, say so.`,
    sources: ['systemd issue 31139'],
  },
  check(context) {
    const mounts = context.entries.filter(({ settings }) => settings?.['how'] !== 'symlink' && settings?.['method'] !== 'symlink');
    const [first] = mounts;
    const storage = context.host.storages.find((each) => each.storage === first?.storage && each.mechanism === first.mechanism);
    if (mounts.length < MANY || !storage) return [];
    const [parent, children] = largestGroup(mounts);
    const mergeable =
      children.length >= SIBLINGS &&
      children.every(({ relative, kind }) => relative === null && kind === 'directory') &&
      parent.split('/').length > 2;
    const fixes: readonly Fix[] =
      mergeable && parent !== '/var/lib'
        ? [
            {
              title: `Keep ${parent} instead of ${children.length} directories in it`,
              safe: false,
              change: { kind: 'merge-into-parent', parent, entries: children.map((entry) => context.refer(entry)) },
            },
          ]
        : [];
    return [
      {
        subject: 'mounts',
        severity: 'information',
        location: storage.name,
        message: `${mounts.length} paths are kept, each with a mount of its own; ${children.length} of them are in ${parent}. Keep directories instead of many paths in them, or give ${parent} a filesystem of its own.`,
        related: [],
        fixes,
      },
    ];
  },
};

function largestGroup(entries: readonly SureEntry[]): readonly [string, readonly SureEntry[]] {
  const groups = new Map<string, SureEntry[]>();
  for (const entry of entries) {
    const parent = posix.dirname(entry.path);
    const group = groups.get(parent) ?? [];
    group.push(entry);
    groups.set(parent, group);
  }
  return [...groups].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? ['/', []];
}
