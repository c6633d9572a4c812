import type { HostModel } from '../host/hostModel.ts';
import type { HostDto } from '../protocol.ts';
import { locationDto } from './convert.ts';
import type { LspContext } from './context.ts';

/** A host as the editor is told of it. */
export function hostDto(context: LspContext, host: HostModel): HostDto {
  const { name, rollback } = host;
  const { ssh = null, dataset = null, snapshot = null } = context.workspace.checks.settingsOf(host);
  return {
    name,
    location: locationDto(context, host.location),
    rootFilesystem: host.rootFilesystem,
    rollback: rollback === null ? null : { dataset: rollback.dataset, snapshot: rollback.snapshot },
    storages: host.storages.map((declared) => ({ path: declared.storage, location: locationDto(context, declared.name) })),
    unresolved: host.unresolved.length,
    shared: { ssh, dataset, snapshot },
  };
}
