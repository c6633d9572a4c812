import type { RuleContext, SureEntry } from './context.ts';
import type { Fix, NewEntry, Severity } from './finding.ts';
import { hostKeyFiles } from './hostKeys.ts';
import { SECRET_KEYS } from './secretKeys.ts';
import { stringsAt } from './options.ts';
import type { Rule } from './rule.ts';

interface Generated {
  readonly severity: Severity;
  readonly what: string;
  readonly instead: string;
  /** The state in it, which the quick fix keeps instead; empty: there is none, and the entry goes. Left out where that differs. */
  readonly keep?: readonly NewEntry[];
}

const CONNECTIONS: NewEntry = { kind: 'directory', path: '/etc/NetworkManager/system-connections', attributes: { mode: '0700' } };

/** Directories that activation fills with declared files (nixpkgs etc.nix). */
const GENERATED: ReadonlyMap<string, Generated> = new Map([
  ['/etc', { severity: 'warning', what: 'nearly everything in it', instead: 'the files and directories in it that are state' }],
  ['/etc/ssh', { severity: 'information', what: 'sshd_config, ssh_config and ssh_known_hosts', instead: 'the host keys, as files' }],
  ['/etc/systemd', { severity: 'warning', what: 'the units and settings of systemd', instead: 'nothing of it', keep: [] }],
  ['/etc/nix', { severity: 'warning', what: 'nix.conf, registry.json and machines', instead: 'the single files that are state' }],
  ['/etc/pam.d', { severity: 'warning', what: 'all services of PAM', instead: 'nothing of it', keep: [] }],
  ['/etc/NetworkManager', { severity: 'information', what: 'NetworkManager.conf', instead: CONNECTIONS.path, keep: [CONNECTIONS] }],
  ['/etc/bluetooth', { severity: 'information', what: 'main.conf and input.conf', instead: '/var/lib/bluetooth', keep: [] }],
]);

/** `hides-generated-config`: a directory that activation fills is kept whole. */
export const hidesGeneratedConfig: Rule = {
  code: 'hides-generated-config',
  severity: 'information',
  page: {
    title: 'A directory with generated configuration is kept whole',
    what: `The directory holds files that the configuration makes (\`/etc\`, \`/etc/ssh\`, \`/etc/NetworkManager\` …), and it is kept as a whole.`,
    why: `The mount hides what activation has put there, until the next switch puts it into the storage as well: at the first boot \`sshd_config\` is missing,
later links of old generations are left over.`,
    fix: `Keep what is state in it instead, as the quick fix does: the host keys (those of \`services.openssh.hostKeys\`, and keys that sops-nix or agenix
decrypt with), the connections; of a directory without any state the entry goes. What is in the storage stays where it is. Move out what else you keep
there first. For \`/etc\` and \`/etc/nix\` there is no quick fix: which files in them are state depends on what you put there.`,
    silence: `It works for many once the storage has been filled; then say so.`,
    sources: ['nixpkgs `nixos/modules/system/etc/setup-etc.pl`', 'the notes on openssh-host-keys in the [catalogue](../catalogue.md)'],
  },
  check(context) {
    return context.entries.flatMap((entry) => {
      const generated = entry.kind === 'directory' ? GENERATED.get(entry.path) : undefined;
      if (!generated) return [];
      const { severity, what, instead } = generated;
      const keep = entry.path === '/etc/ssh' ? keysIn(context, entry.path) : generated.keep;
      return [
        {
          subject: `${entry.path} ${context.refer(entry).nth}`,
          severity,
          location: entry.location,
          message: `keeping ${entry.path} whole hides what the configuration puts there (${what}). Keep ${instead} instead.`,
          related: [],
          fixes: keep ? [fixOf(context, entry, keep)] : [],
        },
      ];
    });
  },
};

function fixOf(context: RuleContext, entry: SureEntry, by: readonly NewEntry[]): Fix {
  const { path } = entry;
  if (by.length === 0) return { title: `Remove ${path}`, safe: false, change: { kind: 'remove', entry: context.refer(entry) } };
  const title =
    path === '/etc/ssh' ? `Keep the keys in ${path} instead of all of it` : `Keep ${by.map((each) => each.path).join(', ')} instead`;
  // What is kept already, by an entry of its own, needs no second one.
  const missing = by.filter((each) => !context.entries.some((other) => other.path === each.path));
  if (missing.length === 0) return { title: `Remove ${path}`, safe: false, change: { kind: 'remove', entry: context.refer(entry) } };
  return { title, safe: false, change: { kind: 'replace-entry', entry: context.refer(entry), by: missing } };
}

/** The private keys in a directory that options name, with their public halves; undefined when that can't be told. */
function keysIn({ host, knowledge }: RuleContext, directory: string): readonly NewEntry[] | undefined {
  const known = knowledge.state.find(({ id }) => id === 'openssh-host-keys')?.paths.map(({ path }) => path) ?? [];
  const keys =
    host.configuration &&
    hostKeyFiles(
      host.configuration,
      known.filter((path) => !path.endsWith('.pub')),
    );
  if (!keys) return undefined;
  // Keys that secrets are decrypted with are often kept beside those of sshd.
  const options = SECRET_KEYS.flatMap((each) => each.options);
  const others = options.flatMap((option) => stringsAt(host, option).map(({ text }) => text)).filter((path) => !keys.includes(path));
  const files = [...keys.flatMap((path) => [path, `${path}.pub`]), ...others].filter((path) => path.startsWith(`${directory}/`));
  return [...new Set(files)].map((path) => ({ kind: 'file', path }));
}
