import { ownMount, type Coverage } from '../host/coverage.ts';
import type { HostModel } from '../host/hostModel.ts';
import { isSaid } from '../module/optionTree.ts';
import type { HostFinding, NewEntry } from './finding.ts';
import { isHandled } from './handled.ts';
import type { Rule } from './rule.ts';
import { severityOf } from './severity.ts';

/** Something every host has and must keep, with what makes it unnecessary there. */
interface Requirement {
  /** Id in the catalogue. */
  readonly state: string;
  /** The host handles it otherwise. */
  satisfied(host: HostModel, coverage: Coverage): boolean;
}

const REQUIREMENTS: readonly Requirement[] = [
  {
    state: 'machine-id',
    // A declared /etc/machine-id, one that a script of the initrd puts in place, or one given on the kernel command line (machine-id(5)), is the same at every boot.
    satisfied: (host) =>
      isDefined(host, ['environment', 'etc', 'machine-id']) ||
      host.scripts.some(({ text }) => text.includes('machine-id')) ||
      mentions(host, ['boot', 'kernelParams'], 'systemd.machine_id='),
  },
  { state: 'nixos-uid-gid-maps', satisfied: () => false },
  {
    state: 'journal-logs',
    // Journals alone are what most people mean by logs; a volatile journal (journald.conf(5)) is not kept on purpose.
    satisfied: (host, coverage) =>
      coverage.of('/var/log/journal') !== null ||
      ownMount(host, '/var/log/journal') !== null ||
      isText(host, ['services', 'journald', 'storage'], ['volatile', 'none']) ||
      mentions(host, ['services', 'journald', 'extraConfig'], 'Storage=volatile'),
  },
];

/** `missing-critical-state`: state that every NixOS machine has, on a host that keeps some things but not this. */
export const missingCriticalState: Rule = {
  code: 'missing-critical-state',
  severity: 'error',
  page: {
    title: 'State that every machine has is lost at every boot',
    what: `The host keeps some things across boots but not one of these: \`/etc/machine-id\` (who the machine is), \`/var/lib/nixos\` (which user and group
has which number) or \`/var/log\` (what happened before). The finding stands at the storage in which it is missing.`,
    why: `Without the same machine id, journals of earlier boots are no longer found, and DHCP and other identities change. Without the maps in \`/var/lib/nixos\`,
numbers of users and groups that are not fixed are given out anew, so that files belong to somebody else. Without logs, nobody knows
why the machine went down.`,
    fix: `Take the quick fix: it adds the path to the storage of the host. A mount of its own, \`environment.etc."machine-id"\`, a link by
\`systemd.tmpfiles\`, or the parent directory do as well. Move what is there into the storage before you switch.`,
    silence: `A machine that has a fixed number for every user, or sends its journal away, can do without.`,
    sources: ['NixOS manual, "Necessary system state"', 'machine-id(5)', 'nixpkgs `nixos/modules/config/update-users-groups.pl`'],
  },
  check(context) {
    const { host, storage, coverage, knowledge } = context;
    if (!storage) return [];
    return REQUIREMENTS.flatMap((requirement): readonly HostFinding[] => {
      const entry = knowledge.state.find(({ id }) => id === requirement.state);
      const missing =
        entry?.paths.filter(({ path }) => coverage.of(path) === null && ownMount(host, path) === null && !isHandled(context, path)) ?? [];
      if (!entry || missing.length === 0 || requirement.satisfied(host, coverage)) return [];
      const paths = missing.map(({ path }) => path).join(', ');
      const entries: readonly NewEntry[] = missing.map(({ path, kind }) => ({ path, kind }));
      return [
        {
          subject: entry.id,
          severity: severityOf(entry.severity),
          location: storage.name,
          message: `${paths} is lost at every boot. ${entry.loss}`,
          related: host.rollback ? [{ location: host.rollback.location, message: `The root of ${host.name} is rolled back here.` }] : [],
          fixes: [{ title: `Keep ${paths} in ${storage.storage ?? 'the storage'}`, safe: true, change: { kind: 'insert', entries } }],
        },
      ];
    });
  },
};

function isDefined(host: HostModel, path: readonly string[]): boolean {
  const tree = host.configuration?.tree;
  // A set that can't be read (`environment.etc = …`) may hold it.
  return tree !== undefined && (isSaid(tree.at(path)) || tree.at(path.slice(0, -1)).gaps.some((gap) => !gap.inherited));
}

function isText(host: HostModel, path: readonly string[], texts: readonly string[]): boolean {
  const value = host.configuration?.value(path);
  return value?.type === 'string' && texts.includes(value.value);
}

/** A string, or a string of a list, that contains a text. */
function mentions(host: HostModel, path: readonly string[], text: string): boolean {
  const value = host.configuration?.value(path);
  const values = value?.type === 'list' ? value.items.map(({ thunk }) => thunk.force()) : value ? [value] : [];
  return values.some((each) => each.type === 'string' && each.value.includes(text));
}
