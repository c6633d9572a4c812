import type { SureEntry } from './context.ts';
import type { Rule } from './rule.ts';

/** `conflicting-entry`: a path that is kept in two ways that can't both hold. */
export const conflictingEntry: Rule = {
  code: 'conflicting-entry',
  severity: 'error',
  page: {
    title: 'A path is kept in two ways that exclude each other',
    what: `The same path is kept as a file and as a directory, or in two storages.`,
    why: `Only one of the two mounts can be what is seen at the path: the other one's data is hidden, or the boot waits for a mount that fails.
Which of them wins depends on the order of the units.`,
    fix: `Decide for one and remove the other. Look first which storage holds the newer data.`,
    silence: `A host on which only one of the two holds has no finding; where both hold, one is wrong.`,
    sources: ['impermanence `nixos.nix`: a mount unit for each directory and file, named by its target'],
  },
  check(context) {
    const first = new Map<string, SureEntry>();
    return context.entries.flatMap((entry) => {
      const before = first.get(entry.path);
      if (!before) first.set(entry.path, entry);
      if (!before || entry.storage === null || before.storage === null) return [];
      const kinds = before.kind !== entry.kind;
      if (!kinds && before.storage === entry.storage) return [];
      const { nth } = context.refer(entry);
      return [
        {
          subject: `${entry.path} ${entry.kind} ${entry.storage} ${nth}`,
          severity: 'error' as const,
          location: entry.location,
          message: kinds
            ? `${entry.path} is kept as a ${entry.kind} here and as a ${before.kind} elsewhere. Remove the one that it is not.`
            : `${entry.path} is kept in ${entry.storage} here and in ${before.storage} elsewhere. Remove one of the two; its data has to be moved first.`,
          related: [{ location: before.location, message: kinds ? `As a ${before.kind} here.` : `In ${before.storage} here.` }],
          fixes: [{ title: `Remove this ${entry.path}`, safe: false, change: { kind: 'remove' as const, entry: context.refer(entry) } }],
        },
      ];
    });
  },
};
