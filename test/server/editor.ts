import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Duplex } from 'node:stream';
import { pathToFileURL } from 'node:url';
import {
  CodeActionRequest,
  CodeActionResolveRequest,
  CodeLensRefreshRequest,
  ConfigurationRequest,
  createConnection,
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ErrorCodes,
  InitializedNotification,
  InitializeRequest,
  InlayHintRefreshRequest,
  LogMessageNotification,
  MessageType,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ResponseError,
  ShowMessageNotification,
  ShowMessageRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  WorkDoneProgress,
  type ProgressToken,
  WorkDoneProgressCreateRequest,
  type ClientCapabilities,
  type CodeAction,
  type Diagnostic,
  type FileChangeType,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
  type RegistrationParams,
  type TextDocumentEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { serve } from '../../server/src/lsp/server.ts';
import { Notifications, type HostDto, type InitializationOptions } from '../../server/src/protocol.ts';
import { LiveNotifications, type SessionDto } from '../../server/src/protocol/live.ts';
import { nodeBackend, nodeSession } from '../../server/src/remote/nodeTools.ts';
import type { AllRequestTypes } from '../../server/src/protocol/requests.ts';
import { diskFileSystem } from '../../server/src/workspace/fileSystem.ts';
import { nixGrammar } from '../support/nixGrammar.ts';

/** Longer than anything takes on a machine that has much else to do; only a failing test waits so long. */
const DEADLINE_MILLISECONDS = 60_000;

/** What VS Code says of itself, as far as the server asks. */
export const VSCODE: ClientCapabilities = {
  textDocument: {
    publishDiagnostics: { relatedInformation: true, versionSupport: true, codeDescriptionSupport: true, dataSupport: true },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['', 'quickfix'] } },
      isPreferredSupport: true,
      dataSupport: true,
      resolveSupport: { properties: ['edit'] },
    },
    completion: {
      completionItem: {
        snippetSupport: true,
        insertReplaceSupport: true,
        documentationFormat: ['markdown', 'plaintext'],
        resolveSupport: { properties: ['documentation', 'detail', 'additionalTextEdits'] },
      },
    },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    definition: { linkSupport: true },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
  },
  workspace: {
    workspaceFolders: true,
    workspaceEdit: { documentChanges: true, changeAnnotationSupport: { groupsOnLabel: true }, snippetEditSupport: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: true },
    codeLens: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
  },
  window: { workDoneProgress: true },
};

export interface EditorOptions {
  /** Paths of the folders; each is opened as it is. */
  readonly folders: readonly string[];
  readonly trusted?: boolean;
  readonly capabilities?: ClientCapabilities;
  /** Besides `trusted`, what it gives at the start. */
  readonly options?: Omit<InitializationOptions, 'trusted'>;
  /** Its settings by section; none are asked for when the editor is not able to answer. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** For how many milliseconds at a time the server reads. */
  readonly slice?: number;
  /** It answers requests of the server's with an error: for a progress, and to be told of changes. */
  readonly refuses?: boolean;
  /** Told of every step of a progress. */
  readonly onProgress?: (connection: ProtocolConnection, token: ProgressToken, kind: string) => void;
}

/** An editor that talks to a server of its own over a pair of streams, as a real one does over its pipes. */
export class Editor {
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  readonly diagnostics = new Map<string, PublishDiagnosticsParams>();
  readonly messages: string[] = [];
  #shut = false;
  readonly errors: string[] = [];
  readonly sessions: SessionDto[] = [];
  readonly progress: string[] = [];
  readonly registrations: RegistrationParams[] = [];
  /** What the server asked to be shown anew. */
  readonly refreshed: ('lenses' | 'hints')[] = [];
  hosts: readonly HostDto[] = [];
  /** Number of times each URI's diagnostics were published. */
  readonly published = new Map<string, number>();
  readonly #versions = new Map<string, number>();

  private constructor(connection: ProtocolConnection, initialized: InitializeResult) {
    this.connection = connection;
    this.initialized = initialized;
  }

