import { inStorage, readinessOf, type Readiness } from './early.ts';
import type { RuleContext } from './context.ts';
import type { HostFinding } from './finding.ts';
import type { Rule } from './rule.ts';
import { SECRET_KEYS } from './secretKeys.ts';
import { flagAt, namesAt, placeOf, stringsAt } from './options.ts';

/** What has secrets decrypted by a unit that waits for its mounts instead. */
const LATER: readonly (readonly string[])[] = [
  ['sops', 'useSystemdActivation'],
  ['services', 'userborn', 'enable'],
  ['systemd', 'sysusers', 'enable'],
];

/** `secrets-before-storage`: keys are read before what keeps them is mounted. */
export const secretsBeforeStorage: Rule = {
  code: 'secrets-before-storage',
  severity: 'error',
  page: {
    title: 'Secrets are decrypted before their key is there',
    what: `An option of sops-nix or agenix names a key at a path that is kept by an entry (\`/etc/ssh/ssh_host_ed25519_key\`, say), or on a filesystem that is
not \`neededForBoot\`, and there are secrets to decrypt.`,
    why: `Both decrypt during activation, before the mounts of ordinary entries are made: after a reboot the key is not there yet, and nothing is
decrypted. During \`nixos-rebuild switch\` it works, so that nobody notices until the reboot.`,
    fix: `Take the quick fix: it names the same key at its place in the storage. For a filesystem, set \`neededForBoot\`.`,
    silence: `Of a file that impermanence keeps (an entry of \`files\`) nothing is said for sops-nix as long as no secret is \`neededForUsers\`: such files are
mounted while activation runs, before the other secrets are decrypted. Where a unit that waits for the mount decrypts instead, say so.`,
    sources: ['sops-nix README, "Usage with impermanence"', 'agenix `modules/age.nix`', 'impermanence issues 282 and 301'],
  },
  check(context) {
    if (LATER.some((option) => flagAt(context.host, option, false) !== false)) return [];
    // Without secrets nothing is decrypted.
    const inUse = SECRET_KEYS.filter(({ secrets }) => namesAt(context.host, secrets).length > 0).flatMap(({ options }) => options);
    return inUse.flatMap((option) => {
      const keys = stringsAt(context.host, option);
      // One key that is there in time, or may be, is enough.
      if (keys.some(({ text }) => !isLate(context, option, readinessOf(context, text)))) return [];
      return keys.flatMap(({ text, location }) => {
        const place = location ?? placeOf(context.host, option);
        return place ? (finding(context, option, text, place) ?? []) : [];
      });
    });
  },
};

function isLate({ host }: RuleContext, [first]: readonly string[], ready: Readiness): boolean {
  const { kind } = ready;
  // sops-nix decrypts after that, except what users need.
  if (first === 'sops' && isMountedByActivation(ready) && !isForUsers(host)) return false;
  return kind === 'entry' || kind === 'mount' || kind === 'lost';
}

/** impermanence mounts files while activation runs (nixos.nix, persist-files), behind the making of users. */
function isMountedByActivation(ready: Readiness): boolean {
  return ready.kind === 'entry' && ready.entry.mechanism === 'impermanence' && ready.entry.kind === 'file';
}

/** A secret is decrypted before users are made (`neededForUsers` of sops-nix). */
function isForUsers(host: RuleContext['host']): boolean {
  return namesAt(host, ['sops', 'secrets']).some((name) => flagAt(host, ['sops', 'secrets', name, 'neededForUsers'], false) === true);
}

function finding(context: RuleContext, option: readonly string[], path: string, location: HostFinding['location']): HostFinding | null {
  const ready = readinessOf(context, path);
  const common = { subject: `${option.join('.')} ${path}`, severity: 'error' as const, location };
  if (ready.kind === 'mount') {
    return {
      ...common,
      message: `${path} is read before ${ready.mountPoint} is mounted, which is not marked neededForBoot.`,
      related: [],
      fixes: [
        {
          title: `Set fileSystems."${ready.mountPoint}".neededForBoot`,
          safe: true,
          change: { kind: 'needed-for-boot', mountPoint: ready.mountPoint },
        },
      ],
    };
  }
  const to = ready.kind === 'entry' ? inStorage(ready.entry, path) : null;
  if (ready.kind !== 'entry' || to === null) return null;
  const what = isMountedByActivation(ready) && option[0] === 'sops' ? 'no secret that users need' : 'nothing';
  return {
    ...common,
    message: `${path} is read before it is mounted: at boot ${what} can be decrypted. In the storage, ${to} is there in time.`,
    related: [{ location: ready.entry.location, message: `${ready.entry.path} is mounted by this entry, later.` }],
    fixes: [{ title: `Write ${to}`, safe: false, change: { kind: 'replace-string', option, from: path, to } }],
  };
}
