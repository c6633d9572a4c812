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
  type TrustParams,
} from '../../../server/src/protocol.ts';
import { TargetNotifications, type TargetsDto } from '../../../server/src/protocol/targets.ts';
import { LiveRequests, LiveNotifications, type LiveRequestTypes, type SessionDto } from '../../../server/src/protocol/live.ts';

interface AllTypes extends RequestTypes, LiveRequestTypes {}
type Request<M extends keyof AllTypes> = RequestType<AllTypes[M]['params'], AllTypes[M]['result'], void>;

/** Our requests, typed with the client's own copy of the LSP library. */
export const HostsRequest: Request<'keepsake/hosts'> = new RequestType(Requests.hosts);
export const StartDiffRequest: Request<'keepsake/diff/start'> = new RequestType(LiveRequests.startDiff);
export const CancelDiffRequest: Request<'keepsake/diff/cancel'> = new RequestType(LiveRequests.cancelDiff);
export const ChildrenRequest: Request<'keepsake/diff/children'> = new RequestType(LiveRequests.children);
export const PersistRequest: Request<'keepsake/persist'> = new RequestType(Requests.persist);

/** What ssh asks its user, from the server. */
export const PromptRequest: RequestType<PromptParams, PromptResultDto, void> = new RequestType(ClientRequests.prompt);

export const HostsChangedNotification: Notification<HostDto[]> = new NotificationType<HostDto[]>(Notifications.hostsChanged);
export const SessionChangedNotification: Notification<SessionDto> = new NotificationType<SessionDto>(LiveNotifications.sessionChanged);
export const TargetsChangedNotification: Notification<TargetsDto> = new NotificationType<TargetsDto>(TargetNotifications.changed);
export const ForgetTargetsNotification: Notification<null> = new NotificationType<null>(TargetNotifications.forget);
export const TrustNotification: Notification<TrustParams> = new NotificationType<TrustParams>(ClientNotifications.trust);