  static async start({
    folders,
    trusted = true,
    capabilities = VSCODE,
    options = {},
    settings = {},
    slice,
    refuses = false,
    onProgress,
  }: EditorOptions): Promise<Editor> {
    const [here, there] = streamPair();
    const server = createConnection(new StreamMessageReader(there), new StreamMessageWriter(there));
    serve(server, {
      loadGrammar: nixGrammar,
      fileSystem: diskFileSystem,
      backend: nodeBackend,
      session: nodeSession,
      version: 'test',
      ...(slice === undefined ? {} : { sliceMilliseconds: slice }),
      manual: 'file:///manual/rules/',
    });
    server.listen();
    const connection = createProtocolConnection(new StreamMessageReader(here), new StreamMessageWriter(here));
    const early: ((editor: Editor) => void)[] = [];
    let editor: Editor | null = null;
    const hear = (act: (editor: Editor) => void): void => {
      if (editor === null) early.push(act);
      else {
        act(editor);
        editor.#heard();
      }
    };
    connection.onNotification(PublishDiagnosticsNotification.type, (params) =>
      hear((each) => {
        each.diagnostics.set(params.uri, params);
        each.published.set(params.uri, (each.published.get(params.uri) ?? 0) + 1);
      }),
    );
    connection.onNotification(ShowMessageNotification.type, ({ message }) => hear((each) => each.messages.push(message)));
    connection.onRequest(ShowMessageRequest.type, ({ message }) => {
      hear((each) => each.messages.push(message));
      return null;
    });
    connection.onNotification(LogMessageNotification.type, ({ type, message }) => {
      if (type === MessageType.Error) hear((each) => each.errors.push(message));
    });
    connection.onNotification(Notifications.hostsChanged, (hosts: HostDto[]) => hear((each) => (each.hosts = hosts)));
    connection.onNotification(LiveNotifications.sessionChanged, (session: SessionDto) => hear((each) => each.sessions.push(session)));
    const refused = new ResponseError(ErrorCodes.MethodNotFound, 'not here');
    connection.onRequest(RegistrationRequest.type, (params) => (refuses ? refused : hear((each) => each.registrations.push(params))));
    connection.onRequest(ConfigurationRequest.type, ({ items }) => items.map(({ section }) => settings[section ?? ''] ?? null));
    connection.onRequest(CodeLensRefreshRequest.type, () => hear((each) => each.refreshed.push('lenses')));
    connection.onRequest(InlayHintRefreshRequest.type, () => hear((each) => each.refreshed.push('hints')));
    connection.onRequest(WorkDoneProgressCreateRequest.type, ({ token }) => {
      if (refuses) return refused;
      connection.onProgress(WorkDoneProgress.type, token, ({ kind }) => {
        hear((each) => each.progress.push(kind));
        onProgress?.(connection, token, kind);
      });
      return undefined;
    });
    connection.listen();
    const initialized = await connection.sendRequest(InitializeRequest.type, {
      processId: null,
      rootUri: null,
      capabilities,
      initializationOptions: { trusted, ...options } satisfies InitializationOptions,
      workspaceFolders: folders.map((folder) => ({ uri: pathToFileURL(folder).href, name: folder })),
    });
    editor = new Editor(connection, initialized);
    for (const act of early) act(editor);
    await connection.sendNotification(InitializedNotification.type, {});
    return editor;
  }

