import type { ProblemDto } from '../protocol.ts';
import { childOutput } from './childOutput.ts';
import type { ExitReport, Spawn } from './childOutput.ts';
import { destinationProblem } from '../text/destination.ts';
import type { Ask, PrivateFolder } from './askpass.ts';
import type { Link } from './link.ts';
import { connectionProblem, requestProblem } from './problems.ts';
import { quoteCommand } from './quote.ts';
import { sshArguments } from './ssh.ts';
import type { SshTarget } from './ssh.ts';

export interface ConnectionTools {
  readonly spawn: Spawn;
  readonly newMark: () => string;
  /** Null: no connection is shared, and ssh can ask nothing. */
  readonly folder: PrivateFolder | null;
  /** Null: nobody can be asked. */
  readonly ask: Ask | null;
}

/** What keeps the connection open over there: it says that it is there, and ends with its input. */
const holder = 'echo "$1:open:"; exec cat >/dev/null';

/** Problems that an answer of the user may cure. */
const answerable: ReadonlySet<string> = new Set(['key-refused', 'host-key-unknown']);

/**
 * One connection to a host, which everything that runs there shares (ssh's ControlMaster), so that keys are asked for once and nothing
 * waits for a handshake. Where connections can't be shared, each run has its own. First nobody is asked for anything; only when that
 * does not let us in, ssh may ask through the user's editor.
 */
export class SshConnection implements Link {
  readonly label: string;
  readonly destination: string;
  readonly program: string;
  readonly connectTimeoutSeconds: number;
  readonly fault: string | null;
  readonly #target: SshTarget;
  readonly #tools: ConnectionTools;
  #control: string | null = null;
  #holding: AbortController | null = null;
  /** Resolves when the connection is gone, with how ssh ended. */
  #held: Promise<void> = Promise.resolve();
  #open = false;
  #closing = false;
  /** Told when the connection is gone although nobody closed it. */
  lost: (() => void) | null = null;

  constructor(target: SshTarget, tools: ConnectionTools) {
    this.#target = target;
    this.#tools = tools;
    this.label = `ssh ${target.destination}`;
    this.destination = target.destination;
    this.program = target.sshPath;
    this.connectTimeoutSeconds = target.connectTimeoutSeconds;
    this.fault = destinationProblem(target.destination);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Connects, or does nothing when connected. Null: connected; else why not. `mayAsk`: somebody is there to answer. */
  async open(signal: AbortSignal, mayAsk = true): Promise<ProblemDto | null> {
    if (this.#open) return null;
    if (this.fault !== null) return requestProblem(this.fault);
    if (this.#tools.folder === null) return null;
    await this.close();
    const problem = await this.#connect(true, signal);
    if (problem === null || this.#tools.ask === null || !mayAsk || !answerable.has(problem.code) || signal.aborted) return problem;
    return this.#connect(false, signal);
  }

  /** Ends the connection and everything that runs over it. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#holding?.abort();
    await this.#held;
    this.#closing = false;
  }

  run(line: string, signal: AbortSignal): AsyncGenerator<Buffer, ExitReport> {
    const shared = this.#open && this.#control !== null ? ['-o', 'ControlMaster=no', '-o', `ControlPath=${escaped(this.#control)}`] : [];
    return childOutput(this.#tools.spawn, this.#target.sshPath, sshArguments(this.#target, line, shared), signal);
  }

  async #connect(batch: boolean, signal: AbortSignal): Promise<ProblemDto | null> {
    const { spawn, folder, ask, newMark } = this.#tools;
    if (folder === null) return null;
    const asking = ask === null ? null : await folder.asking(ask).catch(() => null);
    const mark = newMark();
    const control = folder.newSocket();
    const command = quoteCommand(['sh', '-c', holder, 'sh', mark]) ?? '';
    const sharing = ['-o', 'ControlMaster=yes', '-o', `ControlPath=${escaped(control)}`, '-o', 'ControlPersist=no'];
    const args = sshArguments(this.#target, command, sharing, batch);
    const holding = new AbortController();
    const stop = (): void => holding.abort();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const output = childOutput((program, words) => spawn(program, words, asking?.environment), this.#target.sshPath, args, holding.signal);
    let said = '';
    let exit: ExitReport | null = null;
    while (!said.includes(`${mark}:open:`)) {
      const next = await output.next();
      if (next.done === true) {
        exit = next.value;
        break;
      }
      said = (said + next.value.toString('latin1')).slice(-8192);
    }
    signal.removeEventListener('abort', stop);
    // What is asked later (of the connection to a jump host, say) has nobody to answer it.
    asking?.end();
    if (exit !== null) {
      if (signal.aborted) return null;
      const asked = { ...this.#target, dataset: '', snapshot: '', runTimeoutSeconds: 0, user: null };
      return connectionProblem(exit, Buffer.from(said, 'latin1'), asked, this.#target.sshPath);
    }
    this.#control = control;
    this.#holding = holding;
    this.#open = true;
    this.#held = this.#hold(output);
    return null;
  }

  async #hold(output: AsyncGenerator<Buffer, ExitReport>): Promise<void> {
    for (let next = await output.next(); next.done !== true; next = await output.next());
    this.#open = false;
    this.#control = null;
    if (!this.#closing) this.lost?.();
  }
}

/** ssh reads `%` in a control path as the beginning of a token. */
function escaped(path: string): string {
  return path.replaceAll('%', '%%');
}
