import type { ClientCapabilities } from 'vscode-languageserver/node';
import type { InitializationOptions } from '../protocol.ts';

/** What the editor can do, as far as we ask. */
export interface ClientFeatures {
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  readonly diagnosticVersion: boolean;
  readonly codeActionLiterals: boolean;
  readonly resolveEdit: boolean;
  readonly disabledActions: boolean;
  readonly documentChanges: boolean;
  readonly changeAnnotations: boolean;
  readonly snippetEdits: boolean;
  readonly watchedFiles: boolean;
  readonly workspaceFolders: boolean;
  readonly progress: boolean;
  readonly snippets: boolean;
  readonly insertReplace: boolean;
  readonly labelDetails: boolean;
  readonly resolveDocumentation: boolean;
  readonly completionMarkdown: boolean;
  readonly hoverMarkdown: boolean;
  readonly hierarchicalSymbols: boolean;
  readonly definitionLinks: boolean;
  readonly configuration: boolean;
  readonly refreshLenses: boolean;
  readonly refreshHints: boolean;
  /** Commands of the editor's own that an answer may name. */
  readonly commands: readonly string[];
  /** Nothing else in the editor colours Nix. */
  readonly wantsColours: boolean;
  /** It says itself what is wrong with an open `keepsake.json`. */
  readonly validatesJson: boolean;
}

/** `options` is what the editor gives besides, which may be anything. */
export function clientFeatures(capabilities: ClientCapabilities, options: unknown): ClientFeatures {
  const { commands, colourNix, validatesJson } = (options ?? {}) as Partial<InitializationOptions>;
  const { textDocument, workspace, window } = capabilities;
  const action = textDocument?.codeAction;
  const item = textDocument?.completion?.completionItem;
  return {
    relatedInformation: textDocument?.publishDiagnostics?.relatedInformation === true,
    codeDescription: textDocument?.publishDiagnostics?.codeDescriptionSupport === true,
    diagnosticVersion: textDocument?.publishDiagnostics?.versionSupport === true,
    codeActionLiterals: action?.codeActionLiteralSupport !== undefined,
    resolveEdit: action?.dataSupport === true && action.resolveSupport?.properties.includes('edit') === true,
    disabledActions: action?.disabledSupport === true,
    documentChanges: workspace?.workspaceEdit?.documentChanges === true,
    snippetEdits: workspace?.workspaceEdit?.snippetEditSupport === true,
    changeAnnotations: workspace?.workspaceEdit?.changeAnnotationSupport !== undefined,
    watchedFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    progress: window?.workDoneProgress === true,
    snippets: item?.snippetSupport === true,
    insertReplace: item?.insertReplaceSupport === true,
    labelDetails: item?.labelDetailsSupport === true,
    resolveDocumentation: item?.resolveSupport?.properties.includes('documentation') === true,
    completionMarkdown: item?.documentationFormat?.includes('markdown') === true,
    hoverMarkdown: textDocument?.hover?.contentFormat?.includes('markdown') === true,
    hierarchicalSymbols: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    definitionLinks: textDocument?.definition?.linkSupport === true,
    configuration: workspace?.configuration === true && workspace.didChangeConfiguration?.dynamicRegistration === true,
    refreshLenses: workspace?.codeLens?.refreshSupport === true,
    commands: Array.isArray(commands) ? commands.filter((each) => typeof each === 'string') : [],
    wantsColours: colourNix === true,
    validatesJson: validatesJson === true,
    refreshHints: workspace?.inlayHint?.refreshSupport === true,
  };
}
