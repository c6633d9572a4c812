import * as vscode from 'vscode';
import {
  LanguageClient,
  RequestType,
  State,
  TransportKind,
  type LanguageClientOptions,
  type ServerOptions,
} from 'vscode-languageclient/node';
import { ClientRequests } from '../../../server/src/protocol.ts';
import type { HostDto, InitializationOptions, PersistDto, PersistParams } from '../../../server/src/protocol.ts';
import {
  LiveRequests,
  type LiveParams,
  type LiveRequestTypes,
  type SessionDto,
  type StartDiffParams,
} from '../../../server/src/protocol/live.ts';
import type { ChildrenDto, ChildrenParams } from '../../../server/src/protocol/rows.ts';
import type { EvaluationRequestTypes } from '../../../server/src/protocol/evaluation.ts';
import type { PanelRequestTypes } from '../../../server/src/protocol/panel.ts';
import type { ReadingRequestTypes } from '../../../server/src/protocol/reading.ts';
import { coloursNix } from '../grammars.ts';
import { COMMANDS } from '../commands/ids.ts';
import { SHOW_PLACES } from '../languageHelp.ts';
import type { Targets } from '../targets.ts';
import { answerPrompt, withoutPrompts } from './prompts.ts';
import {
  CancelDiffRequest,
  ChildrenRequest,
  ForgetTargetsNotification,
  HostsChangedNotification,
  HostsRequest,
  PersistRequest,
  PromptRequest,
  SessionChangedNotification,
  StartDiffRequest,
  TargetsChangedNotification,
  TrustNotification,
} from './requests.ts';

interface AskedTypes extends EvaluationRequestTypes, PanelRequestTypes, ReadingRequestTypes {}
/** Requests that name a host and nothing else. */
type HostRequestName = 'keepsake/diff/looked' | 'keepsake/diff/crossCheck' | 'keepsake/host/disconnect' | 'keepsake/host/probe';

/** What the server tells without being asked. */
export interface ServerEvents {
  /** A server is up, the first or a new one; what an earlier one listed is gone. */
  started(): void;
  hostsChanged(hosts: readonly HostDto[]): void;
  sessionChanged(session: SessionDto): void;
}

/** The language server's process: started, restarted, asked. */
export class KeepsakeServer {
  readonly #client: LanguageClient;
  readonly #log: vscode.LogOutputChannel;
  #restarting: Promise<void> | null = null;

  constructor(serverModule: string, log: vscode.LogOutputChannel, targets: Targets, events: ServerEvents) {
    this.#log = log;
    const run = { module: serverModule, transport: TransportKind.ipc };
    const serverOptions: ServerOptions = { run, debug: { ...run, options: { execArgv: ['--nolazy', '--inspect=6009'] } } };
    const options: LanguageClientOptions = {
      documentSelector: [
        { scheme: 'file', language: 'nix' },
        { scheme: 'untitled', language: 'nix' },
        { scheme: 'file', pattern: '**/*.nix' },
        { scheme: 'file', pattern: '**/keepsake.json' },
      ],
      outputChannel: log,
      traceOutputChannel: withoutPrompts(log, ClientRequests.prompt),
      // A function, so that a restarted server hears of trust that was granted meanwhile.
      initializationOptions: (): InitializationOptions => ({
        trusted: vscode.workspace.isTrusted,
        prompts: true,
        commands: [SHOW_PLACES, COMMANDS.showView],
        colourNix: !coloursNix(vscode.extensions.all),
        validatesJson: validatesJson(),
        targets: targets.all(),
      }),
      middleware: {
        // Another extension for Nix may be installed while the server runs.
        provideDocumentSemanticTokens: (document, token, next) => (coloursNix(vscode.extensions.all) ? null : next(document, token)),
      },
    };
    this.#client = new LanguageClient('keepsake', 'Keepsake', serverOptions, options);
    this.#client.onNotification(HostsChangedNotification, (hosts) => events.hostsChanged(hosts));
    this.#client.onNotification(SessionChangedNotification, (session) => events.sessionChanged(session));
    this.#client.onNotification(TargetsChangedNotification, (chosen) => void targets.set(chosen));
    this.#client.onRequest(PromptRequest, (params, token) => answerPrompt(params, token));
    this.#client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) events.started();
    });
  }

  async start(): Promise<void> {
    await this.#client.start();
  }

  /** Stops the server and starts a new one; asked again meanwhile, it is still done once. */
  restart(): Promise<void> {
    this.#restarting ??= this.#client
      .restart()
      .catch(async (error: unknown) => {
        // A server that could not be stopped in an orderly way is gone all the same.
        this.#log.warn(`stopping the server: ${String(error)}`);
        await this.#client.start();
      })
      .finally(() => (this.#restarting = null));
    return this.#restarting;
  }

  async stop(): Promise<void> {
    if (this.#client.needsStop()) await this.#client.stop();
    await this.#client.dispose();
  }

  /** Tells that the workspace is trusted now. */
  async trust(): Promise<void> {
    if (this.#client.isRunning()) await this.#client.sendNotification(TrustNotification, { trusted: true });
  }

  /** Tells that the user wants to be asked again where new entries go. */
  async forgetTargets(): Promise<void> {
    await this.#client.sendNotification(ForgetTargetsNotification, null);
  }

  hosts(): Promise<readonly HostDto[]> {
    return this.#client.sendRequest(HostsRequest, null);
  }

  startDiff(params: StartDiffParams): Promise<SessionDto> {
    return this.#client.sendRequest(StartDiffRequest, params);
  }

  cancelDiff(host: string): Promise<SessionDto> {
    return this.#client.sendRequest(CancelDiffRequest, { host });
  }

  children(params: ChildrenParams): Promise<ChildrenDto> {
    return this.#client.sendRequest(ChildrenRequest, params);
  }

  /** What is asked about one host as a whole. */
  about<M extends HostRequestName>(method: M, host: string, token?: vscode.CancellationToken): Promise<LiveRequestTypes[M]['result']> {
    return this.#send(method, { host }, token) as Promise<LiveRequestTypes[M]['result']>;
  }

  setLive(params: LiveParams): Promise<SessionDto> {
    return this.#send(LiveRequests.setLive, params) as Promise<SessionDto>;
  }

  /** Anything that is asked besides hosts and rows. Cancelled with the token, the answer is an error. */
  ask<M extends keyof AskedTypes>(
    method: M,
    params: AskedTypes[M]['params'],
    token?: vscode.CancellationToken,
  ): Promise<AskedTypes[M]['result']> {
    return this.#send(method, params, token) as Promise<AskedTypes[M]['result']>;
  }

  #send(method: string, params: unknown, token?: vscode.CancellationToken): Promise<unknown> {
    // By type, not by name: under a name the library would send an array of parameters.
    const type = new RequestType<unknown, unknown, void>(method);
    return token === undefined ? this.#client.sendRequest(type, params) : this.#client.sendRequest(type, params, token);
  }

  persist(params: PersistParams): Promise<PersistDto> {
    return this.#client.sendRequest(PersistRequest, params);
  }
}

/** Whether VS Code's own JSON support judges open files by the schema in our manifest. */
function validatesJson(): boolean {
  const isOn = vscode.workspace.getConfiguration('json').get('validate.enable') !== false;
  return isOn && vscode.extensions.getExtension('vscode.json-language-features') !== undefined;
}
