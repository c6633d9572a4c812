import { posix } from 'node:path';
import type { StateEntry } from '../catalogue/types.ts';
import { ownMount } from '../host/coverage.ts';
import type { HostModel } from '../host/hostModel.ts';
import { isComplete } from '../nix/combine.ts';
import { member } from '../nix/primitive.ts';
import type { HostFinding, NewEntry, Rule } from './finding.ts';
import { severityOf } from './severity.ts';

const ENABLE = ['services', 'openssh', 'enable'];
const HOST_KEYS = ['services', 'openssh', 'hostKeys'];

/** `missing-service-state`: state of an enabled service that nothing keeps. So far: the host keys of sshd. */
export const missingServiceState: Rule = {
  code: 'missing-service-state',
  severity: 'warning',
  page: {
    title: 'What an enabled service writes is lost at every boot',
    what: `An option that is set for the host implies state on disk, and nothing keeps it: no entry, no entry for a directory above it, no mount of its own. The
finding stands at the option and names the host, the path and what its loss means.`,
    why: `The service starts from nothing at every boot, mostly without any error: an empty database is created, keys are made anew, devices have to be paired again.`,
    fix: `Take the quick fix: it adds the path with the owner and mode that the service wants. Or point the service's own data directory into the storage, or give it
a mount of its own. Move what is there into the storage before you switch.`,
    silence: `A service whose data may go (a cache, a machine for tests) can stay as it is.`,
    sources: ['the module of the service in nixpkgs, named in the [catalogue](../catalogue.md)'],
  },
  check({ host, storage, coverage, knowledge }) {
    const keys = knowledge.state.find(({ id }) => id === 'openssh-host-keys');
    if (!keys || !storage || !host.configuration) return [];
    const enabled = host.configuration.value(ENABLE);
    const cause = host.configuration.applying(host.configuration.tree.at(ENABLE).definitions)[0]?.from.binding;
    if (enabled.type !== 'bool' || !enabled.value || !cause) return [];
    const wanted = hostKeyPaths(host, keys);
    if (!wanted || wanted.length === 0) return [];
    const kept = (path: string): boolean =>
      coverage.of(path) !== null || ownMount(host, path) !== null || isBelowStorage(host, path) || path.startsWith('/run/');
    // One kept key is enough for the host to be recognised again: sshd makes the others anew beside it.
    if (wanted.some((path) => !path.endsWith('.pub') && kept(path))) return [];
    const entries: readonly NewEntry[] = wanted.map((path) => ({ kind: 'file', path }));
    const finding: HostFinding = {
      subject: keys.id,
      severity: severityOf(keys.severity),
      location: cause,
      message: `the SSH host keys (${posix.dirname(wanted[0] ?? '/etc/ssh/')}/ssh_host_*) are lost at every boot. ${keys.loss}`,
      related: [{ location: storage.name, message: `${host.name} keeps its state here, without the host keys.` }],
      fixes: [{ title: `Keep the SSH host keys in ${storage.storage ?? 'the storage'}`, safe: true, change: { kind: 'insert', entries } }],
    };
    return [finding];
  },
};

/** Paths of the key files with their public halves; null when `hostKeys` can't be read. */
function hostKeyPaths(host: HostModel, keys: StateEntry): readonly string[] | null {
  const { configuration } = host;
  const node = configuration?.tree.at(HOST_KEYS);
  if (!configuration || !node) return null;
  if (node.definitions.length === 0 && node.gaps.length === 0) return keys.paths.map(({ path }) => path);
  const value = configuration.value(HOST_KEYS);
  if (value.type !== 'list' || !isComplete(value)) return null;
  const paths: string[] = [];
  for (const { thunk } of value.items) {
    const key = thunk.force();
    const path = key.type === 'attrs' ? member(key.attrs, 'path') : key;
    if (path.type !== 'string' && path.type !== 'path') return null;
    const text = path.type === 'string' ? path.value : path.path;
    if (!text.startsWith('/')) return null;
    paths.push(text, `${text}.pub`);
  }
  return paths;
}

function isBelowStorage(host: HostModel, path: string): boolean {
  return host.storages.some(({ storage }) => storage !== null && (path === storage || path.startsWith(`${storage}/`)));
}
