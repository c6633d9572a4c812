import type { WorkDoneProgressServerReporter } from 'vscode-languageserver/node';
import type { ReadingStep } from '../workspace/units.ts';
import type { Analysis } from '../workspace/analysis.ts';
import type { LspContext } from './context.ts';
import { newProgress } from './progress.ts';

/** What takes no longer is not worth telling. */
const QUIET_MILLISECONDS = 500;

/**
 * Reads the workspace a host at a time, so that messages are answered in between. A newer reading takes the place of one that is under
 * way, and goes on where that one was. What takes long is shown as progress and can be cancelled; then the hosts that are read are kept,
 * and the next change goes on with the others.
 */
export class Reading {
  readonly #context: LspContext;
  readonly #slice: number;
  #newest = 0;
  #pending: Promise<Analysis | null> | null = null;
  #progress: Promise<WorkDoneProgressServerReporter | null> | null = null;
  /** The user stopped the reading and nothing has changed since. */
  #cancelled = false;

  /** `slice`: for how many milliseconds at a time reading may hold up everything else. */
  constructor(context: LspContext, slice: number) {
    this.#context = context;
    this.#slice = slice;
  }

  /** Reads what changed. Null when a newer reading took its place, or when the user cancelled it. `atOnce`: shown from the beginning. */
  read(atOnce = false): Promise<Analysis | null> {
    this.#cancelled = false;
    const number = ++this.#newest;
    const pending = this.#read(number, atOnce).finally(() => {
      if (this.#pending === pending) this.#pending = null;
    });
    this.#pending = pending;
    return pending;
  }

  /** Waits until everything is read, or cancelled. */
  async settled(): Promise<void> {
    while (!this.#context.workspace.isRead && !this.#cancelled) await (this.#pending ?? this.read());
  }

  async #read(number: number, atOnce: boolean): Promise<Analysis | null> {
    const steps = this.#context.workspace.reading();
    try {
      if (atOnce) await this.#tell(null);
      const started = performance.now();
      let slice = started;
      for (;;) {
        const step = steps.next();
        if (step.done) return step.value;
        const now = performance.now();
        if (now - slice < this.#slice) continue;
        if (atOnce || now - started > QUIET_MILLISECONDS) await this.#tell(step.value);
        await new Promise((resolve) => setImmediate(resolve));
        if (number !== this.#newest || this.#cancelled) return null;
        slice = performance.now();
      }
    } finally {
      if (number === this.#newest || this.#cancelled) await this.#done();
    }
  }

  async #tell(step: ReadingStep | null): Promise<void> {
    const { log } = this.#context;
    const message = step ? `${step.host} (${step.done} of ${step.all})` : undefined;
    // Rules may ask as much of a host as reading it does.
    const half = step && step.all > 0 ? Math.round((50 * step.done) / step.all) : 0;
    const percentage = step?.stage === 'rules' ? 50 + half : half;
    if (this.#progress) {
      (await this.#progress)?.report(percentage, message ?? '');
      return;
    }
    this.#progress = newProgress(this.#context);
    const progress = await this.#progress;
    progress?.token.onCancellationRequested(() => {
      this.#cancelled = true;
      log.info('reading the configuration was cancelled; it goes on with the next change');
    });
    progress?.begin('Keepsake: reading the configuration', percentage, message, true);
  }

  async #done(): Promise<void> {
    const progress = this.#progress;
    this.#progress = null;
    (await progress)?.done();
  }
}
