import { CodeLensRefreshRequest, DidChangeConfigurationNotification, type ServerCapabilities } from 'vscode-languageserver/node';
import { entriesIn } from '../assist/entriesAt.ts';
import type { LiveBelow } from '../assist/suggestPaths.ts';
import type { RealFiles } from '../host/entryAttributes.ts';
import { codeLenses, inlayHints } from './annotations.ts';
import type { ClientFeatures } from './clientFeatures.ts';
import { COLOUR_LEGEND, semanticTokens } from './colours.ts';
import { complete, COMPLETION_TRIGGERS, resolveCompletion } from './completion.ts';
import { guard, guardRequest } from './guard.ts';
import type { Help } from './help.ts';
import { definitionsAt, hoverAt, referencesAt, symbolsOf } from './navigation.ts';

/** What the server offers an editor while one writes. */
export function helpCapabilities(client: ClientFeatures): ServerCapabilities {
  return {
    completionProvider: { triggerCharacters: [...COMPLETION_TRIGGERS], resolveProvider: true },
    hoverProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    documentSymbolProvider: { label: 'Keepsake' },
    codeLensProvider: { resolveProvider: false },
    // Off unless the user switches them on, which the editor tells only when it is asked.
    ...(client.configuration ? { inlayHintProvider: true } : {}),
    ...(client.wantsColours ? { semanticTokensProvider: { legend: COLOUR_LEGEND, full: true } } : {}),
  };
}

/** What hosts that are connected to tell; nothing is asked of them for it. */
export interface LiveHelp {
  readonly below: LiveBelow;
  readonly files: RealFiles;
  /** Number of paths that would be lost; null when that is not known. */
  readonly lost: (host: string) => number | null;
}

/** The setting that shows what paths come to. */
const HINTS = 'keepsake.inlayHints.resolvedPaths';

/** Answers what an editor asks while one writes. Nothing here makes a model anew, so that no answer waits for one. */
export function registerHelp(help: Help, live: LiveHelp): void {
  const { connection, log, client } = help.context;
  connection.onCompletion(guardRequest(log, 'completion', (params) => complete(help, live.below, params)));
  connection.onCompletionResolve(guardRequest(log, 'completion/resolve', (item) => resolveCompletion(help, item)));
  connection.onHover(guardRequest(log, 'hover', (params) => hoverAt(help, live.files, params)));
  connection.onDefinition(guardRequest(log, 'definition', (params) => definitionsAt(help, params)));
  connection.onReferences(guardRequest(log, 'references', (params) => referencesAt(help, params)));
  connection.onDocumentSymbol(guardRequest(log, 'documentSymbol', ({ textDocument }) => symbolsOf(help, textDocument.uri)));
  connection.onCodeLens(guardRequest(log, 'codeLens', ({ textDocument }) => codeLenses(help, live.lost, textDocument.uri)));
  if (client.wantsColours) {
    connection.languages.semanticTokens.on(
      guardRequest(log, 'semanticTokens', ({ textDocument }) => semanticTokens(help, textDocument.uri) ?? { data: [] }),
    );
  }
  if (!client.configuration) return;
  connection.languages.inlayHint.on(
    guardRequest(log, 'inlayHint', async (params) => {
      const wanted: unknown = await connection.workspace.getConfiguration({ scopeUri: params.textDocument.uri, section: HINTS });
      return wanted === true ? inlayHints(help, params) : null;
    }),
  );
  connection.onDidChangeConfiguration(
    guard(log, 'settings changed', () => {
      if (client.refreshHints) void guard(log, 'hints', () => connection.languages.inlayHint.refresh())();
    }),
  );
}

/**
 * Gets ready what will be asked for in the open texts. Of each a first list is made: what has to be compiled and looked up for it is
 * there then when somebody types.
 */
export async function prepareHelp(help: Help, live: LiveHelp): Promise<void> {
  await help.prepare();
  const { uris, workspace } = help.context;
  for (const file of workspace.openFiles()) {
    const [entry] = help.listed.has(file) ? [] : entriesIn(file, help.hostsOf(file));
    const place = entry && help.rangeOf(entry.location);
    if (!place) continue;
    help.listed.add(file);
    complete(help, live.below, { textDocument: { uri: uris.uriOf(file) }, position: place.end });
  }
}

/** Asks the editor to tell of changed settings. */
export async function watchSettings({ context }: Help): Promise<void> {
  const { connection, client } = context;
  if (client.configuration) await connection.client.register(DidChangeConfigurationNotification.type, { section: 'keepsake' });
}

/** The models are new ones: what is shown of them in texts has to be asked for again. */
export async function refreshHelp({ context }: Help): Promise<void> {
  const { connection, client } = context;
  await Promise.all([
    ...(client.refreshLenses ? [connection.sendRequest(CodeLensRefreshRequest.type)] : []),
    ...(client.refreshHints ? [connection.languages.inlayHint.refresh()] : []),
  ]);
}
