import type { RuleContext, SureEntry } from './context.ts';
import type { HostFinding } from './finding.ts';
import { setsMode } from './modeSet.ts';
import type { Rule } from './rule.ts';
import { isSet, textAt } from './options.ts';
import { impermanenceVersion } from './release.ts';

/** Directories below a home that hold secrets, which their programs make for the owner alone. */
const SECRETS: ReadonlyMap<string, string> = new Map([
  ['.ssh', 'private SSH keys'],
  ['.gnupg', 'private GnuPG keys'],
  ['.aws', 'AWS credentials'],
  ['.kube', 'Kubernetes credentials'],
  ['.docker', 'registry credentials'],
  ['.password-store', 'passwords'],
  ['.pki', 'certificates and keys'],
  ['.local/share/keyrings', 'keyrings'],
  ['.local/share/kwalletd', 'wallets'],
  ['.local/share/password-store', 'passwords'],
  ['.local/share/gnupg', 'private GnuPG keys'],
  ['.config/sops', 'age keys'],
  ['.config/sops/age', 'age keys'],
  ['.config/age', 'age keys'],
  ['.config/rclone', 'cloud credentials'],
  ['.config/Bitwarden', 'a password vault'],
]);

/** `loose-secret-mode`: a directory of secrets that others may read. */
export const looseSecretMode: Rule = {
  code: 'loose-secret-mode',
  severity: 'warning',
  page: {
    title: 'A directory with secrets is made readable for all',
    what: `A directory that holds private keys, keyrings or credentials is kept without a mode, or with one that lets others in.`,
    why: `Without a mode the directory is made \`0755\`. GnuPG and others complain. The home above an entry of a user is closed to others, here and in the storage,
as long as \`homeMode\` is \`0700\`: then nothing else keeps them out, and the finding is an information. Where the home is open, and above an entry of the system, everybody
on the machine can read the names in it and whatever is not protected by itself. preservation sets the mode even of a directory that is there already.`,
    fix: `Take the quick fix: it writes the entry with \`mode = "0700"\`. impermanence uses the mode only when it makes the directory: change one that
is there with \`chmod 0700\`, in the storage.`,
    silence: `Where a rule of \`systemd.tmpfiles\` or a script of activation names the directory nothing is said. On a machine with a single user the loss is small.`,
    sources: [
      'impermanence README, `mode`; issue 139',
      'preservation manual, "Migration": modes are enforced',
      'nixpkgs `users-groups.nix`, `homeMode`; homes in storage: impermanence `nixos.nix` (0700), preservation `lib.nix` (`homeMode`)',
    ],
  },
  check(context) {
    return context.entries.flatMap((entry) => loose(context, entry) ?? []);
  },
};

function loose(context: RuleContext, entry: SureEntry): HostFinding | null {
  const below = entry.relative ?? (entry.path.startsWith('/root/') ? entry.path.slice('/root/'.length) : null);
  const what = entry.kind === 'directory' && below !== null ? SECRETS.get(below) : undefined;
  if (what === undefined) return null;
  // The first version of home-manager's module does not make directories with a mode.
  if (entry.mechanism === 'home-manager' && impermanenceVersion(context.lock) !== 'second') return null;
  const settings = entry.settings ?? {};
  const said = 'mode' in settings ? settings['mode'] : entry.mechanism === 'impermanence' ? settings['defaultPerms.mode'] : undefined;
  const mode = said === undefined ? '0755' : said;
  // A mode in letters, or one that is not known, may be tight.
  if (typeof mode !== 'string' || !/^0?[0-7]{3}$/.test(mode) || mode.endsWith('00')) return null;
  if (setsMode(context.host, entry.path)) return null;
  const open = isHomeOpen(context, entry);
  const meaning = open ? 'which lets others in' : 'so that only the mode of the home keeps others out';
  return {
    subject: `${entry.path} ${context.refer(entry).nth}`,
    severity: open ? 'warning' : 'information',
    location: entry.location,
    message: `${entry.path} holds ${what}, but is made with mode ${mode}, ${meaning}. Give it mode 0700.`,
    related: [],
    fixes: [
      {
        title: 'Set its mode to 0700',
        safe: true,
        change: { kind: 'set-attributes', entry: context.refer(entry), attributes: { mode: '0700' } },
      },
    ],
  };
}

/**
 * Whether others get as far as the entry: the home has a mode that lets them, or the entry is the system's, whose parents are made 0755. Homes of
 * users are 0700 unless `homeMode` says otherwise (nixpkgs, users-groups.nix), and their parts in storages are made so too.
 */
function isHomeOpen({ host }: RuleContext, { relative, user }: SureEntry): boolean {
  if (relative === null) return true;
  const option = ['users', 'users', user ?? '', 'homeMode'];
  if (user === null || !isSet(host, option)) return false;
  const mode = textAt(host, option);
  return mode !== null && /^0?[0-7]{3}$/.test(mode) && !mode.endsWith('00');
}
