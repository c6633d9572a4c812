import assert from 'node:assert/strict';
import { entryLines } from './coreHost.ts';
import { FIXTURE_ROOT, fixtureWorkspace, readFixture } from './fixture.ts';

/** `host: entry, entry` for each host of a workspace, in the order of its names; nothing may stand against the list. */
export async function hostLines(files: string): Promise<readonly string[]> {
  const fixture = readFixture(files);
  // A fixture is given a flake when it has none; here it may be that there is none.
  const isGiven = /^#- \/flake\.nix$/m.test(files);
  const texts = new Map([...fixture.files].filter(([file]) => isGiven || file !== `${FIXTURE_ROOT}/flake.nix`));
  const { workspace } = await fixtureWorkspace({ ...fixture, files: texts });
  const { hosts, problems } = workspace.analysis();
  assert.deepEqual(problems, []);
  return hosts.map((host) => `${host.name}: ${host.problem ?? [...new Set(entryLines(host))].join(', ')}`).toSorted();
}

/** A module that keeps one directory, as a file of a fixture. */
export function keeping(file: string, path: string): string {
  return `#- ${file}\n{ environment.persistence."/p".directories = [ "${path}" ]; }\n`;
}
