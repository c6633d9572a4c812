import { NotificationType, RequestType, type NotificationType as Notification } from 'vscode-languageclient/node';
import {
  ClientNotifications,
  ClientRequests,
  Notifications,
  Requests,
  type HostDto,
  type PromptParams,
  type PromptResultDto,
  type RequestTypes,
  type SessionDto,
  type TrustParams,
} from '../../../server/src/protocol.ts';

type Request<M extends keyof RequestTypes> = RequestType<RequestTypes[M]['params'], RequestTypes[M]['result'], void>;

/** Our requests, typed with the client's own copy of the LSP library. */
export const HostsRequest: Request<'keepsake/hosts'> = new RequestType(Requests.hosts);
export const StartDiffRequest: Request<'keepsake/diff/start'> = new RequestType(Requests.startDiff);
export const CancelDiffRequest: Request<'keepsake/diff/cancel'> = new RequestType(Requests.cancelDiff);
export const ChildrenRequest: Request<'keepsake/diff/children'> = new RequestType(Requests.children);
export const PersistRequest: Request<'keepsake/persist'> = new RequestType(Requests.persist);

/** What ssh asks its user, from the server. */
export const PromptRequest: RequestType<PromptParams, PromptResultDto, void> = new RequestType(ClientRequests.prompt);

export const HostsChangedNotification: Notification<HostDto[]> = new NotificationType<HostDto[]>(Notifications.hostsChanged);
export const SessionChangedNotification: Notification<SessionDto> = new NotificationType<SessionDto>(Notifications.sessionChanged);
export const TrustNotification: Notification<TrustParams> = new NotificationType<TrustParams>(ClientNotifications.trust);
