import { CodeActionKind, type CodeAction, type CodeActionParams, type Diagnostic } from 'vscode-languageserver/node';
import type { Finding } from '../findings/finding.ts';
import type { FindingData } from '../protocol.ts';
import { findingEdit } from '../workspace/safeFix.ts';
import type { LspContext } from './context.ts';
import { dataOf, diagnosticOf, SOURCE } from './diagnostics.ts';
import { workspaceEditOf } from './workspaceEdit.ts';

/** `CodeAction.data`: which finding it mends, and which of its fixes it is. The edit is made when the action is chosen. */
interface ActionData {
  readonly uri: string;
  readonly finding: FindingData;
  readonly fix: number;
}

/** Quick fixes for the findings that the asked range touches. */
export function codeActions(context: LspContext, params: CodeActionParams): CodeAction[] {
  if (!context.client.codeActionLiterals || !wantsQuickFix(params.context.only)) return [];
  const file = context.uris.pathOf(params.textDocument.uri);
  const text = file === null ? null : context.texts.of(file);
  if (file === null || text === null || context.texts.isBroken(file)) return [];
  const from = text.lines.offset(params.range.start);
  const to = text.lines.offset(params.range.end);
  return context.workspace
    .analysis()
    .findings.filter(({ location }) => location.file === file && location.start <= to && location.end >= from)
    .flatMap((finding) => {
      const data = dataOf(finding);
      // The editor's own diagnostic where it has one, so that it knows which squiggle the action belongs to.
      const shown = params.context.diagnostics.find((each) => isOf(each, finding)) ?? diagnosticOf(context, finding, text);
      return finding.fixes.flatMap((fix, index): CodeAction[] => {
        const action: CodeAction = { title: fix.title, kind: CodeActionKind.QuickFix, diagnostics: [shown], isPreferred: fix.safe };
        const made = findingEdit(context.workspace, finding, fix);
        if ('problem' in made) {
          // Shown greyed out with the reason, where the editor can: the user asked for it by opening the menu.
          return context.client.disabledActions ? [{ ...action, isPreferred: false, disabled: { reason: made.problem } }] : [];
        }
        if (context.client.resolveEdit)
          return [{ ...action, data: { uri: params.textDocument.uri, finding: data, fix: index } satisfies ActionData }];
        return [{ ...action, edit: workspaceEditOf(context, made) }];
      });
    });
}

/** Makes the edit of a chosen action from the texts as they are now, or tells the user why none can be made any more. */
export function resolveCodeAction(context: LspContext, action: CodeAction): CodeAction {
  const data: unknown = action.data;
  if (!isActionData(data)) return action;
  const file = context.uris.pathOf(data.uri);
  const finding = context.workspace.analysis().findings.find((each) => each.location.file === file && sameFinding(data.finding, each));
  const fix = finding?.fixes[data.fix];
  const made =
    finding && fix ? findingEdit(context.workspace, finding, fix) : { problem: 'the text has changed, and this is no longer found in it.' };
  if (!('problem' in made)) return { ...action, edit: workspaceEditOf(context, made) };
  context.connection.window.showWarningMessage(`Nothing was written: ${made.problem}`);
  return action;
}

function wantsQuickFix(only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((kind) => kind === '' || kind === CodeActionKind.QuickFix);
}

function isOf(diagnostic: Diagnostic, finding: Finding): boolean {
  const data: unknown = diagnostic.data;
  return diagnostic.source === SOURCE && isFindingData(data) && sameFinding(data, finding);
}

function sameFinding(data: FindingData, finding: Finding): boolean {
  const own = dataOf(finding);
  return own.code === data.code && own.host === data.host && own.subject === data.subject;
}

function isActionData(value: unknown): value is ActionData {
  const data = value as Partial<ActionData> | null | undefined;
  return typeof data?.uri === 'string' && typeof data.fix === 'number' && isFindingData(data.finding);
}

function isFindingData(value: unknown): value is FindingData {
  const data = value as Partial<FindingData> | null | undefined;
  return typeof data?.code === 'string' && typeof data.host === 'string' && typeof data.subject === 'string';
}
