import type { HostModel } from '../host/hostModel.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { EXIT, type CommandIo, type Places } from './io.ts';
import { printable } from '../workspace/printable.ts';

/** `keepsake hosts`: the machines found, one a line, or as JSON version 1. */
export function runHosts(workspace: Workspace, places: Places, io: CommandIo, json: boolean): number {
  const { hosts, problems } = workspace.models();
  if (json) {
    io.line(JSON.stringify({ version: 1, hosts: hosts.map((host) => describe(host, places)) }, null, 2));
  } else {
    for (const host of hosts) io.line(text(host, places));
    if (hosts.length === 0) io.note('No hosts found: no flake.nix here declares nixosConfigurations.');
  }
  for (const { location, reason } of problems) io.note(`${places.text(location)}: hosts may be missing: ${printable(reason)}`);
  return EXIT.ok;
}

function describe(host: HostModel, places: Places): object {
  const { file, line } = places.of(host.location);
  return {
    name: host.name,
    file,
    line,
    rootFilesystem: host.rootFilesystem,
    rollback: host.rollback && { dataset: host.rollback.dataset, snapshot: host.rollback.snapshot },
    ssh: null,
  };
}

function text(host: HostModel, places: Places): string {
  const facts = [
    host.rootFilesystem ? `${host.rootFilesystem} root` : 'root filesystem not known',
    ...(host.rollback ? [`rolled back to ${host.rollback.dataset}@${host.rollback.snapshot}`] : []),
    host.problem === null ? `${host.entries.length} entries` : `not read: ${host.problem}`,
  ];
  return `${printable(host.name)}  ${places.text(host.location)}  ${printable(facts.join(', '))}`;
}
