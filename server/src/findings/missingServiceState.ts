import { posix } from 'node:path';
import type { StateEntry } from '../catalogue/types.ts';
import type { StorageDeclaration } from '../persistence/entry.ts';
import type { RuleContext } from './context.ts';
import type { EntryAttributes, HostFinding, NewEntry } from './finding.ts';
import { isHandled } from './handled.ts';
import { hostKeyFiles } from './hostKeys.ts';
import type { Rule } from './rule.ts';
import type { ImpliedPlace, ImpliedState } from './impliedState.ts';
import { isKept } from './kept.ts';
import { isReplaced } from './replacedByRename.ts';
import { severityOf } from './severity.ts';

/** `missing-service-state`: state of an enabled service that nothing keeps. */
export const missingServiceState: Rule = {
  code: 'missing-service-state',
  severity: 'warning',
  page: {
    title: 'What an enabled service writes is lost at every boot',
    what: `An option that is set for the host implies state on disk, and nothing keeps it: no entry, no entry for a directory above it, no mount of its
own. The finding stands at the option and names the host, the path and what its loss means. What Keepsake knows of services is in the
[catalogue](../catalogue.md); options under a condition that can't be decided are left out.`,
    why: `The service starts from nothing at every boot, mostly without any error: an empty database is created, keys are made anew, devices
have to be paired again.`,
    fix: `Take the quick fix: it adds the path with the owner and mode that the service wants. Or point the service's own data directory into
the storage, or give it a mount of its own. Move what is there into the storage before you switch.`,
    silence: `A service whose data may go (a machine for tests, say) can stay as it is.`,
    sources: [
      'the module of the service in nixpkgs, named in the [catalogue](../catalogue.md)',
      'systemd.exec(5), StateDirectory= and DynamicUser=',
    ],
  },
  check(context) {
    const { storage } = context;
    if (!storage) return [];
    return context.implied.flatMap((implied) => missing(context, storage, implied) ?? []);
  },
};

function missing(context: RuleContext, storage: StorageDeclaration, implied: ImpliedState): HostFinding | null {
  const { entry, option, cause } = implied;
  if (entry.scope !== 'system' || entry.severity === 'cache' || entry.implied === false || !entry.verified) return null;
  const places = entry.id === 'openssh-host-keys' ? hostKeyPlaces(context, implied) : implied.places;
  // What has the whole root for its state (snapshots of it) is not kept by an entry.
  if (!places || places.length === 0 || places.some(({ path }) => path === '/') || !isLost(context, entry, places)) return null;
  // An entry for a file that its program replaces would not keep it.
  if (places.some(({ path }) => isReplaced(path, null))) return null;
  const isKeys = entry.id === 'openssh-host-keys';
  const lost = places.filter(({ path }) => !isKept(context, path));
  const entries = lost.map(newEntry);
  const paths = isKeys ? `the SSH host keys (${posix.dirname(places[0]?.path ?? '')}/ssh_host_*)` : lost.map(({ path }) => path).join(', ');
  const what = isKeys ? 'the SSH host keys' : paths;
  const verb = isKeys || lost.length > 1 ? 'are' : 'is';
  const of = isKeys ? '' : ` (${entry.title}, by ${option.join('.')})`;
  return {
    subject: [entry.id, ...option.filter((_, index) => isName(entry, option, index))].join(' '),
    severity: severityOf(entry.severity),
    location: cause,
    message: `${paths}${of} ${verb} lost at every boot. ${entry.loss}`,
    related: [
      { location: storage.name, message: `${context.host.name} keeps its state here, without ${isKeys ? 'the host keys' : what}.` },
    ],
    fixes: [{ title: `Keep ${what} in ${storage.storage ?? 'the storage'}`, safe: true, change: { kind: 'insert', entries } }],
  };
}

/** Whether a part of the option is a name that the user chose, so that the entry may be told several times. */
function isName({ options }: StateEntry, option: readonly string[], index: number): boolean {
  return !options.some((known) => known.split('.')[index] === option[index]);
}

/** Directories that belong to a system, and with those that a root has besides (hier(7)). */
const OF_SYSTEM = /^\/(var|etc|root)\//;
const OF_ROOT = /^\/(var|etc|root|home|srv|opt)\//;

/** A place, and the link to it that systemd makes for a dynamic user (systemd.exec(5)). */
function namesOf({ path, dynamicUser }: ImpliedPlace): readonly string[] {
  return dynamicUser === true ? [path, path.replace('/private/', '/')] : [path];
}

function isLost(context: RuleContext, entry: StateEntry, places: readonly ImpliedPlace[]): boolean {
  const kept = places.map((place) => namesOf(place).some((path) => isKept(context, path)));
  // One kept key is enough for the host to be recognised again: sshd makes the others anew beside it.
  if (entry.id === 'openssh-host-keys') return !places.some(({ path }, index) => !path.endsWith('.pub') && kept[index] === true);
  // A place that the configuration chose may be on a disk that is mounted in a way that can't be seen (a pool of ZFS, say).
  if (places.some(({ chosen, path }) => chosen && !(context.host.erasure.kind === 'unknown' ? OF_SYSTEM : OF_ROOT).test(path)))
    return false;
  // Several places are often old and new ones, or parts of which some matter: what keeps one of them was chosen.
  return kept.every((each) => !each) && !places.flatMap(namesOf).some((path) => isHandled(context, path) || context.writtenOff.has(path));
}

function newEntry({ path, kind, user, group, mode }: ImpliedPlace): NewEntry {
  const attributes: Record<string, string> = {};
  if (kind === 'directory' && user !== undefined && user !== 'root') attributes['user'] = user;
  if (kind === 'directory' && group !== undefined && group !== 'root') attributes['group'] = group;
  if (kind === 'directory' && mode !== undefined && mode !== '0755') attributes['mode'] = mode;
  const given: EntryAttributes = attributes;
  return Object.keys(given).length > 0 ? { path, kind, attributes: given } : { path, kind };
}

/** The key files with their public halves; null when `hostKeys` can't be read. */
function hostKeyPlaces({ host: { configuration } }: RuleContext, implied: ImpliedState): readonly ImpliedPlace[] | null {
  // Keys can be made without the daemon; told is the daemon, for which they are.
  if (implied.option.at(-1) !== 'enable' || !configuration) return null;
  const standard = implied.places.flatMap(({ path }) => (path.endsWith('.pub') ? [] : [path]));
  const files = hostKeyFiles(configuration, standard);
  if (files === null) return null;
  if (files === standard) return implied.places;
  return files.flatMap((path) => [path, `${path}.pub`]).map((path) => ({ path, kind: 'file', chosen: true }));
}
