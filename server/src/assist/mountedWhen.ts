import { isEarlyPath } from '../host/mountFacts.ts';
import type { PersistenceEntry } from '../persistence/entry.ts';

/** When and how a kept path comes into its place at boot, in a sentence. */
export function mountedWhen(entry: PersistenceEntry): string {
  const { mechanism, kind, path, settings } = entry;
  switch (mechanism) {
    case 'impermanence':
    case 'home-manager':
      // impermanence nixos.nix: bind mounts for directories, mount-file.bash for files.
      if (kind === 'file')
        return settings?.['method'] === 'symlink'
          ? 'Linked after the initrd, when the system is activated.'
          : 'Put in its place after the initrd, when the system is activated: a bind mount where the file is in the storage, else a link.';
      return path !== null && isEarlyPath(path)
        ? 'Bind-mounted in the initrd already, before the second boot stage.'
        : 'Bind-mounted after the initrd, before local-fs.target.';
    case 'preservation': {
      // preservation lib.nix: initrd-preservation.target and preservation.target.
      const how = settings?.['how'] === 'symlink' ? 'Linked' : 'Bind-mounted';
      return settings?.['inInitrd'] === true
        ? `${how} in the initrd (initrd-preservation.target).`
        : `${how} after the initrd (preservation.target).`;
    }
    case 'manual':
      return 'Kept by hand, by a link or mount into the storage.';
  }
}
