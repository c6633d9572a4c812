import type { SureEntry } from './context.ts';
import type { Rule } from './rule.ts';

/** `duplicate-entry`: one path kept twice in one storage. */
export const duplicateEntry: Rule = {
  code: 'duplicate-entry',
  severity: 'warning',
  page: {
    title: 'A path is kept twice',
    what: `The same path stands twice in the lists of one storage, perhaps in two files, or once as a path of the system and once as one of a user.`,
    why: `impermanence refuses to build such a configuration ("duplicate files", "duplicate directories"), but only says so at the rebuild. With
preservation there are two mount units of one name.`,
    fix: `Remove one of the two; the quick fix removes the later one. When two modules want the same path, keep it in one of them.`,
    silence: `There is hardly a reason to; a host on which only one of the two holds has no finding.`,
    sources: ['impermanence `nixos.nix`, assertions on duplicates'],
  },
  check(context) {
    const first = new Map<string, SureEntry>();
    return context.entries.flatMap((entry) => {
      const key = `${entry.storage}\0${entry.kind}\0${entry.path}`;
      const before = first.get(key);
      if (entry.storage === null || !before) {
        first.set(key, entry);
        return [];
      }
      const refused = entry.mechanism === 'impermanence' && before.mechanism === 'impermanence';
      const { nth } = context.refer(entry);
      return [
        {
          subject: `${entry.kind} ${entry.path} ${nth}`,
          severity: refused ? ('error' as const) : ('warning' as const),
          location: entry.location,
          message: `${entry.path} is kept twice${refused ? ', which impermanence refuses to build' : ''}. Remove one of the two.`,
          related: [{ location: before.location, message: 'It is kept here already.' }],
          fixes: [
            {
              title: `Remove this ${entry.path}`,
              safe: entry.settings === null,
              change: { kind: 'remove' as const, entry: context.refer(entry) },
            },
          ],
        },
      ];
    });
  },
};
