import type { Rule } from './rule.ts';
import { IMPERMANENCE, impermanenceOf } from './release.ts';

/** `known-bad-revision`: flake.lock has a revision of the persistence module that is known to do harm. */
export const knownBadRevision: Rule = {
  code: 'known-bad-revision',
  severity: 'warning',
  page: {
    title: 'The locked revision of impermanence is known to do harm',
    what: `\`flake.lock\` has a revision of nix-community/impermanence between 1b02741 and 69ecf31 (January 2026), and the host uses it.`,
    why: `These revisions took \`/\` for the home of users whose home is \`/\` or not set: the root got an ordinary user as its owner, or mode \`0700\`, and units and
the boot failed.`,
    fix: `Update the input: \`nix flake update impermanence\`. Then look at owner and mode of \`/\` and of the storage (\`root root\`, \`0755\`).
There is no quick fix: a lock file is written by Nix, with hashes of what it has fetched, and Keepsake fetches nothing.`,
    silence: `Where the revision does what you want, say so in \`keepsake.json\`: a lock file has no comments.`,
    sources: ['impermanence commit 69ecf31; issues 295, 298 and 304'],
  },
  check({ host, lock }) {
    const input = impermanenceOf(lock);
    if (!input || input.lastModified === null || input.ref === 'home-manager-v1') return [];
    if (input.lastModified < IMPERMANENCE.homesByMachine || input.lastModified >= IMPERMANENCE.rootIsNoHome) return [];
    const storage = host.storages.find(({ mechanism }) => mechanism === 'impermanence');
    if (!storage) return [];
    return [
      {
        subject: input.name,
        severity: 'warning',
        location: input.location,
        message: `this revision of impermanence may give / to a user or close it to others: update the input ${input.name}.`,
        related: [{ location: storage.name, message: `${host.name} uses it here.` }],
        fixes: [],
      },
    ];
  },
};
