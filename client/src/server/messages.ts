import { NotificationType, RequestType } from 'vscode-languageclient/node';
import {
  ClientNotifications,
  ClientRequests,
  Notifications,
  type HostDto,
  type PromptParams,
  type PromptResultDto,
  type TrustParams,
} from '../../../server/src/protocol.ts';
import { LiveNotifications, type SessionDto } from '../../../server/src/protocol/live.ts';
import { TargetNotifications, type TargetsDto } from '../../../server/src/protocol/targets.ts';

/** What ssh asks its user, from the server. */
export const PromptRequest = new RequestType<PromptParams, PromptResultDto, void>(ClientRequests.prompt);

/** Our notifications, typed with the client's own copy of the LSP library. */
export const HostsChangedNotification = new NotificationType<readonly HostDto[]>(Notifications.hostsChanged);
export const SessionChangedNotification = new NotificationType<SessionDto>(LiveNotifications.sessionChanged);
export const TargetsChangedNotification = new NotificationType<TargetsDto>(TargetNotifications.changed);
export const ForgetTargetsNotification = new NotificationType<null>(TargetNotifications.forget);
export const TrustNotification = new NotificationType<TrustParams>(ClientNotifications.trust);
