import { posix } from 'node:path';
import type { SureEntry } from './context.ts';
import type { Rule } from './rule.ts';

/** `redundant-entry`: a directory above the path is kept in the same storage. */
export const redundantEntry: Rule = {
  code: 'redundant-entry',
  severity: 'information',
  page: {
    title: 'A directory above is kept already',
    what: `An entry without owner or mode of its own, below a directory that the same storage keeps for the same host.`,
    why: `It is one more mount that changes nothing: the path is in the storage with its parent, at the very same place.`,
    fix: `Remove it; the data stays where it is. Or remove the parent, when only parts of it were meant to be kept.`,
    silence: `Leave it when the parent is about to go, or only to be found by readers.`,
    sources: ['impermanence `nixos.nix`: the place in the storage is the storage followed by the path, for parent and child alike'],
  },
  check(context) {
    const directories = new Map<string, SureEntry>();
    for (const entry of context.entries)
      if (entry.kind === 'directory' && entry.storage !== null) directories.set(`${entry.storage}\0${entry.path}`, entry);
    return context.entries.flatMap((entry) => {
      // With an owner or mode it says how the directory is to be made; a link or an early mount is something else again.
      if (entry.storage === null || (entry.settings !== null && Object.keys(entry.settings).length > 0)) return [];
      for (let above = posix.dirname(entry.path); above !== '/'; above = posix.dirname(above)) {
        const parent = directories.get(`${entry.storage}\0${above}`);
        if (!parent || parent.mechanism !== entry.mechanism) continue;
        return [
          {
            subject: `${entry.kind} ${entry.path} ${context.refer(entry).nth}`,
            severity: 'information' as const,
            location: entry.location,
            message: `${entry.path} is kept already as part of ${above}. Remove it; the data stays where it is.`,
            related: [{ location: parent.location, message: `${above} is kept here.` }],
            fixes: [
              {
                title: `Remove ${entry.path}, which ${above} holds`,
                safe: true,
                change: { kind: 'remove' as const, entry: context.refer(entry) },
              },
            ],
          },
        ];
      }
      return [];
    });
  },
};
