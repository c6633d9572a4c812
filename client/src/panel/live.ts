import type { LiveParams } from '../../../server/src/protocol/live.ts';

/** What following is decided by. */
export interface LiveWishes {
  readonly follow: boolean;
  readonly intervalSeconds: number;
}

/** What is asked of the server. */
export interface LiveServer {
  setLive(params: LiveParams): Promise<unknown>;
  looked(host: string): Promise<unknown>;
}

/**
 * Follows the hosts that the user has connected to, as long as somebody looks: a hidden view follows nothing, a paused host is left
 * alone, and a captured listing never changes.
 */
export class Live {
  readonly #server: LiveServer;
  readonly #connected = new Set<string>();
  readonly #paused = new Set<string>();
  /** What the server was told last, by host. */
  readonly #told = new Map<string, string>();
  #wishes: LiveWishes = { follow: false, intervalSeconds: 30 };
  #visible = false;

  constructor(server: LiveServer) {
    this.#server = server;
  }

  /** A host is listed over a connection from now on, or (`false`) no longer. */
  async setConnected(host: string, connected: boolean): Promise<void> {
    if (connected) this.#connected.add(host);
    else this.#connected.delete(host);
    await this.#tell(host);
  }

  async setPaused(host: string, paused: boolean): Promise<void> {
    if (paused) this.#paused.add(host);
    else this.#paused.delete(host);
    await this.#tell(host);
  }

  isConnected(host: string): boolean {
    return this.#connected.has(host);
  }

  isPaused(host: string): boolean {
    return this.#paused.has(host);
  }

  async setWishes(wishes: LiveWishes): Promise<void> {
    this.#wishes = wishes;
    await this.#tellAll();
  }

  /** What was shown when the view goes out of sight has been looked at. */
  async setVisible(visible: boolean): Promise<void> {
    const hidden = this.#visible && !visible;
    this.#visible = visible;
    await this.#tellAll();
    if (hidden) await Promise.all([...this.#connected].map((host) => this.#server.looked(host)));
  }

  /** The server is a new one, which follows nothing. */
  serverStarted(): void {
    this.#connected.clear();
    this.#told.clear();
  }

  async #tellAll(): Promise<void> {
    await Promise.all([...this.#connected].map((host) => this.#tell(host)));
  }

  async #tell(host: string): Promise<void> {
    const on = this.#wishes.follow && this.#visible && this.#connected.has(host) && !this.#paused.has(host);
    const params: LiveParams = { host, on, intervalSeconds: this.#wishes.intervalSeconds };
    const words = JSON.stringify(params);
    // Never told anything, a host is not followed.
    if (this.#told.get(host) === words || (!on && !this.#told.has(host))) return;
    this.#told.set(host, words);
    await this.#server.setLive(params);
  }
}
