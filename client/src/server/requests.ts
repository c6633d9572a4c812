import { NotificationType, RequestType, type NotificationType as Notification } from 'vscode-languageclient/node';
import {
  ClientNotifications,
  Notifications,
  Requests,
  type ChildrenDto,
  type ChildrenParams,
  type HostDto,
  type HostParams,
  type PersistDto,
  type PersistParams,
  type SessionDto,
  type StartDiffParams,
  type TrustParams,
} from '../../../server/src/protocol.ts';

/** Our requests, typed with the client's own copy of the LSP library. */
export const HostsRequest = new RequestType<null, HostDto[], void>(Requests.hosts);
export const StartDiffRequest = new RequestType<StartDiffParams, SessionDto, void>(Requests.startDiff);
export const CancelDiffRequest = new RequestType<HostParams, SessionDto, void>(Requests.cancelDiff);
export const ChildrenRequest = new RequestType<ChildrenParams, ChildrenDto, void>(Requests.children);
export const PersistRequest = new RequestType<PersistParams, PersistDto, void>(Requests.persist);

export const HostsChangedNotification: Notification<HostDto[]> = new NotificationType<HostDto[]>(Notifications.hostsChanged);
export const SessionChangedNotification: Notification<SessionDto> = new NotificationType<SessionDto>(Notifications.sessionChanged);
export const TrustNotification: Notification<TrustParams> = new NotificationType<TrustParams>(ClientNotifications.trust);
