import type { RuleContext, SureEntry } from './context.ts';
import type { Fix, HostFinding } from './finding.ts';
import { impermanenceVersion } from './release.ts';
import type { Rule } from './rule.ts';

interface Replaced {
  readonly by: string;
  /** What becomes of it, where not everything that is written is lost. */
  readonly outcome?: string;
  /** Directory that can be kept instead, relative like the path; null when there is none of its own. */
  readonly directory: string | null;
}

/** Files of users that their programs replace by renaming a new file over the old one, by path below the home. */
const OF_USERS: ReadonlyMap<string, Replaced> = new Map([
  ['.zsh_history', { by: 'zsh', outcome: 'it is only added to, if the options of zsh have it so, and never shortened', directory: null }],
  ['.local/share/fish/fish_history', { by: 'fish', directory: '.local/share/fish' }],
  ['.local/share/recently-used.xbel', { by: 'GTK', directory: null }],
  ['.config/monitors.xml', { by: 'GNOME', directory: null }],
  ['.config/dconf/user', { by: 'dconf', directory: '.config/dconf' }],
  ['.config/mimeapps.list', { by: 'GLib', directory: null }],
  ['.config/kdeglobals', { by: 'KDE', directory: null }],
  ['.config/kwinrc', { by: 'KDE', directory: null }],
  ['.config/plasma-org.kde.plasma.desktop-appletsrc', { by: 'KDE', directory: null }],
  ['.config/plasmashellrc', { by: 'KDE', directory: null }],
  ['.config/kglobalshortcutsrc', { by: 'KDE', directory: null }],
  ['.config/kcminputrc', { by: 'KDE', directory: null }],
  ['.config/dolphinrc', { by: 'KDE', directory: null }],
  ['.config/konsolerc', { by: 'KDE', directory: null }],
  ['.config/systemsettingsrc', { by: 'KDE', directory: null }],
  ['.local/share/user-places.xbel', { by: 'KDE', directory: null }],
  ['.viminfo', { by: 'vim', directory: null }],
]);

/** Files of the system, by absolute path. */
const OF_SYSTEM: ReadonlyMap<string, Replaced> = new Map([
  ...['/etc/shadow', '/etc/passwd', '/etc/group', '/etc/gshadow', '/etc/subuid', '/etc/subgid'].map((path): [string, Replaced] => [
    path,
    { by: 'the script that makes users, and passwd', directory: null },
  ]),
  ['/etc/wpa_supplicant.conf', { by: 'wpa_supplicant', directory: null }],
  ['/etc/localtime', { by: 'timedatectl', directory: null }],
  ['/var/lib/logrotate.status', { by: 'logrotate', directory: null }],
]);

/** `replaced-by-rename`: a single file whose program puts a new one in its place. */
export const replacedByRename: Rule = {
  code: 'replaced-by-rename',
  severity: 'warning',
  page: {
    title: 'A single file is kept that its program replaces',
    what: `The entry is a file that its program does not write to but replaces: it writes a new file and renames it over the old one.`,
    why: `A file that is a mount can't be replaced: the rename fails ("Device or resource busy"), and nothing new is saved. zsh adds
to its history in place (\`SHARE_HISTORY\`, \`APPEND_HISTORY\`), and renames when it is to be shortened. Files that are kept as a link
(\`method = "symlink"\`, and all of the first version of home-manager's module) get no finding: some programs follow the link.`,
    fix: `Keep the directory of the file when it is the program's own, as the quick fix does. Else tell the program to keep its file elsewhere (\`HISTFILE\`), in
a directory that is kept; or keep it as a link, when the program follows links. For passwords, see [passwords-lost](passwords-lost.md).`,
    silence: `Where the program is set to write in place, say so.`,
    sources: ['rename(2), EBUSY', 'impermanence issues 147 and 175', 'nixpkgs `update-users-groups.pl`'],
  },
  check(context) {
    return context.entries.flatMap((entry) => (entry.kind === 'file' ? (replaced(context, entry) ?? []) : []));
  },
};

/** Whether a single file is replaced by its program, so that an entry for it would not keep it. `relative`: below the home, null for the system. */
export function isReplaced(path: string, relative: string | null): boolean {
  return (relative === null ? OF_SYSTEM.get(path) : OF_USERS.get(relative)) !== undefined;
}

function replaced(context: RuleContext, entry: SureEntry): HostFinding | null {
  const known = entry.relative === null ? OF_SYSTEM.get(entry.path) : OF_USERS.get(entry.relative);
  if (!known || isLink(context, entry)) return null;
  const { by, directory, outcome = 'nothing new is saved' } = known;
  const home = entry.relative === null ? '' : entry.path.slice(0, -entry.relative.length);
  const parent = directory === null ? null : home + directory;
  const fixes: readonly Fix[] =
    parent === null
      ? []
      : [{ title: `Keep ${parent} instead`, safe: false, change: { kind: 'merge-into-parent', parent, entries: [context.refer(entry)] } }];
  return {
    subject: `${entry.path} ${context.refer(entry).nth}`,
    severity: 'warning',
    location: entry.location,
    message: `${entry.path} is replaced by rename (${by}), which fails on a mounted file: ${outcome}.${parent === null ? '' : ` Keep ${parent} instead.`}`,
    related: [],
    fixes,
  };
}

function isLink({ lock }: RuleContext, { mechanism, settings }: SureEntry): boolean {
  if (settings?.['method'] === 'symlink' || settings?.['how'] === 'symlink') return true;
  return mechanism === 'home-manager' && impermanenceVersion(lock) !== 'second';
}
