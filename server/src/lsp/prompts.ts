import { CancellationTokenSource, type Connection } from 'vscode-languageserver/node';
import { ClientRequests, type PromptParams, type PromptResultDto } from '../protocol.ts';
import type { Ask } from '../remote/askpass.ts';

/** Hands questions of ssh to the editor's user. Neither question nor answer is logged or kept. */
export function promptThrough(connection: Connection, host: string, destination: string): Ask {
  return async (question, signal) => {
    const cancel = new CancellationTokenSource();
    const stop = (): void => cancel.cancel();
    if (signal.aborted) return null;
    signal.addEventListener('abort', stop, { once: true });
    const params: PromptParams = { host, destination, ...question };
    try {
      const result = await connection.sendRequest<PromptResultDto>(ClientRequests.prompt, params, cancel.token);
      return typeof result.answer === 'string' ? result.answer : null;
    } catch {
      // Cancelled, or an editor that does not know the request after all.
      return null;
    } finally {
      signal.removeEventListener('abort', stop);
      cancel.dispose();
    }
  };
}
