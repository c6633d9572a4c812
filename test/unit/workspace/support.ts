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
  const { hosts, findings, problems } = workspace.analysis();
  return {
    hosts: hosts.map(({ configuration, ...host }) => ({ ...host, read: configuration !== null })),
    findings,
    problems,
    loose: workspace.looseFiles().map(({ name, entries, unresolved }) => ({ name, entries, unresolved })),
  };
}
