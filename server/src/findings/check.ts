import { builtInCatalogue } from '../catalogue/load.ts';
import type { StateEntry } from '../catalogue/types.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { Finding, HostFinding, Rule } from './finding.ts';
import { missingCriticalState } from './missingCriticalState.ts';
import { missingServiceState } from './missingServiceState.ts';

/** All rules, over the catalogue they draw from. */
export function rules(state: readonly StateEntry[] = builtInCatalogue().state): readonly Rule[] {
  return [missingCriticalState(state), missingServiceState(state)];
}

/** Findings of all hosts; what several hosts share at one place is one finding. Sorted by file and place. */
export function checkHosts(hosts: readonly HostModel[], using: readonly Rule[] = rules()): readonly Finding[] {
  const merged = new Map<string, { readonly code: string; readonly finding: HostFinding; readonly hosts: string[] }>();
  for (const host of hosts) {
    for (const rule of using) {
      for (const finding of rule.check(host)) {
        const { file, start } = finding.location;
        const key = JSON.stringify([rule.code, finding.subject, file, start]);
        const known = merged.get(key);
        if (known) known.hosts.push(host.name);
        else merged.set(key, { code: rule.code, finding, hosts: [host.name] });
      }
    }
  }
  return [...merged.values()]
    .map(({ code, finding: { fix, ...rest }, hosts: names }) => ({
      ...rest,
      code,
      hosts: names,
      message: `${names.join(', ')}: ${rest.message}`,
      fixes: fix ? [fix] : [],
    }))
    .sort((a, b) => compare(a.location.file, b.location.file) || a.location.start - b.location.start || compare(a.subject, b.subject));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
