import type { InitializationOptions } from '../protocol.ts';
import { TargetNotifications, type TargetsDto } from '../protocol/targets.ts';
import type { LspContext } from './context.ts';
import { guard } from './guard.ts';

/** Takes what was chosen in earlier sessions, as the editor kept it (`options`, which may be anything), and forgets it when it is told to. */
export function serveTargets(context: LspContext, options: unknown): void {
  const { connection, log, uris, workspace } = context;
  const { targets } = (options ?? {}) as Partial<InitializationOptions>;
  for (const [host, uri] of Object.entries<unknown>(targets ?? {})) {
    const file = typeof uri === 'string' ? uris.pathOf(uri) : null;
    if (file !== null) workspace.targets.remember(host, file);
  }
  connection.onNotification(
    TargetNotifications.forget,
    guard(log, 'forgetting chosen files', () => {
      workspace.targets.forgetAll();
      return tell(context);
    }),
  );
}

/** The user chose the file for new entries of a host: it is taken from now on, and kept by the editor. */
export function rememberTarget(context: LspContext, host: string, file: string): void {
  const { targets } = context.workspace;
  if (targets.of(host) === file) return;
  targets.remember(host, file);
  void guard(context.log, 'telling chosen files', () => tell(context))();
}

function tell({ connection, uris, workspace }: LspContext): Promise<void> {
  const all: TargetsDto = Object.fromEntries([...workspace.targets.all()].map(([host, file]) => [host, uris.uriOf(file)]));
  return connection.sendNotification(TargetNotifications.changed, all);
}
