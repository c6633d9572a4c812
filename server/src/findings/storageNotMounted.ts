import type { HostModel } from '../host/hostModel.ts';
import { isWithin, mountOf } from '../host/mountFacts.ts';
import { normalise } from '../persistence/listReader.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { HostFinding } from './finding.ts';
import type { Rule } from './rule.ts';

/** `storage-not-mounted`: no filesystem is declared for a storage, which makes it part of the erased root. */
export const storageNotMounted: Rule = {
  code: 'storage-not-mounted',
  severity: 'error',
  page: {
    title: 'No filesystem is declared for a storage',
    what: `The host's root is erased at every boot, its filesystems could all be read, and none of them holds the storage: it is a directory of the
root.`,
    why: `Everything that is "kept" in it is erased with the root.`,
    fix: `Declare the filesystem (\`fileSystems."/persist" = { …; neededForBoot = true; }\`, or a dataset or subvolume in disko), or point the storage
to one that there is (\`/nix/persist\`). There is no quick fix: which device or dataset it is stands in no file that Keepsake reads, and another storage
would leave behind what is in this one.`,
    silence: `Where something that Keepsake can't see mounts it (a script of the initrd), say so.`,
    sources: ['impermanence README, "System setup"', 'fileSystems in nixpkgs `nixos/modules/tasks/filesystems.nix`'],
  },
  check({ host }) {
    if (host.erasure.kind !== 'memory' && host.erasure.kind !== 'script') return [];
    if (host.unresolved.some(({ scope }) => scope === 'system')) return [];
    const told = new Set<string>();
    return host.storages.flatMap(({ storage, name, conditions, mechanism }): readonly HostFinding[] => {
      if (storage === null || conditions.length > 0 || mechanism === 'home-manager' || told.has(storage)) return [];
      const mount = mountOf(host, storage);
      // Without any root declared, the filesystems stand somewhere that could not be seen.
      if (mount?.mountPoint !== '/' || isSpokenOf(host, storage)) return [];
      told.add(storage);
      return [
        {
          subject: storage,
          severity: 'error',
          location: name,
          message: `no filesystem is declared for ${storage}: it is a part of the root, and erased with it at every boot. Give it a filesystem with neededForBoot.`,
          related: [{ location: mount.location, message: 'The root is mounted here.' }],
          fixes: [],
        },
      ];
    });
  },
};

/**
 * Something is set of the filesystem (`neededForBoot`), or a file that was read for the host has its mount point (`mountpoint = "/persist"`, under a
 * condition that can't be decided, say): then it is declared, though not read.
 */
function isSpokenOf({ configuration }: HostModel, storage: string): boolean {
  if (!configuration) return false;
  const above = (name: string): boolean => normalise(name) !== '/' && isWithin(storage, normalise(name));
  if (configuration.tree.names(['fileSystems']).some(above)) return true;
  const points = (source: NixSource | string): boolean =>
    typeof source !== 'string' && [...source.text.matchAll(/\bmountpoint\s*=\s*"(\/[^"$]+)"/g)].some(([, point = '/']) => above(point));
  const { evaluation } = configuration;
  return [...evaluation.reads.files].some((file) => evaluation.fact(file, points));
}
