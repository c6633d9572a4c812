import { TextDocumentSyncKind, type Connection, type InitializeParams, type InitializeResult } from 'vscode-languageserver/node';
import type { HostModel } from '../host/hostModel.ts';
import {
  ClientNotifications,
  Notifications,
  Requests,
  type HostDto,
  type InitializationOptions,
  type NotificationTypes,
  type TrustParams,
} from '../protocol.ts';
import { LiveRequests, LiveNotifications, type LiveNotificationTypes, type SessionDto } from '../protocol/live.ts';
import type { CoverageOf } from '../remote/coverage.ts';
import { PrivateFolder } from '../remote/askpass.ts';
import type { DeclaredMount } from '../remote/notes.ts';
import type { SessionTools } from '../remote/session.ts';
import { Slots } from '../remote/slots.ts';
import type { BackendTools } from '../remote/zfsBackend.ts';
import type { NixGrammar } from '../syntax/grammar.ts';
import type { Location } from '../syntax/source.ts';
import type { FileSystem } from '../workspace/fileSystem.ts';
import { coverageOf, declaredMounts, nothingKept } from '../workspace/keepers.ts';
import { Workspace } from '../workspace/workspace.ts';
import { answer } from './answer.ts';
import { clientFeatures } from './clientFeatures.ts';
import { codeActions, FIX_ALL, resolveCodeAction } from './codeActions.ts';
import type { LspContext } from './context.ts';
import { DiagnosticsPublisher } from './diagnostics.ts';
import { serveEvaluation } from './evaluation.ts';
import { followFiles, rootsOf, watchFiles } from './folders.ts';
import { guard, guardRequest } from './guard.ts';
import { Help } from './help.ts';
import { hostDto } from './hosts.ts';
import { LiveFacts } from './liveFacts.ts';
import { liveRows } from './liveRows.ts';
import { followOpenTexts } from './openTexts.ts';
import { servePanel } from './panel.ts';
import { persist } from './persist.ts';
import { helpCapabilities, prepareHelp, refreshHelp, registerHelp, watchSettings, type LiveHelp } from './registerHelp.ts';
import { Reading } from './reading.ts';
import { serveReading } from './serveReading.ts';
import { Sessions } from './sessions.ts';
import { promptThrough } from './prompts.ts';
import { newSource, type SourceTools } from './sources.ts';
import { serveTargets } from './targets.ts';
import { Texts } from './texts.ts';
import { Uris } from './uris.ts';
import { WhenDrained } from './whenDrained.ts';

/** What the server needs of the world. */
export interface ServerTools {
  readonly loadGrammar: () => Promise<NixGrammar>;
  readonly fileSystem: FileSystem;
  readonly backend: BackendTools;
  readonly session: SessionTools;
  readonly version: string;
  /** Milliseconds of the processor that were used; without it only steps bound what a host may take. */
  readonly now?: () => number;
  /** For how long at a time reading may hold up everything else. */
  readonly sliceMilliseconds?: number;
  /** URI of the directory with the pages of the rules, with a slash at its end. */
  readonly manual: string;
}

interface AllNotificationTypes extends NotificationTypes, LiveNotificationTypes {}

/** Hosts that are being connected to at the same time; a fleet's others wait. */
const CONNECTING_AT_A_TIME = 8;

/** How long reading holds up everything else at a time: less than anybody who types notices. */
const SLICE_MILLISECONDS = 15;

/** How long a shutdown waits for listings to end over there. */
const SHUTDOWN_MILLISECONDS = 3000;

/** Serves one editor. Everything starts when it introduces itself; the caller listens on the connection afterwards. */
export function serve(connection: Connection, tools: ServerTools): void {
  connection.onInitialize(async (params: InitializeParams): Promise<InitializeResult> => {
    const grammar = await tools.loadGrammar();
    new Server(connection, tools, grammar, params).listen();
    const workspaceFolders = { supported: true, changeNotifications: true };
    return {
      serverInfo: { name: 'keepsake', version: tools.version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        codeActionProvider: { codeActionKinds: ['quickfix', 'refactor.rewrite', FIX_ALL], resolveProvider: true },
        workspace: { workspaceFolders },
        ...helpCapabilities(clientFeatures(params.capabilities, params.initializationOptions)),
      },
    };
  });
}

/** One editor's server: wires the features to the connection, and tells the editor what changed when something did. */
class Server {
  readonly #context: LspContext;
  readonly #tools: ServerTools;
  readonly #publisher: DiagnosticsPublisher;
  readonly #sessions: Sessions;
  readonly #help: Help;
  readonly #reading: Reading;
  readonly #refresh: WhenDrained;
  readonly #folder: PrivateFolder | null;
  readonly #live: LiveFacts;
  readonly #liveHelp: LiveHelp;
  #trusted: boolean;
  #hosts: ReadonlyMap<string, HostModel> = new Map();
  #toldHosts = '';

