import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PromptParams } from '../protocol.ts';
import { askpassMain, askpassShell } from './askpassProgram.ts';
import { ownFolder, removeOrphaned } from './ownFolder.ts';
import { replaceUnseen } from '../text/printable.ts';

/** A question of ssh, without whom it is about. */
export type Question = Pick<PromptParams, 'kind' | 'text'>;

/** Asks the user; null when there is no answer. The signal: ssh no longer waits for one. */
export type Ask = (question: Question, signal: AbortSignal) => Promise<string | null>;

/** What a control socket's path may have: sun_path less the random ending ssh gives it while it is made. */
const longestSocket = 108 - 1 - 17;
/** What the names of our folders begin with. */
const prefix = 'ks-';
/** A question is a few lines. */
const longestQuestion = 64 * 1024;

/**
 * A folder that only its user can enter, with everything that connections share: control sockets of ssh, and the socket over which the
 * program asks that ssh starts for its questions. Nothing in it outlives {@link close}, nor this process if that ends in order; where it
 * was killed, the next one that makes such a folder removes it.
 */
export class PrivateFolder {
  readonly #path: string;
  readonly #asked = new Map<string, { readonly ask: Ask; readonly clients: Set<Socket> }>();
  #server: Server | null = null;
  #sockets = 0;
  readonly #remove = (): void => rmSync(this.#path, { recursive: true, force: true });

  /** Null where none can be made. */
  static make(): PrivateFolder | null {
    if (process.platform === 'win32') return null;
    // A long temporary folder (macOS has one) leaves no room for the names of sockets.
    for (const parent of [tmpdir(), '/tmp']) {
      if (join(parent, `${prefix}XXXXXX`, 'a99999').length > longestSocket) continue;
      try {
        removeOrphaned(parent, prefix);
        return new PrivateFolder(ownFolder(parent, prefix));
      } catch {
        // The next one may do.
      }
    }
    return null;
  }

  private constructor(path: string) {
    this.#path = path;
    process.once('exit', this.#remove);
  }

  /** A path for a control socket that nobody has yet. */
  newSocket(): string {
    return join(this.#path, `c${this.#sockets++}`);
  }

  /**
   * The environment in which ssh asks through `ask` until the result's `end` is called. The token in it tells whose question it is, and
   * nothing else that runs as the same user can guess it.
   */
  async asking(ask: Ask): Promise<{ readonly environment: Readonly<Record<string, string>>; readonly end: () => void }> {
    const program = join(this.#path, 'askpass');
    const main = join(this.#path, 'askpass.cjs');
    const socket = join(this.#path, 'a');
    if (this.#server === null) {
      writeFileSync(program, askpassShell, { mode: 0o700 });
      writeFileSync(main, askpassMain, { mode: 0o600 });
      this.#server = createServer((client) => void this.#answer(client));
      this.#server.unref();
    }
    const server = this.#server;
    if (!server.listening) {
      await new Promise<void>((resolve, reject) => {
        server.once('listening', resolve).once('error', reject);
        server.listen(socket);
      });
    }
    const token = randomBytes(16).toString('hex');
    const asked = { ask, clients: new Set<Socket>() };
    this.#asked.set(token, asked);
    return {
      environment: {
        SSH_ASKPASS: program,
        SSH_ASKPASS_REQUIRE: 'force',
        KEEPSAKE_ASKPASS_NODE: process.execPath,
        KEEPSAKE_ASKPASS_MAIN: main,
        KEEPSAKE_ASKPASS_SOCKET: socket,
        KEEPSAKE_ASKPASS_TOKEN: token,
      },
      end: () => {
        this.#asked.delete(token);
        for (const client of asked.clients) client.destroy();
      },
    };
  }

  close(): void {
    for (const { clients } of this.#asked.values()) for (const client of clients) client.destroy();
    this.#asked.clear();
    this.#server?.close();
    process.off('exit', this.#remove);
    this.#remove();
  }

  async #answer(client: Socket): Promise<void> {
    const gone = new AbortController();
    client.on('error', () => undefined).once('close', () => gone.abort());
    let answer: string | null = null;
    try {
      const { token, hint, text } = await questionOf(client);
      const asked = this.#asked.get(token);
      asked?.clients.add(client);
      if (asked !== undefined) answer = await asked.ask({ kind: kindOf(text, hint), text: readable(text) }, gone.signal);
    } catch {
      // No question, no answer.
    }
    if (!client.destroyed) client.end(`${JSON.stringify({ answer })}\n`);
  }
}

async function questionOf(client: Socket): Promise<{ readonly token: string; readonly hint: string; readonly text: string }> {
  let line = '';
  for await (const chunk of client.iterator({ destroyOnReturn: false })) {
    line += (chunk as Buffer).toString('utf8');
    if (line.includes('\n') || line.length > longestQuestion) break;
  }
  const { token, hint, text } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  return { token: String(token), hint: String(hint), text: String(text) };
}

/** By the words of OpenSSH, and by what it says of the kind itself (`SSH_ASKPASS_PROMPT`). */
export function kindOf(text: string, hint: string): Question['kind'] {
  if (hint === 'none') return 'touch';
  if (/authenticity of host|\(yes\/no/i.test(text)) return 'hostKey';
  if (/passphrase|PIN for/i.test(text)) return 'passphrase';
  return /password/i.test(text) ? 'password' : 'other';
}

/** In ssh's own lines, without what can't be seen. */
function readable(text: string): string {
  return replaceUnseen(text, (character) => (character === '\n' || character === '\t' ? character : '')).trim();
}
