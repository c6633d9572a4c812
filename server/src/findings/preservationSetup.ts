import type { HostModel } from '../host/hostModel.ts';
import type { Location } from '../syntax/source.ts';
import type { RuleContext, SureEntry } from './context.ts';
import type { EntryAttributes, HostFinding, Severity } from './finding.ts';
import type { Rule } from './rule.ts';
import { flagAt, isSet } from './options.ts';
import { releaseOf } from './release.ts';

const ENABLE = ['preservation', 'enable'];
const SYSTEMD = ['boot', 'initrd', 'systemd', 'enable'];

/** `preservation-setup`: what preservation needs to work, and the paths that need more than a plain entry. */
export const preservationSetup: Rule = {
  code: 'preservation-setup',
  severity: 'error',
  page: {
    title: 'preservation is not set up as it needs to be',
    what: `Something is declared in \`preservation.preserveAt\`, but \`preservation.enable\` is not on, or systemd does not run the initrd; or one of the paths that
need more than a plain entry has one: host keys of sshd (links), \`/etc/machine-id\` and \`/var/lib/nixos\` (\`inInitrd\`).`,
    why: `Without \`enable\` nothing at all is kept. Without systemd in the initrd the configuration does not build. Host keys that are mounted are made as empty files
first, and sshd does not start. The machine id and the maps of uids are read before ordinary mounts are made.`,
    fix: `Take the quick fix: it sets the option, or adds the attributes to the entry.`,
    silence: `Where something else mounts the path in time, say so.`,
    sources: ['preservation manual: Examples, Migration', 'preservation `module.nix`; issues 4 and 6'],
  },
  check(context) {
    const { host } = context;
    const declared = declaration(host);
    if (!declared || host.unresolved.some(({ scope }) => scope === 'system')) return [];
    if (flagAt(host, ENABLE, false) === false) {
      // On a root that may stay, it is off on purpose: what is declared for all machines is switched on for some.
      const isErased = host.erasure.kind === 'memory' || host.erasure.kind === 'script';
      return isErased ? [switched(ENABLE, declared, 'nothing of this is kept: preservation.enable is not on.')] : [];
    }
    const findings = usesScripts(context)
      ? [switched(SYSTEMD, declared, 'preservation needs systemd in the initrd: boot.initrd.systemd.enable is not on.')]
      : [];
    return [...findings, ...context.entries.flatMap((entry) => special(context, entry) ?? [])];
  },
};

/** The key of the first storage that holds without condition; storages are declared, be they switched on or not. */
function declaration({ configuration }: HostModel): Location | null {
  const root = ['preservation', 'preserveAt'];
  const definitions = configuration?.tree
    .names(root)
    .flatMap((name) => configuration.applying(configuration.tree.at([...root, name]).definitions));
  return definitions?.find(({ conditions }) => conditions.length === 0)?.from.name ?? null;
}

/** The scripted initrd is used: it is said, or nothing is and the release has it by default. */
function usesScripts({ host, lock }: RuleContext): boolean {
  if (isSet(host, SYSTEMD)) return flagAt(host, SYSTEMD, true) === false;
  const release = releaseOf(lock);
  return release !== null && release < 26.05;
}

function switched(option: readonly string[], location: HostFinding['location'], message: string): HostFinding {
  return {
    subject: option.join('.'),
    severity: 'error',
    location,
    message,
    related: [],
    fixes: [{ title: `Set ${option.join('.')}`, safe: false, change: { kind: 'set-option', option, value: 'true' } }],
  };
}

function special(context: RuleContext, entry: SureEntry): HostFinding | null {
  if (entry.mechanism !== 'preservation' || entry.relative !== null) return null;
  const { settings, path, kind } = entry;
  const isLink = settings?.['how'] === 'symlink';
  const isEarly = settings?.['inInitrd'] === true;
  if (kind === 'file' && /^\/etc\/ssh\/ssh_host_\w+_key$/.test(path) && !isLink)
    return needs(context, entry, 'error', 'a host key has to be a link: as a mount it is made empty first, and sshd does not start', {
      how: 'symlink',
      configureParent: true,
    });
  if (path === '/etc/machine-id' && !isEarly)
    return needs(context, entry, 'warning', 'the machine id is read before ordinary mounts are made', { inInitrd: true });
  if (path === '/var/lib/nixos' && !isEarly)
    return needs(context, entry, 'information', 'the maps of uids are read before ordinary mounts are made', { inInitrd: true });
  return null;
}

function needs(context: RuleContext, entry: SureEntry, severity: Severity, why: string, attributes: EntryAttributes): HostFinding {
  const names = Object.entries(attributes).map(([name, value]) => `${name} = ${typeof value === 'string' ? `"${value}"` : String(value)}`);
  return {
    subject: `${entry.path} ${context.refer(entry).nth}`,
    severity,
    location: entry.location,
    message: `${entry.path}: ${why}.`,
    related: [],
    fixes: [{ title: `Add ${names.join(', ')}`, safe: true, change: { kind: 'set-attributes', entry: context.refer(entry), attributes } }],
  };
}
