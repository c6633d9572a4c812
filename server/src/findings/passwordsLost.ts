import { inStorage, readinessOf } from './early.ts';
import type { RuleContext } from './context.ts';
import type { Fix, HostFinding } from './finding.ts';
import type { Rule } from './rule.ts';
import { isKept } from './kept.ts';
import { flagAt, isSet, namesAt, placeOf, stringsAt } from './options.ts';

const USERS = ['users', 'users'];
const MUTABLE = ['users', 'mutableUsers'];

/** Options that give a user a password again at each boot (nixpkgs users-groups.nix). */
const PASSWORDS = ['password', 'hashedPassword', 'hashedPasswordFile', 'passwordFile', 'initialPassword', 'initialHashedPassword'];

/** Options that keep the databases of users elsewhere, or have no passwords in them. */
const OTHERWISE: readonly (readonly string[])[] = [
  ['services', 'userborn', 'enable'],
  ['systemd', 'sysusers', 'enable'],
];

/** Options that name who is logged in without a password (nixpkgs display-managers/default.nix, ttys/getty.nix). */
const AUTOMATIC: readonly (readonly string[])[] = [
  ['services', 'displayManager', 'autoLogin', 'user'],
  ['services', 'xserver', 'displayManager', 'autoLogin', 'user'],
  ['services', 'getty', 'autologinUser'],
  ['services', 'greetd', 'settings', 'initial_session', 'user'],
];

/** `passwords-lost`: nobody can log in after the next boot. */
export const passwordsLost: Rule = {
  code: 'passwords-lost',
  severity: 'error',
  page: {
    title: 'Passwords are lost at every boot',
    what: `Either passwords are set with \`passwd\` (\`users.mutableUsers\` is on, as it is when nothing is said), nothing keeps \`/etc/shadow\`, and a user who
logs in has no password in the configuration; or a \`hashedPasswordFile\` is not there when users are made: on the erased root, or mounted too late.`,
    why: `Users are made anew at every boot. One without a password in the configuration is locked, one whose file is missing too: you are locked
out of the machine.`,
    fix: `Set \`users.mutableUsers = false\` and give each user who logs in a \`hashedPasswordFile\` at a path in the storage itself, whose filesystem is
\`neededForBoot\`. Do not keep \`/etc/shadow\` by an entry: it is replaced by rename.`,
    silence: `Of a user who has keys, or is logged in automatically, nothing is said. Another machine on which nobody logs in with a password can do without too.`,
    sources: ['NixOS manual, "Necessary system state", Users and groups', 'nixpkgs `nixos/modules/config/update-users-groups.pl`'],
  },
  check(context) {
    const { host } = context;
    if (host.unresolved.some(({ scope }) => scope === 'system') || host.configuration === null || context.storage === null) return [];
    if (OTHERWISE.some((option) => flagAt(host, option, false) !== false)) return [];
    return [...mutable(context), ...files(context)];
  },
};

function mutable(context: RuleContext): readonly HostFinding[] {
  const { host } = context;
  const { erasure } = host;
  if (erasure.kind !== 'memory' && erasure.kind !== 'script') return [];
  if (flagAt(host, MUTABLE, true) !== true || isKept(context, '/etc/shadow')) return [];
  const people = namesAt(host, USERS).filter((user) => flagAt(host, [...USERS, user, 'isNormalUser'], false) === true);
  return people.flatMap((user): readonly HostFinding[] => {
    const path = [...USERS, user];
    const location = placeOf(host, [...path, 'isNormalUser']);
    // Others may be accounts that somebody else switches to.
    const logsIn = people.length === 1 || stringsAt(host, [...path, 'extraGroups']).some(({ text }) => text === 'wheel');
    if (!location || !logsIn) return [];
    // A part of the user that can't be read may give a password.
    const unread = host.configuration?.tree.at(path).gaps.some(({ inherited, unknown }) => !inherited || !unknown.external) ?? true;
    if (unread || PASSWORDS.some((name) => isSet(host, [...path, name]))) return [];
    // Who has keys may never log in with a password.
    if (['keys', 'keyFiles'].some((name) => isSet(host, [...path, 'openssh', 'authorizedKeys', name]))) return [];
    // Who is logged in without one may have none.
    if (AUTOMATIC.some((option) => stringsAt(host, option).some(({ text }) => text === user))) return [];
    return [
      {
        subject: user,
        severity: 'error',
        location,
        message: `the password of ${user} is lost at every boot: it is in no option, and nothing keeps /etc/shadow. Set hashedPasswordFile, in the storage.`,
        related: [],
        fixes: [],
      },
    ];
  });
}

function files(context: RuleContext): readonly HostFinding[] {
  const { host } = context;
  return namesAt(host, USERS).flatMap((user): readonly HostFinding[] => {
    const option = [...USERS, user, 'hashedPasswordFile'];
    const [file] = stringsAt(host, option);
    const location = file && (file.location ?? placeOf(host, option));
    if (!file || !location) return [];
    const ready = readinessOf(context, file.text);
    const to = ready.kind === 'entry' ? inStorage(ready.entry, file.text) : null;
    const common = { subject: option.join('.'), severity: 'error' as const, location };
    if (ready.kind === 'entry' && to !== null) {
      const fix: Fix = { title: `Write ${to}`, safe: false, change: { kind: 'replace-string', option, from: file.text, to } };
      const message = `${file.text} is mounted only after users are made: ${user} is locked after a boot. In the storage, ${to} is there in time.`;
      return [
        {
          ...common,
          message,
          related: [{ location: ready.entry.location, message: `${ready.entry.path} is mounted by this entry.` }],
          fixes: [fix],
        },
      ];
    }
    if (ready.kind === 'mount') {
      const { mountPoint } = ready;
      const fix: Fix = {
        title: `Set fileSystems."${mountPoint}".neededForBoot`,
        safe: true,
        change: { kind: 'needed-for-boot', mountPoint },
      };
      return [
        {
          ...common,
          message: `${file.text} is read before ${mountPoint} is mounted: ${user} is locked after a boot.`,
          related: [],
          fixes: [fix],
        },
      ];
    }
    if (ready.kind !== 'lost' || isKept(context, file.text)) return [];
    return [
      {
        ...common,
        message: `${file.text} is on the root and erased with it: ${user} is locked after a boot. Put it into the storage.`,
        related: [],
        fixes: [],
      },
    ];
  });
}
