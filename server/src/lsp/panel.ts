import type { HostModel } from '../host/hostModel.ts';
import { lateStorages } from '../host/mountFacts.ts';
import type { ProblemDto } from '../protocol.ts';
import { PanelRequests } from '../protocol/panel.ts';
import { rebootOf } from '../remote/rebootOf.ts';
import type { BackendTools } from '../remote/zfsBackend.ts';
import { copyPlanFor, look, orphans } from './acting.ts';
import { answer } from './answer.ts';
import type { LspContext } from './context.ts';
import { declaredEntries } from './declared.ts';
import { ignore } from './ignore.ts';
import { isProblem, panelHost, type PanelHost } from './panelHost.ts';
import { HOST_GONE } from './problems.ts';
import type { Sessions } from './sessions.ts';

/** What the panel's requests are answered from. */
export interface PanelServices {
  readonly sessions: Sessions;
  /** By name, of the configuration as it is now. */
  readonly hosts: () => ReadonlyMap<string, HostModel>;
  readonly tools: Pick<BackendTools, 'newMark'>;
}

/** Answers what the panel asks for besides rows. */
export function servePanel(context: LspContext, { sessions, hosts, tools }: PanelServices): void {
  const connected = (host: string): PanelHost | ProblemDto => panelHost(sessions, host, tools);
  answer(context, PanelRequests.overview, (params) => sessions.overview(params));
  answer(context, PanelRequests.services, (params) => sessions.services(params));
  answer(context, PanelRequests.declared, ({ host }) => {
    const model = hosts().get(host);
    if (model === undefined) return { entries: [] };
    const there = connected(host);
    return declaredEntries(context, model, isProblem(there) ? null : there.mounts, (path) => isLink(sessions, host, path));
  });
  answer(context, PanelRequests.orphans, ({ host }, signal) => {
    const model = hosts().get(host);
    return model === undefined ? { orphans: [], cut: false, problem: HOST_GONE } : orphans(connected(host), model, signal);
  });
  answer(context, PanelRequests.look, (params, signal) => look(sessions, connected(params.host), params, signal));
  answer(context, PanelRequests.copyPlan, (params) => {
    const model = hosts().get(params.host);
    return model === undefined ? { text: '', problem: HOST_GONE } : copyPlanFor(sessions, model, params);
  });
  answer(context, PanelRequests.reboot, ({ host }) => {
    const session = sessions.of(host);
    const view = session === null ? null : sessions.view(host, session.run);
    const model = hosts().get(host);
    const configured = { lateStorages: model === undefined ? [] : lateStorages(model), unread: model?.unresolved.length ?? 0 };
    return rebootOf(host, configured, session?.describe() ?? null, view);
  });
  answer(context, PanelRequests.ignore, (params) => ignore(context, sessions, hosts().get(params.host) ?? null, params));
}

/** Whether a link was listed at a path; null when nothing was listed there. */
function isLink(sessions: Sessions, host: string, path: string): boolean | null {
  const tree = sessions.of(host)?.tree ?? null;
  const node = tree?.find(path) ?? null;
  const type = tree === null || node === null ? null : tree.fileType(node);
  return type === null ? null : type === '@';
}
