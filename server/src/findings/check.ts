import type { HostModel } from '../host/hostModel.ts';
import { RuleContext, type Knowledge } from './context.ts';
import type { Finding, HostFinding, Rule, Severity } from './finding.ts';
import type { Ignored } from './ignoreComments.ts';
import { RULES } from './rules.ts';

/** What decides how findings are told. */
export interface CheckOptions extends Knowledge {
  /** Other severities than a finding's own, by code. */
  readonly severities: ReadonlyMap<string, Severity | 'off'>;
  /** What the comments of a file silence. */
  readonly ignoredIn: (file: string) => readonly Ignored[];
  /** Whether the workspace's settings silence what a rule says of a host. */
  readonly isIgnored: (code: string, host: string, finding: HostFinding) => boolean;
}

/** Findings of all hosts; what several hosts share at one place is one finding. Sorted by file and place. */
export function checkHosts(hosts: readonly HostModel[], options: CheckOptions, using: readonly Rule[] = RULES): readonly Finding[] {
  const merged = new Map<string, { readonly code: string; readonly finding: HostFinding; readonly hosts: string[] }>();
  const rules = using.filter(({ code }) => options.severities.get(code) !== 'off');
  for (const host of hosts) {
    const context = new RuleContext(host, options);
    for (const rule of rules) {
      for (const finding of rule.check(context)) {
        if (options.isIgnored(rule.code, host.name, finding) || isCommentedOut(options, rule.code, finding)) continue;
        const { file, start } = finding.location;
        const key = JSON.stringify([rule.code, finding.subject, file, start]);
        const known = merged.get(key);
        if (known) known.hosts.push(host.name);
        else merged.set(key, { code: rule.code, finding, hosts: [host.name] });
      }
    }
  }
  return [...merged.values()]
    .map(({ code, finding, hosts: names }): Finding => {
      const severity = options.severities.get(code);
      return {
        ...finding,
        code,
        hosts: names,
        severity: severity === undefined || severity === 'off' ? finding.severity : severity,
        message: `${names.join(', ')}: ${finding.message}`,
      };
    })
    .sort((a, b) => compare(a.location.file, b.location.file) || a.location.start - b.location.start || compare(a.subject, b.subject));
}

function isCommentedOut(options: CheckOptions, code: string, { location }: HostFinding): boolean {
  return options
    .ignoredIn(location.file)
    .some(({ codes, start, end }) => codes.includes(code) && start <= location.start && location.start < end);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
