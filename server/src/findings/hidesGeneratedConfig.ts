import type { Severity } from './finding.ts';
import type { Rule } from './rule.ts';

interface Generated {
  readonly severity: Severity;
  readonly what: string;
  readonly instead: string;
}

/** Directories that activation fills with declared files (nixpkgs etc.nix). */
const GENERATED: ReadonlyMap<string, Generated> = new Map([
  ['/etc', { severity: 'warning', what: 'nearly everything in it', instead: 'the files and directories in it that are state' }],
  ['/etc/ssh', { severity: 'information', what: 'sshd_config, ssh_config and ssh_known_hosts', instead: 'the host keys, as files' }],
  ['/etc/systemd', { severity: 'warning', what: 'the units and settings of systemd', instead: 'nothing of it' }],
  ['/etc/nix', { severity: 'warning', what: 'nix.conf, registry.json and machines', instead: 'the single files that are state' }],
  ['/etc/pam.d', { severity: 'warning', what: 'all services of PAM', instead: 'nothing of it' }],
  ['/etc/NetworkManager', { severity: 'information', what: 'NetworkManager.conf', instead: '/etc/NetworkManager/system-connections' }],
  ['/etc/bluetooth', { severity: 'information', what: 'main.conf and input.conf', instead: '/var/lib/bluetooth' }],
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
    fix: `Keep what is state in it instead: the host keys, the connections.`,
    silence: `It works for many once the storage has been filled; then say so.`,
    sources: ['nixpkgs `nixos/modules/system/etc/setup-etc.pl`', 'the notes on openssh-host-keys in the [catalogue](../catalogue.md)'],
  },
  check(context) {
    return context.entries.flatMap((entry) => {
      const generated = entry.kind === 'directory' ? GENERATED.get(entry.path) : undefined;
      if (!generated) return [];
      const { severity, what, instead } = generated;
      return [
        {
          subject: `${entry.path} ${context.refer(entry).nth}`,
          severity,
          location: entry.location,
          message: `keeping ${entry.path} whole hides what the configuration puts there (${what}). Keep ${instead} instead.`,
          related: [],
          fixes: [],
        },
      ];
    });
  },
};
