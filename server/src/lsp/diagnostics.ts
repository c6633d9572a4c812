import { DiagnosticSeverity, type Diagnostic } from 'vscode-languageserver/node';
import type { Finding, Severity } from '../findings/finding.ts';
import { pageAddress } from '../findings/manual.ts';
import type { FindingData } from '../protocol.ts';
import { KEEPSAKE_JSON_CODE } from '../workspace/configs.ts';
import { printable } from '../text/printable.ts';
import type { LspContext } from './context.ts';
import { locationDto, rangeOf } from './convert.ts';
import type { CurrentText } from './texts.ts';

export const SOURCE = 'keepsake';

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** What finds a finding again. */
export function dataOf(finding: Finding): FindingData {
  return { code: finding.code, host: finding.hosts[0] ?? '', subject: finding.subject };
}

/** Whether it is this finding that the data tells of. */
export function sameFinding(data: FindingData, finding: Finding): boolean {
  const own = dataOf(finding);
  return own.code === data.code && own.host === data.host && own.subject === data.subject;
}

/** The data of a finding as an editor sent it back; null when it is something else. */
export function findingDataOf(value: unknown): FindingData | null {
  const data = value as Partial<FindingData> | null | undefined;
  return typeof data?.code === 'string' && typeof data.host === 'string' && typeof data.subject === 'string'
    ? { code: data.code, host: data.host, subject: data.subject }
    : null;
}

/** A finding as the editor shows it. `text` is that of the finding's file. */
export function diagnosticOf(context: LspContext, finding: Finding, text: CurrentText): Diagnostic {
  const diagnostic: Diagnostic = {
    range: rangeOf(text.lines, finding.location),
    severity: SEVERITY[finding.severity],
    source: SOURCE,
    code: finding.code,
    ...(context.client.codeDescription ? { codeDescription: { href: pageAddress(finding.code, context.manual) } } : {}),
    message: printable(finding.message),
    data: dataOf(finding),
  };
  if (context.client.relatedInformation && finding.related.length > 0) {
    diagnostic.relatedInformation = finding.related.map(({ location, message }) => ({
      location: locationDto(context, location),
      message: printable(message),
    }));
  }
  return diagnostic;
}

/**
 * Pushes findings to the editor: for every file the ones it has now, once when they change, and for an edited file each time, so that
 * an editor can tell which of its versions they are for. While a text does not parse, what was pushed for it stands: the editor moves
 * it along with the text.
 */
export class DiagnosticsPublisher {
  readonly #context: LspContext;
  /** What was pushed last, by path, as text; files without findings are not kept. */
  readonly #published = new Map<string, string>();
  readonly #edited = new Set<string>();

  constructor(context: LspContext) {
    this.#context = context;
  }

  /** The editor has a new text of the file, and waits for what is found in it. */
  textChanged(file: string): void {
    this.#edited.add(file);
  }

  /** Pushes what is new since the last time. */
  async publish(findings: readonly Finding[]): Promise<void> {
    const byFile = new Map<string, Finding[]>();
    for (const finding of findings) {
      const { file } = finding.location;
      if (this.#isToldByEditor(finding)) continue;
      const known = byFile.get(file);
      if (known === undefined) byFile.set(file, [finding]);
      else known.push(finding);
    }
    const edited = new Set(this.#edited);
    this.#edited.clear();
    const files = new Set([...byFile.keys(), ...this.#published.keys(), ...edited]);
    await Promise.all([...files].map((file) => this.#publishFile(file, byFile.get(file) ?? [], edited.has(file))));
  }

  /** A `keepsake.json` is read by its schema, its mistakes are those that a validator of JSON names; and editors validate open texts. */
  #isToldByEditor({ code, location }: Finding): boolean {
    const { client, workspace } = this.#context;
    return client.validatesJson && code === KEEPSAKE_JSON_CODE && workspace.openDocument(location.file) !== null;
  }

  async #publishFile(file: string, findings: readonly Finding[], edited: boolean): Promise<void> {
    const { connection, texts, uris, client } = this.#context;
    if (texts.isBroken(file)) return;
    const text = texts.of(file);
    const diagnostics = text === null ? [] : findings.map((finding) => diagnosticOf(this.#context, finding, text));
    const now = JSON.stringify(diagnostics);
    if (!edited && (this.#published.get(file) ?? '[]') === now) return;
    if (diagnostics.length === 0) this.#published.delete(file);
    else this.#published.set(file, now);
    const version = client.diagnosticVersion ? text?.version : null;
    await connection.sendDiagnostics({
      uri: uris.uriOf(file),
      ...(version === null || version === undefined ? {} : { version }),
      diagnostics,
    });
  }
}
