import type { Finding, Severity } from '../findings/finding.ts';
import { RULES } from '../findings/rules.ts';
import type { KeepEdit } from '../workspace/keep.ts';
import { githubAnnotation } from './github.ts';
import { printable } from '../text/printable.ts';
import { EXIT, type CommandIo, type Places } from './io.ts';
import { sarifLog } from './sarif.ts';

export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'information', 'hint'];
export const FORMATS = ['text', 'json', 'sarif', 'github'] as const;
export type CheckFormat = (typeof FORMATS)[number];

export interface CheckOptions {
  readonly format: CheckFormat;
  /** The least severity that makes the command fail; null: none does. */
  readonly failOn: Severity | null;
  readonly version: string;
  /** The edits of a finding's fixes, of those that can be made. */
  readonly fixesOf: (finding: Finding) => readonly KeepEdit[];
}

/** `keepsake check`: findings for people, programs or code scanning. Fails when one is at least as severe as asked. */
export function runCheck(findings: readonly Finding[], places: Places, io: CommandIo, options: CheckOptions): number {
  const { format, failOn } = options;
  if (format === 'json') print(io, { version: 1, findings: findings.map((finding) => describe(finding, places)) });
  else if (format === 'sarif') print(io, sarifLog(findings, { ...options, places, rules: RULES }));
  else if (format === 'github') for (const finding of findings) io.line(githubAnnotation(finding, places));
  else for (const finding of findings) text(finding, places, io);
  const fails = failOn !== null && findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(failOn));
  return fails ? EXIT.findings : EXIT.ok;
}

function print(io: CommandIo, value: object): void {
  io.line(JSON.stringify(value, null, 2));
}

function describe(finding: Finding, places: Places): object {
  const { code, severity, message, hosts } = finding;
  return {
    code,
    severity,
    message,
    hosts,
    ...places.of(finding.location),
    fixes: finding.fixes.map(({ title, safe }) => ({ title, safe })),
    related: finding.related.map((related) => {
      const { file, line } = places.of(related.location);
      return { file, line, message: related.message };
    }),
  };
}

const COLOURS: Readonly<Record<Severity, number>> = { error: 31, warning: 33, information: 34, hint: 36 };

function text(finding: Finding, places: Places, io: CommandIo): void {
  const severity = io.colour ? `\x1b[${COLOURS[finding.severity]}m${finding.severity}\x1b[0m` : finding.severity;
  io.line(`${places.text(finding.location)}: ${severity}: ${printable(finding.message)} [${finding.code}]`);
  for (const { location, message } of finding.related) io.line(`    ${places.text(location)}: ${printable(message)}`);
  for (const { title } of finding.fixes) io.line(`    fix: ${printable(title)}`);
}
