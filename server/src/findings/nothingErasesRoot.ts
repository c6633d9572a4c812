import type { Rule } from './rule.ts';

/** `nothing-erases-root`: state is kept with care on a root that stays. */
export const nothingErasesRoot: Rule = {
  code: 'nothing-erases-root',
  severity: 'information',
  always: true,
  page: {
    title: 'Paths are kept, but nothing erases the root',
    what: `The host declares what is to be kept across boots, but its root is an ordinary filesystem and nothing in the configuration rolls it back or
replaces it. Told of such a host is only this: nothing of it is lost.`,
    why: `The lists are without use, and nobody notices what is missing in them until the day the root is really erased. Often the script was commented
out for a while and forgotten.`,
    fix: `Erase the root (a \`zfs rollback\`, a new subvolume, or a root on tmpfs), or take the storage away until you do.`,
    silence: `Where something outside the configuration erases it, or the host is on its way there, say so.`,
    sources: ['"Erase your darlings"', 'impermanence README, "System setup"'],
  },
  check({ host }) {
    const { erasure } = host;
    if (erasure.kind !== 'never' || host.guest !== null) return [];
    const storage = host.storages.find(({ conditions, mechanism }) => conditions.length === 0 && mechanism !== 'home-manager');
    if (!storage || !host.entries.some((entry) => entry.mechanism === storage.mechanism && entry.conditions.length === 0)) return [];
    return [
      {
        subject: 'root',
        severity: 'information',
        location: storage.name,
        message: `nothing erases its root (${erasure.mount.fsType ?? 'an ordinary filesystem'}), so that nothing is lost, kept or not. Roll it back in the initrd, or make it a tmpfs.`,
        related: [{ location: erasure.mount.location, message: 'The root is mounted here.' }],
        fixes: [],
      },
    ];
  },
};
