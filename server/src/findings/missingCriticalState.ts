import type { StateEntry } from '../catalogue/types.ts';
import { Coverage, ownMount } from '../host/coverage.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { EntryRequest } from '../host/persistPlan.ts';
import { isSaid } from '../module/optionTree.ts';
import { readableStorage } from './ephemeral.ts';
import type { HostFinding, Rule } from './finding.ts';
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
    // A declared /etc/machine-id, or one given on the kernel command line (machine-id(5)), is the same at every boot.
    satisfied: (host) =>
      isDefined(host, ['environment', 'etc', 'machine-id']) || mentions(host, ['boot', 'kernelParams'], 'systemd.machine_id='),
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
export function missingCriticalState(catalogue: readonly StateEntry[]): Rule {
  const needed = REQUIREMENTS.flatMap((requirement) => {
    const entry = catalogue.find(({ id }) => id === requirement.state);
    return entry ? [{ requirement, entry }] : [];
  });
  return {
    code: 'missing-critical-state',
    check(host) {
      const storage = readableStorage(host);
      if (!storage) return [];
      const coverage = new Coverage(host);
      return needed.flatMap(({ requirement, entry }): readonly HostFinding[] => {
        const missing = entry.paths.filter(({ path }) => coverage.of(path) === null && ownMount(host, path) === null);
        if (missing.length === 0 || requirement.satisfied(host, coverage)) return [];
        const paths = missing.map(({ path }) => path).join(', ');
        const entries: readonly EntryRequest[] = missing.map(({ path, kind }) => ({ path, kind }));
        return [
          {
            subject: entry.id,
            severity: severityOf(entry.severity),
            location: storage.name,
            message: `${paths} is lost at every boot. ${entry.loss}`,
            related: host.rollback ? [{ location: host.rollback.location, message: `The root of ${host.name} is rolled back here.` }] : [],
            fix: { title: `Keep ${paths} in ${storage.storage ?? 'the storage'}`, safe: true, entries },
          },
        ];
      });
    },
  };
}

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
