import type { CancellationToken } from 'vscode-languageserver/node';
import type { AllRequestTypes } from '../protocol/requests.ts';
import type { LspContext } from './context.ts';
import { guardRequest } from './guard.ts';
import { signalOf } from './signalOf.ts';

/** Works on a request; `signal` is aborted when the client cancels it. */
type Handler<M extends keyof AllRequestTypes> = (
  params: AllRequestTypes[M]['params'],
  signal: AbortSignal,
) => AllRequestTypes[M]['result'] | Promise<AllRequestTypes[M]['result']>;

/** Answers one of our own requests from now on. A handler that throws is logged, and answered as an error. */
export function answer<M extends keyof AllRequestTypes>(
  { connection, log }: Pick<LspContext, 'connection' | 'log'>,
  method: M,
  handler: Handler<M>,
): void {
  const guarded = guardRequest<AllRequestTypes[M]['params'], object | null>(log, method, (params, token: CancellationToken) =>
    handler(params, signalOf(token)),
  );
  connection.onRequest(method, guarded);
}
