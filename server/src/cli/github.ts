import type { Finding, Severity } from '../findings/finding.ts';
import { printable } from '../text/printable.ts';
import type { Places } from './io.ts';

/** GitHub knows three levels (its documentation, "Workflow commands for GitHub Actions"). */
const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' };

/** A finding as a workflow command of GitHub Actions, which shows it as an annotation of the line: one line of text. */
export function githubAnnotation(finding: Finding, places: Places): string {
  const { file, line, column, endLine, endColumn } = places.of(finding.location);
  const properties = {
    file,
    line,
    endLine,
    // Columns of a range over several lines are not understood.
    ...(line === endLine ? { col: column, endColumn } : {}),
    title: `keepsake: ${finding.code}`,
  };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  const related = finding.related.map(({ location, message }) => `\n${places.text(location)}: ${message}`);
  return `::${LEVELS[finding.severity]} ${written.join(',')}::${data(finding.message + related.join(''))}`;
}

/** What ends a command or begins another is escaped; what a terminal would obey is shown (actions/toolkit, command.ts). */
function data(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => printable(line).replaceAll('%', '%25'))
    .join('%0A');
}

function property(text: string): string {
  return printable(text).replaceAll('%', '%25').replaceAll(':', '%3A').replaceAll(',', '%2C');
}
