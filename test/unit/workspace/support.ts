import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diskFileSystem } from '../../../server/src/workspace/fileSystem.ts';
import type { Workspace } from '../../../server/src/workspace/workspace.ts';

const examples = fileURLToPath(new URL('../../../examples/fleet', import.meta.url));

/** The texts of the example fleet, as if it stood in `/fleet`. */
export function fleetTexts(): ReadonlyMap<string, string> {
  return new Map(
    diskFileSystem.nixFiles(examples).map((file) => [join('/fleet', file.slice(examples.length)), readFileSync(file, 'utf8')]),
  );
}

/** Everything that a workspace says of its hosts, without what merely caches it. */
export function describeWorkspace(workspace: Workspace): unknown {
  const { hosts, homes: apart, findings, problems } = workspace.analysis();
  return {
    // Where `homes` stands among the properties tells nothing: on a host that was moved it is a getter.
    hosts: hosts.map(({ configuration, homes, ...host }) => ({
      ...host,
      homes: homes.map((home) => ({ ...home, configuration: null })),
      read: configuration !== null,
    })),
    apart: apart.map(({ configuration, ...home }) => ({ ...home, read: configuration !== null })),
    findings,
    problems,
    loose: workspace.looseFiles().map(({ name, entries, unresolved }) => ({ name, entries, unresolved })),
  };
}
