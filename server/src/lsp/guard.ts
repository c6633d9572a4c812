import { LSPErrorCodes, ResponseError, type CancellationToken, type RemoteConsole } from 'vscode-languageserver/node';

/** Where failures are written. */
export type Log = Pick<RemoteConsole, 'error' | 'warn' | 'info'>;

/**
 * A request's handler that never takes the server down: what it throws is logged, and answered as an error. A request that was
 * cancelled before its turn came is not worked on.
 */
export function guardRequest<P, R>(
  log: Log,
  name: string,
  handler: (params: P, token: CancellationToken) => R | Promise<R>,
): (params: P, token: CancellationToken) => Promise<R | ResponseError> {
  return async (params, token) => {
    if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
    try {
      return await handler(params, token);
    } catch (error) {
      log.error(`${name}: ${describe(error)}`);
      return new ResponseError(LSPErrorCodes.RequestFailed, error instanceof Error ? error.message : String(error));
    }
  };
}

/** The same for what has no answer: notifications, events, timers. */
export function guard<P extends readonly unknown[]>(
  log: Log,
  name: string,
  handler: (...params: P) => void | Promise<void>,
): (...params: P) => Promise<void> {
  return async (...params) => {
    try {
      await handler(...params);
    } catch (error) {
      log.error(`${name}: ${describe(error)}`);
    }
  };
}

/** With the stack, for the log. */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
