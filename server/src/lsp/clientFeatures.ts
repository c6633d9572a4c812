import type { ClientCapabilities } from 'vscode-languageserver/node';

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
  readonly watchedFiles: boolean;
  readonly workspaceFolders: boolean;
  readonly progress: boolean;
}

export function clientFeatures(capabilities: ClientCapabilities): ClientFeatures {
  const { textDocument, workspace, window } = capabilities;
  const action = textDocument?.codeAction;
  return {
    relatedInformation: textDocument?.publishDiagnostics?.relatedInformation === true,
    codeDescription: textDocument?.publishDiagnostics?.codeDescriptionSupport === true,
    diagnosticVersion: textDocument?.publishDiagnostics?.versionSupport === true,
    codeActionLiterals: action?.codeActionLiteralSupport !== undefined,
    resolveEdit: action?.dataSupport === true && action.resolveSupport?.properties.includes('edit') === true,
    disabledActions: action?.disabledSupport === true,
    documentChanges: workspace?.workspaceEdit?.documentChanges === true,
    changeAnnotations: workspace?.workspaceEdit?.changeAnnotationSupport !== undefined,
    watchedFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    progress: window?.workDoneProgress === true,
  };
}