  /** Waits until something heard makes `condition` answer; no polling, only what the server says. */
  async until<T>(what: string, condition: () => T | undefined | false): Promise<T> {
    const deadline = setTimeout(() => this.#heard(true), DEADLINE_MILLISECONDS);
    try {
      for (;;) {
        const answer = condition();
        if (answer !== undefined && answer !== false) return answer;
        const late = await new Promise<boolean>((resolve) => this.#wakeUps.push(resolve));
        if (late) throw new Error(`not in time: ${what}`);
      }
    } finally {
      clearTimeout(deadline);
    }
  }

  readonly #wakeUps: ((late: boolean) => void)[] = [];

  #heard(late = false): void {
    for (const wake of this.#wakeUps.splice(0)) wake(late);
  }

  async open(uri: string, text: string, languageId = 'nix'): Promise<void> {
    this.#versions.set(uri, 1);
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId, version: 1, text } });
  }

  /** Replaces the whole text, or a range of it; returns the new version. */
  async change(uri: string, text: string, range?: Range): Promise<number> {
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [range === undefined ? { text } : { range, text }],
    });
    return version;
  }

  async close(uri: string): Promise<void> {
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  async filesChanged(changes: readonly { readonly uri: string; readonly type: FileChangeType }[]): Promise<void> {
    await this.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [...changes] });
  }

  /** Waits for findings of a text that satisfy a condition. */
  findings(uri: string, condition: (diagnostics: readonly Diagnostic[], version: number | undefined) => boolean): Promise<Diagnostic[]> {
    return this.until(`findings of ${uri}`, () => {
      const found = this.diagnostics.get(uri);
      return found !== undefined && condition(found.diagnostics, found.version) && found.diagnostics;
    });
  }

  /** The quick fixes for a finding. */
  async fixes(uri: string, diagnostic: Diagnostic): Promise<CodeAction[]> {
    const found = await this.actions(uri, diagnostic.range, ['quickfix'], [diagnostic]);
    // Those that mend it, not the one that silences it.
    return found.filter(({ title }) => !/^(Ignore|Fix all) /.test(title));
  }

  /** Everything that the editor's menu would offer for a range. */
  async actions(uri: string, range: Range, only?: string[], diagnostics: Diagnostic[] = []): Promise<CodeAction[]> {
    const found = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range,
      context: { diagnostics, ...(only ? { only } : {}) },
    });
    return (found ?? []).filter((action): action is CodeAction => 'kind' in action);
  }

  async resolve(action: CodeAction): Promise<CodeAction> {
    return this.connection.sendRequest(CodeActionResolveRequest.type, action);
  }

  async shutdown(): Promise<void> {
    this.#shut = true;
    await this.connection.sendRequest(ShutdownRequest.type);
  }

  /** As an editor does: the server is asked to end what it has begun, then the connection goes. The server must not end this process. */
  async end(): Promise<void> {
    if (!this.#shut) await this.shutdown();
    this.connection.dispose();
  }

  request<M extends keyof AllRequestTypes>(method: M, params: AllRequestTypes[M]['params']): Promise<AllRequestTypes[M]['result']> {
    return this.connection.sendRequest(method, params);
  }
}

/** Applies an edit of one text as an editor does: ranges are of the text before. */
export function applied(text: string, edit: WorkspaceEdit, uri: string): string {
  const change = (edit.documentChanges ?? []).find((each): each is TextDocumentEdit => 'edits' in each && each.textDocument.uri === uri);
  const edits = change?.edits ?? edit.changes?.[uri];
  assert.ok(edits, `no edits for ${uri}`);
  const lines = text.split('\n');
  const offset = ({ line, character }: { line: number; character: number }): number =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  return edits
    .map((each) => {
      assert.ok('newText' in each);
      return { from: offset(each.range.start), to: offset(each.range.end), newText: each.newText };
    })
    .toSorted((a, b) => b.from - a.from)
    .reduce((out, { from, to, newText }) => out.slice(0, from) + newText + out.slice(to), text);
}

/** A folder with these files, gone with `remove`. */
export function folderWith(files: Readonly<Record<string, string>>): { readonly path: string; uri(name: string): string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'keepsake-server-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, uri: (name) => pathToFileURL(join(path, name)).href, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Two ends of one connection. */
export function streamPair(): [Duplex, Duplex] {
  const here: Duplex = streamInto(() => there);
  const there: Duplex = streamInto(() => here);
  return [here, there];
}

/** Hands what is written on to the other end; not at once, as a pipe: the reader may answer while the writer is still writing. */
function streamInto(other: () => Duplex): Duplex {
  return new Duplex({
    read: () => undefined,
    write(chunk, _encoding, done) {
      process.nextTick(() => {
        other().push(chunk);
        done();
      });
    },
    final(done) {
      other().push(null);
      done();
    },
  });
}
