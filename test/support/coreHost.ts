import assert from 'node:assert/strict';
import type { HostModel } from '../../server/src/host/hostModel.ts';
import type { PersistenceEntry } from '../../server/src/persistence/entry.ts';
import { toJson, NotKnown } from './coreNix.ts';
import { fixtureWorkspace, readFixture } from './fixture.ts';

/** The model of a fixture's only host. */
export async function hostOf(text: string): Promise<HostModel> {
  const { workspace } = await fixtureWorkspace(readFixture(text));
  const { hosts, problems } = workspace.analysis();
  assert.deepEqual(problems, []);
  assert.equal(hosts.length, 1);
  return hosts[0] as HostModel;
}

/** An entry on one line: `storage [user:]path[/] [if condition and condition]`; directories end in a slash. */
export function entryLine({ storage, user, path, relative, kind, conditions }: PersistenceEntry): string {
  const where = user === null ? (path ?? '?') : `${user}:${path ?? `~/${relative}`}`;
  const condition = conditions.length === 0 ? '' : ` if ${conditions.map(({ text }) => text).join(' and ')}`;
  return `${storage ?? '?'} ${where}${kind === 'directory' ? '/' : ''}${condition}`;
}

/** What a host keeps, one line an entry, in the order of the model. */
export function entryLines(host: HostModel): readonly string[] {
  return host.entries.map(entryLine);
}

/** The value of `config.<path>` as JSON, or `unknown: reason`. */
export function optionOf(host: HostModel, path: string): unknown {
  const value = host.configuration?.value(path.split('.'));
  assert.ok(value);
  const json = toJson(value);
  return json instanceof NotKnown ? `unknown: ${json.reason}` : json;
}

/** Why places of a host could not be read. */
export function unresolvedReasons(host: HostModel): readonly string[] {
  return host.unresolved.map(({ reason }) => reason);
}
