import { basename, dirname } from 'node:path';
import type { HostModel } from '../host/hostModel.ts';
import type { HostDto } from '../protocol.ts';
import { locationDto } from './convert.ts';
import type { LspContext } from './context.ts';

/** The hosts by the name the editor knows them by: their own, with the folder behind it where two flakes have the same. */
export function hostsByName(hosts: readonly HostModel[]): ReadonlyMap<string, HostModel> {
  const times = new Map<string, number>();
  for (const { name } of hosts) times.set(name, (times.get(name) ?? 0) + 1);
  const named = new Map<string, HostModel>();
  for (const host of hosts) {
    const base = times.get(host.name) === 1 ? host.name : `${host.name} (${basename(dirname(host.location.file))})`;
    let name = base;
    for (let number = 2; named.has(name); number++) name = `${base} #${number}`;
    named.set(name, host);
  }
  return named;
}

/** A host as the editor is told of it. */
export function hostDto(context: LspContext, name: string, host: HostModel): HostDto {
  const { rollback } = host;
  return {
    name,
    location: locationDto(context, host.location),
    rootFilesystem: host.rootFilesystem,
    rollback: rollback === null ? null : { dataset: rollback.dataset, snapshot: rollback.snapshot },
    storages: host.storages.map((declared) => ({ path: declared.storage, location: locationDto(context, declared.name) })),
    unresolved: host.unresolved.length,
  };
}
