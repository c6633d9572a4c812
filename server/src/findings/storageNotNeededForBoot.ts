import type { HostModel, Mount } from '../host/hostModel.ts';
import { isNeededForBoot, isWithin, mountOf, VOLATILE } from '../host/mountFacts.ts';
import type { StorageDeclaration } from '../persistence/entry.ts';
import type { RuleContext } from './context.ts';
import type { Fix, HostFinding } from './finding.ts';
import type { Rule } from './rule.ts';

/** `storage-not-needed-for-boot`: the storage's filesystem is mounted too late. */
export const storageNotNeededForBoot: Rule = {
  code: 'storage-not-needed-for-boot',
  severity: 'error',
  page: {
    title: 'The filesystem of a storage is mounted too late',
    what: `The filesystem that holds a storage, the nearest mount at or above it, is not marked \`neededForBoot\`. The same is told of a
filesystem in memory (\`/home\` on tmpfs, say) on which entries are mounted.`,
    why: `What is kept has to be there before the system comes up. impermanence refuses to build when the mount is at the storage itself; when the
storage is a directory below the mount (\`/persist/system\` on \`/persist\`) nobody says anything, and early paths are mounted from an empty directory.`,
    fix: `Take the quick fix: it sets \`fileSystems."…".neededForBoot = true\`. Beside disko this line is needed too: disko does not set it.`,
    silence: `Where something else mounts the filesystem in the initrd, say so.`,
    sources: ['impermanence `nixos.nix`, assertions on `neededForBoot`', 'nixpkgs `nixos/lib/utils.nix`, `pathsNeededForBoot`'],
  },
  check(context) {
    const { host } = context;
    if (host.unresolved.some(({ scope }) => scope === 'system')) return [];
    const told = new Set<Mount>();
    const late = (mount: Mount | null): mount is Mount =>
      mount !== null && mount.mountPoint !== '/' && !told.has(mount) && isNeededForBoot(host, mount) === false;
    const storages = host.storages.flatMap((declaration): readonly HostFinding[] => {
      if (!isMountedEarly(context, declaration) || declaration.storage === null) return [];
      const mount = mountOf(host, declaration.storage);
      if (!late(mount)) return [];
      told.add(mount);
      return [
        finding(
          host,
          mount,
          `${mount.mountPoint}, which holds the storage ${declaration.storage}, is not marked neededForBoot.`,
          declaration,
        ),
      ];
    });
    return [...storages, ...ephemeralMounts(context, late, told)];
  },
};

/** impermanence wants its storages in the initrd; of preservation only what says `inInitrd` is mounted there. */
function isMountedEarly({ entries }: RuleContext, { mechanism, storage, conditions }: StorageDeclaration): boolean {
  if (conditions.length > 0) return false;
  if (mechanism === 'impermanence') return true;
  return mechanism === 'preservation' && entries.some((entry) => entry.storage === storage && entry.settings?.['inInitrd'] === true);
}

/** Filesystems in memory on which entries are mounted (impermanence since 7b1d382, 2026-01-27). */
function ephemeralMounts(context: RuleContext, late: (mount: Mount | null) => mount is Mount, told: Set<Mount>): readonly HostFinding[] {
  const { host, entries } = context;
  return entries.flatMap((entry): readonly HostFinding[] => {
    const mount = entry.mechanism === 'impermanence' ? mountOf(host, entry.path) : null;
    if (!late(mount) || mount.fsType === null || !VOLATILE.has(mount.fsType) || !isWithin(entry.path, mount.mountPoint)) return [];
    told.add(mount);
    const message = `${mount.mountPoint} is in memory and holds mounts of what is kept, but is not marked neededForBoot.`;
    return [{ ...finding(host, mount, message, null), severity: 'warning' }];
  });
}

function finding(host: HostModel, mount: Mount, message: string, declaration: StorageDeclaration | null): HostFinding {
  const fix: Fix = {
    title: `Set fileSystems."${mount.mountPoint}".neededForBoot`,
    safe: true,
    change: { kind: 'needed-for-boot', mountPoint: mount.mountPoint },
  };
  return {
    subject: mount.mountPoint,
    severity: 'error',
    location: mount.location,
    message,
    related: declaration ? [{ location: declaration.name, message: `${host.name} keeps its state there.` }] : [],
    fixes: [fix],
  };
}
