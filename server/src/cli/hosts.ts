import type { HostModel } from '../host/hostModel.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { EXIT, type CommandIo, type Places } from './io.ts';
import { printable } from '../text/printable.ts';

/**
 * `keepsake hosts`: the machines found, the guests that run in them, and the users that are configured apart from them, one a line, or as
 * JSON version 1. Why one could not be read is its `unresolved` there.
 */
export function runHosts(workspace: Workspace, places: Places, io: CommandIo, json: boolean): number {
  const { hosts, homes, problems } = workspace.models();
  const guests = hosts.flatMap((host) => host.guests.map((guest) => ({ host, guest })));
  if (json) {
    const listed = {
      version: 1,
      hosts: hosts.map((host) => describe(host, workspace, places)),
      ...(guests.length > 0 && { guests: guests.map(({ host, guest }) => ({ ...describeApart(guest, places), host: host.name })) }),
      ...(homes.length > 0 && { homes: homes.map((home) => describeApart(home, places)) }),
    };
    io.line(JSON.stringify(listed, null, 2));
  } else {
    for (const host of hosts) {
      io.line(text(host, places));
      for (const guest of host.guests) io.line(textApart(guest, `guest of ${host.name}`, places));
    }
    for (const home of homes) io.line(textApart(home, 'home configuration', places));
    if (hosts.length === 0 && homes.length === 0)
      io.note(
        'No hosts found: no flake.nix here declares nixosConfigurations, and no configuration.nix, hive.nix or default.nix stands for one.',
      );
  }
  for (const { location, reason } of problems) io.note(`${places.text(location)}: hosts may be missing: ${printable(reason)}`);
  return EXIT.ok;
}

function describe(host: HostModel, workspace: Workspace, places: Places): object {
  const { file, line } = places.of(host.location);
  return {
    name: host.name,
    file,
    line,
    rootFilesystem: host.rootFilesystem,
    rollback: host.rollback && { dataset: host.rollback.dataset, snapshot: host.rollback.snapshot },
    ssh: workspace.checks.settingsOf(host).ssh ?? null,
    ...(host.problem !== null && { unresolved: host.problem }),
  };
}

/** A guest or a home: what is no machine of its own. */
function describeApart({ name, location, problem }: HostModel, places: Places): object {
  const { file, line } = places.of(location);
  return { name, file, line, ...(problem !== null && { unresolved: problem }) };
}

function textApart({ name, location, problem, entries }: HostModel, kind: string, places: Places): string {
  const facts = problem === null ? `${entries.length} entries` : `not read: ${problem}`;
  return `${printable(name)}  ${places.text(location)}  ${printable(`${kind}, ${facts}`)}`;
}

function text(host: HostModel, places: Places): string {
  const facts = [
    host.rootFilesystem ? `${host.rootFilesystem} root` : 'root filesystem not known',
    ...(host.rollback ? [`rolled back to ${host.rollback.dataset}@${host.rollback.snapshot}`] : []),
    host.problem === null ? `${host.entries.length} entries` : `not read: ${host.problem}`,
  ];
  return `${printable(host.name)}  ${places.text(host.location)}  ${printable(facts.join(', '))}`;
}
