import { PanelRequests, type PanelRequestTypes } from '../protocol/panel.ts';
import type { LspContext } from './context.ts';
import { guardRequest } from './guard.ts';
import type { Sessions } from './sessions.ts';

type PanelHandlerOf<M extends keyof PanelRequestTypes> = (
  params: PanelRequestTypes[M]['params'],
) => PanelRequestTypes[M]['result'] | Promise<PanelRequestTypes[M]['result']>;

/** Answers what the panel asks for besides rows. */
export function servePanel(context: LspContext, sessions: Sessions): void {
  const { connection, log } = context;
  const on = <M extends keyof PanelRequestTypes>(method: M, handler: PanelHandlerOf<M>): void => {
    connection.onRequest(method, guardRequest<PanelRequestTypes[M]['params'], object>(log, method, handler));
  };
  on(PanelRequests.overview, (params) => sessions.overview(params));
  on(PanelRequests.services, (params) => sessions.services(params));
}
