import type { HostModel } from '../host/hostModel.ts';
import { RuleContext, type Knowledge } from './context.ts';
import { mayLose } from './ephemeral.ts';
import type { Finding, HostFinding, Severity } from './finding.ts';
import type { Rule } from './rule.ts';
import type { FlakeLock } from './flakeLock.ts';
import type { Ignored } from './ignoreComments.ts';
import { RULES } from './rules.ts';

/** What decides how findings are told. */
export interface CheckOptions {
  /** Other severities than a finding's own, by code. */
  readonly severities: ReadonlyMap<string, Severity | 'off'>;
  /** What the comments of a file silence. */
  readonly ignoredIn: (file: string) => readonly Ignored[];
  /** Whether the workspace's settings silence what a rule says of a host. */
  readonly isIgnored: (code: string, host: string, finding: HostFinding) => boolean;
}

/** What one rule says of a host. */
export interface RuleFinding {
  readonly code: string;
  readonly finding: HostFinding;
}

/** Everything that the rules say of a host, before anything is silenced. */
export function findingsOf(
  host: HostModel,
  knowledge: Knowledge,
  lock: FlakeLock | null,
  using: readonly Rule[] = RULES,
): readonly RuleFinding[] {
  const context = new RuleContext(host, knowledge, lock);
  const telling = mayLose(host) ? using : using.filter(({ always }) => always === true);
  return telling.flatMap((rule) => rule.check(context).map((finding) => ({ code: rule.code, finding })));
}

/**
 * Findings of all hosts; what several hosts share at one place is one finding. Sorted by file and place. `found`: what the rules say of one
 * of them.
 */
export function checkHosts(
  hosts: readonly HostModel[],
  options: CheckOptions,
  found: (host: HostModel) => readonly RuleFinding[],
): readonly Finding[] {
  const merged = new Map<string, { readonly code: string; readonly finding: HostFinding; readonly hosts: string[] }>();
  for (const host of hosts) {
    for (const { code, finding } of found(host)) {
      if (options.severities.get(code) === 'off' || options.isIgnored(code, host.name, finding) || isCommentedOut(options, code, finding))
        continue;
      const { file, start } = finding.location;
      const key = JSON.stringify([code, finding.subject, file, start]);
      const known = merged.get(key);
      if (known) known.hosts.push(host.name);
      else merged.set(key, { code, finding, hosts: [host.name] });
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