  constructor(connection: Connection, tools: ServerTools, grammar: NixGrammar, params: InitializeParams) {
    this.#tools = tools;
    const uris = new Uris();
    const workspace = new Workspace({
      grammar,
      fileSystem: tools.fileSystem,
      roots: rootsOf(uris, params),
      ...(tools.now ? { now: tools.now } : {}),
    });
    this.#trusted = (params.initializationOptions as Partial<InitializationOptions> | undefined)?.trusted === true;
    const context: LspContext = {
      connection,
      log: connection.console,
      client: clientFeatures(params.capabilities, params.initializationOptions),
      uris,
      workspace,
      texts: new Texts(workspace),
      manual: tools.manual,
      trusted: () => this.#trusted,
    };
    this.#context = context;
    serveTargets(context, params.initializationOptions);
    this.#publisher = new DiagnosticsPublisher(context);
    this.#reading = new Reading(context, tools.sliceMilliseconds ?? SLICE_MILLISECONDS);
    this.#help = new Help(context);
    const prompts = (params.initializationOptions as Partial<InitializationOptions> | undefined)?.prompts === true;
    this.#folder = PrivateFolder.make();
    const sourceTools: SourceTools = {
      ...tools.backend,
      folder: this.#folder,
      asking: prompts ? (host, destination) => promptThrough(connection, host, destination) : null,
      slots: new Slots(CONNECTING_AT_A_TIME),
    };
    this.#sessions = new Sessions({
      session: tools.session,
      newMark: tools.backend.newMark,
      trusted: context.trusted,
      knowledgeOf: (name) => {
        const host = this.#hostsNow().get(name);
        const { checks } = workspace;
        const { byPath: state, ephemeral } = host ? checks.knowledgeOf(host) : checks.knowledge();
        if (!host) return { state, ephemeral, ignore: [], coverage: nothingKept, declared: this.#declared(name) };
        return {
          state,
          ephemeral,
          ignore: checks.ignoredPaths(host),
          coverage: this.#coverage(name),
          declared: this.#declared(name),
        };
      },
      newSource: (params) => newSource(context, params, sourceTools),
      changed: (session) => this.#sessionChanged(session),
      failed: (what, error) => context.log.error(`${what}: ${String(error)}`),
    });
    this.#live = new LiveFacts(
      this.#sessions,
      () => this.#hostsNow(),
      tools.backend,
      () => this.#liveChanged(),
    );
    this.#liveHelp = { below: liveRows(this.#sessions), files: this.#live.of, lost: (host) => this.#live.lost(host) };
    this.#refresh = new WhenDrained(() => void guard(context.log, 'reading the workspace', () => this.#publish())());
  }

  /** Takes the editor's messages from now on. */
  listen(): void {
    const context = this.#context;
    const { connection, log } = context;
    connection.onInitialized(guard(log, 'initialized', () => this.#firstReading()));
    connection.onCodeAction(
      guardRequest(log, 'codeAction', async (params) => ((await this.#isRead()) ? codeActions(context, params) : [])),
    );
    connection.onCodeActionResolve(
      guardRequest(log, 'codeAction/resolve', async (action) => ((await this.#isRead()) ? resolveCodeAction(context, action) : action)),
    );
    registerHelp(this.#help, this.#liveHelp);
    answer(context, Requests.hosts, async () => ((await this.#isRead()) ? this.#hostDtos() : []));
    answer(context, LiveRequests.startDiff, (params) => this.#sessions.start(params));
    answer(context, LiveRequests.cancelDiff, (params) => this.#sessions.cancel(params));
    answer(context, LiveRequests.children, (params) => this.#sessions.children(params));
    answer(context, LiveRequests.probe, (params) => this.#sessions.probe(params));
    answer(context, LiveRequests.setLive, (params) => this.#sessions.setLive(params));
    answer(context, LiveRequests.looked, (params) => this.#sessions.looked(params));
    answer(context, LiveRequests.crossCheck, (params, signal) => this.#sessions.crossCheck(params, signal));
    answer(context, LiveRequests.disconnect, (params) => this.#sessions.disconnect(params));
    answer(context, Requests.persist, (params) => persist(context, this.#sessions, () => this.#hostsNow(), params, this.#tools.backend));
    this.#context.workspace.setLive(this.#live.of);
    servePanel(context, { sessions: this.#sessions, hosts: () => this.#hostsNow(), tools: this.#tools.backend });
    serveReading(context, this.#reading);
    const evaluation = serveEvaluation(context, {
      reading: this.#reading,
      spawn: this.#tools.backend.spawn,
      fileSystem: this.#tools.fileSystem,
      changed: () => this.#refresh.ask(),
    });
    connection.onNotification(
      ClientNotifications.trust,
      guard(log, 'trust', ({ trusted }: TrustParams) => {
        this.#trusted ||= trusted;
      }),
    );
    connection.onShutdown(
      guard(log, 'shutdown', () => {
        evaluation.end();
        return this.#shutdown();
      }),
    );
    followOpenTexts(context, (file) => {
      this.#publisher.textChanged(file);
      this.#refresh.ask();
    });
    followFiles(context, this.#tools.fileSystem, () => this.#refresh.ask());
  }

  /** Reads the workspace for the first time. */
  async #firstReading(): Promise<void> {
    const { log } = this.#context;
    // An editor that refuses to tell of changes is told what is found all the same.
    await guard(log, 'asking to be told of files', () => watchFiles(this.#context))();
    await guard(log, 'asking to be told of settings', () => watchSettings(this.#help))();
    await this.#publish(true);
  }

  /** Whether there is an analysis of the texts as they are now, which is waited for; not when the user cancelled it. */
  async #isRead(): Promise<boolean> {
    await this.#reading.settled();
    return this.#context.workspace.isRead;
  }

  /** Reads what changed, and tells the editor what is different now. */
  async #publish(first = false): Promise<void> {
    const analysis = await this.#reading.read(first);
    if (analysis === null) return;
    const { findings } = analysis;
    await this.#publisher.publish(findings);
    const before = this.#hosts;
    this.#hosts = this.#hostsNow();
    const hosts = this.#hostDtos();
    const told = JSON.stringify(hosts);
    if (told !== this.#toldHosts) {
      this.#toldHosts = told;
      this.#logHosts();
      this.#tell(Notifications.hostsChanged, hosts);
    }
    const names = new Set([...before.keys(), ...this.#hosts.keys()]);
    const changed = [...names].filter((name) => before.get(name) !== this.#hosts.get(name));
    // Answered when the editor likes to: nothing waits for it.
    if (changed.length > 0) void guard(this.#context.log, 'refreshing', () => refreshHelp(this.#help))();
    void guard(this.#context.log, 'preparing help', () => prepareHelp(this.#help, this.#liveHelp))();
    await this.#sessions.configurationChanged(changed);
    const listed = changed.flatMap((name) => this.#sessions.of(name)?.describe() ?? []);
    await Promise.all(listed.map((session) => this.#live.update(session)));
  }

  #sessionChanged(session: SessionDto): void {
    this.#tell(LiveNotifications.sessionChanged, session);
    if (session.state === 'done') void guard(this.#context.log, 'asking what declared paths are', () => this.#live.update(session))();
  }

  /** Something new is known of declared paths: the texts say so. */
  #liveChanged(): void {
    this.#context.workspace.setLive(this.#live.of);
    this.#refresh.ask();
    void guard(this.#context.log, 'refreshing', () => refreshHelp(this.#help))();
  }

  #hostsNow(): ReadonlyMap<string, HostModel> {
    return new Map(this.#context.workspace.analysis().hosts.map((host) => [host.name, host]));
  }

  #coverage(name: string): CoverageOf {
    const host = this.#hostsNow().get(name);
    return host === undefined ? nothingKept : coverageOf(host, (location) => this.#lineOf(location));
  }

  #declared(name: string): readonly DeclaredMount[] {
    const host = this.#hostsNow().get(name);
    return host === undefined ? [] : declaredMounts(host, (location) => this.#lineOf(location));
  }

  #lineOf({ file, start }: Location): number | null {
    const text = this.#context.texts.of(file);
    return text === null ? null : text.lines.position(start).line + 1;
  }

  #hostDtos(): readonly HostDto[] {
    return this.#context.workspace.analysis().hosts.map((host) => hostDto(this.#context, host));
  }

  #logHosts(): void {
    const { log, workspace } = this.#context;
    const { problems } = workspace.analysis();
    log.info(
      `read ${workspace.roots.join(', ') || 'no folder'}: ${this.#hosts.size === 0 ? 'no hosts' : [...this.#hosts.keys()].join(', ')}`,
    );
    for (const { location, reason } of problems) log.warn(`${location.file}: ${reason}`);
    for (const [name, { problem }] of this.#hosts) if (problem !== null) log.warn(`${name}: ${problem}`);
  }

  #tell<M extends keyof AllNotificationTypes>(method: M, params: AllNotificationTypes[M]): void {
    void guard(this.#context.log, method, () => this.#context.connection.sendNotification(method, params))();
  }

  async #shutdown(): Promise<void> {
    this.#refresh.dispose();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, SHUTDOWN_MILLISECONDS)));
    await Promise.race([this.#sessions.dispose(), late]);
    clearTimeout(timer);
    this.#folder?.close();
  }
}
