import type { Finding, Severity } from '../findings/finding.ts';
import { EXIT, type CommandIo, type Places } from './io.ts';
import { printable } from '../workspace/printable.ts';

export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

export interface CheckOptions {
  readonly format: 'text' | 'json';
  /** The least severity that makes the command fail; null: none does. */
  readonly failOn: Severity | null;
}

/** `keepsake check`: findings as text for people or as JSON version 1. Fails when one is at least as severe as asked. */
export function runCheck(findings: readonly Finding[], places: Places, io: CommandIo, options: CheckOptions): number {
  if (options.format === 'json')
    io.line(JSON.stringify({ version: 1, findings: findings.map((finding) => describe(finding, places)) }, null, 2));
  else for (const finding of findings) text(finding, places, io);
  const { failOn } = options;
  const fails = failOn !== null && findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(failOn));
  return fails ? EXIT.findings : EXIT.ok;
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
