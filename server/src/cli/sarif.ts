import { createHash } from 'node:crypto';
import type { Finding, Severity } from '../findings/finding.ts';
import type { Rule } from '../findings/rule.ts';
import type { KeepEdit } from '../workspace/keep.ts';
import type { Place, Places } from './io.ts';

/** SARIF 2.1.0, section 3.27.10: how serious a result is. */
const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

export interface SarifOptions {
  readonly places: Places;
  readonly rules: readonly Rule[];
  readonly version: string;
  /** The edits of a finding's fixes, of those that can be made. */
  readonly fixesOf: (finding: Finding) => readonly KeepEdit[];
}

/** Findings as a SARIF 2.1.0 log (OASIS), for code scanning. Paths are relative to the root that is checked. */
export function sarifLog(findings: readonly Finding[], options: SarifOptions): object {
  const { rules, version, places } = options;
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'keepsake',
            semanticVersion: version,
            rules: rules.map(({ code, severity, page }) => ({
              id: code,
              shortDescription: { text: plain(page.title) },
              fullDescription: { text: plain(`${page.what} ${page.why}`) },
              help: { text: plain(page.fix), markdown: page.fix },
              defaultConfiguration: { level: LEVELS[severity] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => result(finding, options)),
        ...(findings.length === 0 ? {} : { artifacts: artifacts(findings, places) }),
      },
    ],
  };
}

function result(finding: Finding, { places, rules, fixesOf }: SarifOptions): object {
  const index = rules.findIndex(({ code }) => code === finding.code);
  const place = places.of(finding.location);
  const fixes = fixesOf(finding).map((edit) => fix(edit, places));
  return {
    ruleId: finding.code,
    ...(index < 0 ? {} : { ruleIndex: index }),
    level: LEVELS[finding.severity],
    message: { text: plain(finding.message) },
    locations: [{ physicalLocation: physical(place) }],
    ...(finding.related.length === 0
      ? {}
      : {
          relatedLocations: finding.related.map(({ location, message }, id) => ({
            id,
            physicalLocation: physical(places.of(location)),
            message: { text: plain(message) },
          })),
        }),
    // What it is about, wherever the lines move: the same finding again is known as such.
    partialFingerprints: { 'finding/v1': fingerprint([finding.code, finding.subject, place.file, ...finding.hosts]) },
    ...(fixes.length === 0 ? {} : { fixes }),
    properties: { hosts: finding.hosts, subject: finding.subject },
  };
}

function fix({ title, files }: KeepEdit, places: Places): object {
  return {
    description: { text: plain(title) },
    artifactChanges: files.map(({ file, edits }) => ({
      artifactLocation: artifact(places.of({ file, start: 0, end: 0 }).file),
      replacements: edits.map(({ start, end, newText }) => ({
        deletedRegion: region(places.of({ file, start, end })),
        insertedContent: { text: newText },
      })),
    })),
  };
}

function physical(place: Place): object {
  return { artifactLocation: artifact(place.file), region: region(place) };
}

function region({ line, column, endLine, endColumn }: Place): object {
  return { startLine: line, startColumn: column, endLine, endColumn };
}

/** A relative reference; `:` in its first part would read as a scheme. */
function artifact(file: string): object {
  return { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}

function artifacts(findings: readonly Finding[], places: Places): readonly object[] {
  const files = new Set(findings.map(({ location }) => places.of(location).file));
  return [...files].map((file) => ({ location: artifact(file) }));
}

function fingerprint(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Section 3.11: `{0}` would be filled in, and `[text](place)` would be a link. */
function plain(text: string): string {
  return text
    .replaceAll('](', ']\\(')
    .replace(/\{(\d+)\}/g, '{{$1}}')
    .replace(/\s+/g, ' ')
    .trim();
}
