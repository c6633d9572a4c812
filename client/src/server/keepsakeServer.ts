import * as vscode from 'vscode';
import {
  LanguageClient,
  RequestType,
  State,
  TransportKind,
  type LanguageClientOptions,
  type ServerOptions,
} from 'vscode-languageclient/node';
import { ClientRequests, type HostDto, type InitializationOptions } from '../../../server/src/protocol.ts';
import type { SessionDto } from '../../../server/src/protocol/live.ts';
import type { AllRequestTypes } from '../../../server/src/protocol/requests.ts';
import { coloursNix } from '../grammars.ts';
import { COMMANDS } from '../commands/ids.ts';
import { SHOW_PLACES } from '../languageHelp.ts';
import type { Targets } from '../targets.ts';
import { answerPrompt, withoutPrompts } from './prompts.ts';
import {
  ForgetTargetsNotification,
  HostsChangedNotification,
  PromptRequest,
  SessionChangedNotification,
  TargetsChangedNotification,
  TrustNotification,
} from './messages.ts';

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

  /** Asks the server. Cancelled with the token, the answer is an error. */
  ask<M extends keyof AllRequestTypes>(
    method: M,
    params: AllRequestTypes[M]['params'],
    token?: vscode.CancellationToken,
  ): Promise<AllRequestTypes[M]['result']> {
    // By type, not by name: under a name the library would send an array of parameters.
    const type: RequestType<unknown, AllRequestTypes[M]['result'], void> = new RequestType(method);
    return token === undefined ? this.#client.sendRequest(type, params) : this.#client.sendRequest(type, params, token);
  }
}

/** Whether VS Code's own JSON support judges open files by the schema in our manifest. */
function validatesJson(): boolean {
  const isOn = vscode.workspace.getConfiguration('json').get('validate.enable') !== false;
  return isOn && vscode.extensions.getExtension('vscode.json-language-features') !== undefined;
}
