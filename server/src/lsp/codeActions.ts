import { CodeActionKind, type CodeAction, type CodeActionParams, type Diagnostic } from 'vscode-languageserver/node';
import type { EditProblem } from '../edits/textEdit.ts';
import type { Finding, Fix } from '../findings/finding.ts';
import { fixAll } from '../workspace/fixAll.ts';
import { fixEdit, missingEntries } from '../workspace/fixEdit.ts';
import { ignoreEdit } from '../workspace/ignoreEdit.ts';
import { nameOf, type KeepEdit } from '../workspace/keep.ts';
import { notice, printable } from '../text/printable.ts';
import { refactoringsAt, type OfferedRefactoring } from '../workspace/refactorings.ts';
import { findingEdit } from '../workspace/safeFix.ts';
import { actionDataOf, type ActionData } from './actionData.ts';
import type { LspContext } from './context.ts';
import { dataOf, diagnosticOf, findingDataOf, sameFinding, SOURCE } from './diagnostics.ts';
import { rememberTarget } from './targets.ts';
import type { CurrentText } from './texts.ts';
import { ignoreEditOf, workspaceEditOf } from './workspaceEdit.ts';

/** Every safe fix of a file, as on saving (`editor.codeActionsOnSave`). */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.keepsake`;

const CHANGED: EditProblem = { problem: 'the text has changed, and this is no longer found in it.' };

/** Quick fixes for the findings that the asked range touches; and, where it is asked for, the safe fixes of the whole file. */
export function codeActions(context: LspContext, params: CodeActionParams): CodeAction[] {
  if (!context.client.codeActionLiterals) return [];
  const { uri } = params.textDocument;
  const file = context.uris.pathOf(uri);
  const text = file === null ? null : context.texts.of(file);
  if (file === null || text === null || context.texts.isBroken(file)) return [];
  const { only } = params.context;
  const inFile = context.workspace.analysis().findings.filter(({ location }) => location.file === file);
  const actions: CodeAction[] = [];
  if (wants(only, CodeActionKind.QuickFix, true)) {
    const from = text.lines.offset(params.range.start);
    const to = text.lines.offset(params.range.end);
    const touched = inFile.filter(({ location }) => location.start <= to && location.end >= from);
    const shown = (finding: Finding): Diagnostic => shownAs(context, params, finding, text);
    for (const finding of touched) actions.push(...fixesOf(context, uri, finding, shown(finding)));
    actions.push(...missingOf(context, uri, touched, shown));
    for (const code of new Set(touched.map((finding) => finding.code))) {
      const same = inFile.filter((finding) => finding.code === code && finding.fixes.length > 0);
      if (same.length > 1)
        actions.push(complete(context, { ...all(uri, code, same), diagnostics: touched.filter((each) => each.code === code).map(shown) }));
    }
    // One comment silences all of a code that stand at one place.
    const ignorable = new Map(touched.map((finding) => [`${finding.code} ${finding.location.start}`, finding]));
    for (const finding of ignorable.values()) actions.push(complete(context, ignore(uri, finding, shown(finding))));
  }
  if (wants(only, CodeActionKind.RefactorRewrite, true)) {
    const range = { start: text.lines.offset(params.range.start), end: text.lines.offset(params.range.end) };
    actions.push(...refactoringsAt(context.workspace, file, range).map((offered) => refactoring(context, uri, offered)));
  }
  if (wants(only, FIX_ALL, false) && inFile.some(({ fixes }) => fixes.some(({ safe }) => safe)))
    actions.push(complete(context, all(uri, null, [])));
  return actions;
}

/** Makes the edit of a chosen action from the texts as they are now, or tells the user why none can be made any more. */
export function resolveCodeAction(context: LspContext, action: CodeAction): CodeAction {
  const data = actionDataOf(action.data);
  if (!data) return action;
  const edit = editOf(context, data);
  if (!('problem' in edit)) {
    rememberChoice(context, data);
    return { ...action, edit };
  }
  context.connection.window.showWarningMessage(notice(`Nothing was written: ${edit.problem}`));
  return action;
}

function editOf(context: LspContext, data: ActionData): NonNullable<CodeAction['edit']> | EditProblem {
  const { workspace } = context;
  const file = context.uris.pathOf(data.uri);
  if (data.kind === 'all') {
    const wanted = (finding: Finding): boolean => finding.location.file === file && (data.code === null || finding.code === data.code);
    const { files, hosts, done, refused } = fixAll(workspace, wanted, data.code === null);
    if (done.length === 0) return refused[0] ?? CHANGED;
    const title = data.code === null ? 'Fix what Keepsake found' : `Fix all ${data.code}`;
    return workspaceEditOf(context, { title, hosts, files }, data.code !== null);
  }
  if (data.kind === 'refactor') {
    const host = workspace.analysis().hosts.find(({ name }) => name === data.host);
    if (!host) return CHANGED;
    const made = fixEdit(workspace, host, { title: data.title, safe: false, change: data.change });
    return 'problem' in made ? made : workspaceEditOf(context, made);
  }
  const finding = workspace.analysis().findings.find((each) => each.location.file === file && sameFinding(data.finding, each));
  if (!finding || file === null) return CHANGED;
  if (data.kind === 'ignore') {
    const text = context.texts.of(file);
    const made = text ? ignoreEdit(text.source, finding.code, finding.location.start) : CHANGED;
    return 'problem' in made || !text ? (made as EditProblem) : ignoreEditOf(context, data.uri, text, made);
  }
  if (data.kind === 'missing') {
    const made = findingEdit(workspace, finding, MISSING);
    return 'problem' in made ? made : workspaceEditOf(context, made);
  }
  const fix = finding.fixes[data.fix];
  const made = fix ? findingEdit(workspace, finding, fix, data.target) : CHANGED;
  return 'problem' in made ? made : workspaceEditOf(context, made);
}

/**
 * The file that was chosen once is taken for the host from then on. Not where the editor gets the edits of all choices at once: it does not
 * tell which one was made.
 */
function rememberChoice(context: LspContext, data: ActionData): void {
  if (data.kind === 'fix' && data.target !== null) rememberTarget(context, data.finding.host, data.target);
}

function fixesOf(context: LspContext, uri: string, finding: Finding, shown: Diagnostic): readonly CodeAction[] {
  return finding.fixes.flatMap((fix, index): readonly CodeAction[] => {
    const action: CodeAction = { title: printable(fix.title), kind: CodeActionKind.QuickFix, diagnostics: [shown], isPreferred: fix.safe };
    const made = findingEdit(context.workspace, finding, fix);
    if ('problem' in made) {
      // Shown greyed out with the reason, where the editor can: the user asked for it by opening the menu.
      return context.client.disabledActions ? [{ ...action, isPreferred: false, disabled: { reason: printable(made.problem) } }] : [];
    }
    const titled = { ...action, title: titleOf(context, action.title, made, finding) };
    // Each file that would do as well is a choice of its own.
    return (made.choices ?? [null]).map((target, choice) => {
      const data: ActionData = { kind: 'fix', uri, finding: dataOf(finding), fix: index, target };
      const where = target === null ? '' : `, in ${printable(nameOf(context.workspace, target))}`;
      return complete(context, { ...titled, title: `${titled.title}${where}`, isPreferred: fix.safe && choice === 0, data });
    });
  });
}

const MISSING: Fix = { title: 'Keep all that is missing', safe: false, change: { kind: 'insert-missing' } };

/** All that a host is missing in one step, where that is more than one of its findings says. */
function missingOf(
  context: LspContext,
  uri: string,
  touched: readonly Finding[],
  shown: (finding: Finding) => Diagnostic,
): readonly CodeAction[] {
  const { workspace } = context;
  const finding = touched.find(({ fixes }) => fixes.some(({ change }) => change.kind === 'insert'));
  const host = finding && workspace.analysis().hosts.find(({ name }) => name === finding.hosts[0]);
  if (!host) return [];
  const missing = missingEntries(workspace, host).length;
  const own = Math.max(...finding.fixes.map(({ change }) => (change.kind === 'insert' ? change.entries.length : 0)));
  if (missing <= own) return [];
  const data: ActionData = { kind: 'missing', uri, finding: dataOf(finding) };
  return [
    complete(context, {
      title: `Keep all ${missing} paths that ${printable(host.name)} is missing`,
      kind: CodeActionKind.QuickFix,
      diagnostics: [shown(finding)],
      data,
    }),
  ];
}

/** Where the editor can't ask before it changes other hosts, the title says which. */
function titleOf(context: LspContext, title: string, { hosts }: KeepEdit, finding: Finding): string {
  const others = hosts.filter((host) => !finding.hosts.includes(host));
  return others.length === 0 || context.client.changeAnnotations ? title : `${title} (also for ${printable(others.join(', '))})`;
}

function all(uri: string, code: string | null, findings: readonly Finding[]): CodeAction {
  const data: ActionData = { kind: 'all', uri, code };
  return code === null
    ? { title: 'Fix all that is safe (Keepsake)', kind: FIX_ALL, data }
    : { title: `Fix all ${findings.length} ${code} in this file`, kind: CodeActionKind.QuickFix, data };
}

function ignore(uri: string, finding: Finding, shown: Diagnostic): CodeAction {
  const data: ActionData = { kind: 'ignore', uri, finding: dataOf(finding) };
  return { title: `Ignore ${finding.code} here, with a comment`, kind: CodeActionKind.QuickFix, diagnostics: [shown], data };
}

function refactoring(context: LspContext, uri: string, { title, host, change }: OfferedRefactoring): CodeAction {
  const data: ActionData = { kind: 'refactor', uri, host, title, change };
  return complete(context, { title: printable(title), kind: CodeActionKind.RefactorRewrite, data });
}

/** With its edit at once, for an editor that does not come back for it. */
function complete(context: LspContext, action: CodeAction): CodeAction {
  const data = actionDataOf(action.data);
  if (context.client.resolveEdit || !data) return action;
  const edit = editOf(context, data);
  const { data: _, ...rest } = action;
  return 'problem' in edit ? { ...rest, disabled: { reason: printable(edit.problem) } } : { ...rest, edit };
}

/** The editor's own diagnostic where it has one, so that it knows which squiggle the action belongs to. */
function shownAs(context: LspContext, params: CodeActionParams, finding: Finding, text: CurrentText): Diagnostic {
  const isShown = (diagnostic: Diagnostic): boolean => {
    const data = findingDataOf(diagnostic.data);
    return diagnostic.source === SOURCE && data !== null && sameFinding(data, finding);
  };
  return params.context.diagnostics.find(isShown) ?? diagnosticOf(context, finding, text);
}

/** Whether actions of a kind are asked for: of the kind itself, or of one above it. */
function wants(only: readonly string[] | undefined, kind: string, byItself: boolean): boolean {
  if (only === undefined) return byItself;
  return only.some((asked) => (asked === '' && byItself) || asked === kind || kind.startsWith(`${asked}.`));
}
