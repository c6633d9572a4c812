import type { Rule } from './rule.ts';
import { flagAt, placeOf } from './options.ts';

const OVERLAY = ['system', 'etc', 'overlay'];
const MUTABLE = [...OVERLAY, 'mutable'];

/** `etc-overlay`: files below an /etc that can't be written to. */
export const etcOverlay: Rule = {
  code: 'etc-overlay',
  severity: 'warning',
  page: {
    title: 'Files are kept below an immutable /etc',
    what: `\`/etc\` is an overlay that can't be written to (\`system.etc.overlay.mutable = false\`), and entries of impermanence stand below it.`,
    why: `impermanence makes the target of each entry, and can't there: its units fail, and the files are not where their programs look.`,
    fix: `Declare an empty file or directory at each such path (\`environment.etc\`), on which the mount can be put; or name the path in the storage in the
options of the program (\`services.openssh.hostKeys\`); or make the overlay mutable, which is the quick fix. The other two ways depend on what the program takes for its
file, so that there is none for them.`,
    silence: `Where the targets are made by something else, say so.`,
    sources: ['nixpkgs `nixos/modules/system/etc/etc-activation.nix`', 'impermanence issue 210'],
  },
  check(context) {
    const { host, entries } = context;
    if (flagAt(host, [...OVERLAY, 'enable'], false) !== true || flagAt(host, MUTABLE, true) !== false) return [];
    const place = placeOf(host, MUTABLE);
    const declared = new Set(host.configuration?.tree.names(['environment', 'etc']).map((name) => `/etc/${name}`));
    return entries.flatMap((entry) => {
      // The machine id gets a placeholder from nixpkgs itself.
      const isBelow = entry.path.startsWith('/etc/') && entry.path !== '/etc/machine-id';
      if (!isBelow || entry.mechanism === 'preservation' || declared.has(entry.path)) return [];
      return [
        {
          subject: `${entry.path} ${context.refer(entry).nth}`,
          severity: 'warning' as const,
          location: entry.location,
          message: `${entry.path} can't be made below an immutable /etc. Make the overlay mutable, or declare the path in environment.etc.`,
          related: place ? [{ location: place, message: 'The overlay is made immutable here.' }] : [],
          fixes: [
            { title: 'Make the overlay mutable', safe: false, change: { kind: 'set-option' as const, option: MUTABLE, value: 'true' } },
          ],
        },
      ];
    });
  },
};
