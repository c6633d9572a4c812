import type { HostModel } from '../host/hostModel.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { EXIT, type CommandIo, type Places } from './io.ts';
import { printable } from '../workspace/printable.ts';

/**
 * `keepsake hosts`: the machines found, and the users that are configured apart from them, one a line, or as JSON version 1. Why one could
 * not be read is its `unresolved` there.
 */
export function runHosts(workspace: Workspace, places: Places, io: CommandIo, json: boolean): number {
  const { hosts, problems } = workspace.models();
  const homes = workspace.homes();
  if (json) {
    const described = homes.map((home) => describeHome(home, places));
    io.line(
      JSON.stringify(
        { version: 1, hosts: hosts.map((host) => describe(host, places)), ...(described.length > 0 && { homes: described }) },
        null,
        2,
      ),
    );
  } else {
    for (const host of hosts) io.line(text(host, places));
    for (const home of homes) io.line(textOfHome(home, places));
    if (hosts.length === 0 && homes.length === 0) io.note('No hosts found: no flake.nix here declares nixosConfigurations.');
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
    ...(host.problem !== null && { unresolved: host.problem }),
  };
}

function describeHome(home: HostModel, places: Places): object {
  const { file, line } = places.of(home.location);
  return { name: home.name, file, line, ...(home.problem !== null && { unresolved: home.problem }) };
}

function textOfHome(home: HostModel, places: Places): string {
  const facts = home.problem === null ? `${home.entries.length} entries` : `not read: ${home.problem}`;
  return `${printable(home.name)}  ${places.text(home.location)}  ${printable(`home configuration, ${facts}`)}`;
}

function text(host: HostModel, places: Places): string {
  const facts = [
    host.rootFilesystem ? `${host.rootFilesystem} root` : 'root filesystem not known',
    ...(host.rollback ? [`rolled back to ${host.rollback.dataset}@${host.rollback.snapshot}`] : []),
    host.problem === null ? `${host.entries.length} entries` : `not read: ${host.problem}`,
  ];
  return `${printable(host.name)}  ${places.text(host.location)}  ${printable(facts.join(', '))}`;
}
