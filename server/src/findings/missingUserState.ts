import { posix } from 'node:path';
import type { StateEntry } from '../catalogue/types.ts';
import type { HostModel } from '../host/hostModel.ts';
import { isWithin } from '../host/mountFacts.ts';
import type { Configuration } from '../module/configuration.ts';
import { textsAt } from '../module/written.ts';
import type { RuleContext } from './context.ts';
import type { HostFinding } from './finding.ts';
import { flagAt } from './options.ts';
import { isHandled } from './handled.ts';
import type { Rule } from './rule.ts';
import { isExcused, saidState, type SaidState } from './impliedState.ts';
import { isKept } from './kept.ts';
import { isReplaced } from './replacedByRename.ts';
import { severityOf } from './severity.ts';

/** `missing-user-state`: what a program writes below the home of a user who keeps other things there. */
export const missingUserState: Rule = {
  code: 'missing-user-state',
  severity: 'warning',
  page: {
    title: 'What a program writes in a home is lost at every boot',
    what: `A program is enabled, by home-manager for one user or by NixOS for all, and what it writes below the home is kept by nothing, although
other things of that user are. Users of whom nothing is kept get no finding: their homes are on a disk of their own, or empty on purpose. Nor is
anything said of a path that the user's \`home.file\` makes, of the history of a shell that is not the user's, and of a program that is another
package under the name of its option.`,
    why: `Profiles, sessions, histories and keys of the program are gone after a reboot.`,
    fix: `Take the quick fix: it adds the path to the user's list. Keep secrets (\`.ssh\`, keyrings) with mode \`0700\`.`,
    silence: `A program whose settings are all declared may have nothing worth keeping.`,
    sources: ['the module of the program in home-manager or nixpkgs, named in the [catalogue](../catalogue.md)'],
  },
  check(context) {
    const { storage, host } = context;
    if (!storage || host.unresolved.some(({ scope }) => scope === 'user')) return [];
    return [...homesWithEntries(context)].flatMap(([user, home]) => {
      const own = host.homes.find(({ name }) => name === user)?.configuration;
      const byHome = own ? saidState(own, context.knowledge.byHomeOption) : [];
      // What the user's own configuration says of a program is nearer than that the machine has it.
      const said = new Set(byHome.map(({ entry }) => entry));
      const byMachine = context.implied.filter(
        ({ entry }) => !said.has(entry) && !(own && isExcused(own, entry)) && isOfShell(host, entry, user, false) && !isService(host, user),
      );
      const declared = own ? declaredFiles(own, home) : [];
      return [...byHome.filter(({ entry }) => isOfShell(host, entry, user, true)), ...byMachine].flatMap(
        (each) => missing(context, each, { user, home, declared }) ?? [],
      );
    });
  },
};

/** Homes of users with entries of their own, by name. */
function homesWithEntries({ entries }: RuleContext): ReadonlyMap<string, string> {
  const homes = new Map<string, string>();
  for (const { user, path, relative } of entries)
    if (user !== null && user !== 'root' && relative !== null && path.endsWith(`/${relative}`))
      homes.set(user, path.slice(0, -relative.length - 1));
  return homes;
}

/** Whether a user has this state, where it is that of a login shell. `own`: the user's own configuration enables it, not the machine's. */
function isOfShell({ configuration }: HostModel, { shell }: StateEntry, user: string, own: boolean): boolean {
  if (shell === undefined || !configuration) return true;
  const [login] = [
    ['users', 'users', user, 'shell'],
    ['users', 'defaultUserShell'],
  ].flatMap((option) => textsAt(configuration, option));
  // Where nothing is said it is bash; somebody who sets up another one in person starts it some other way.
  return login === undefined ? own || shell === 'bash' : login.includes(shell);
}

/** An account that nobody logs in to has no use for what the machine enables for all. */
function isService(host: HostModel, user: string): boolean {
  return flagAt(host, ['users', 'users', user, 'isSystemUser'], false) !== false;
}

/** Options of home-manager that name files, with the directory below the home that they are in (its modules/files.nix, misc/xdg.nix). */
const DECLARED: readonly (readonly [readonly string[], string])[] = [
  [['home', 'file'], ''],
  [['xdg', 'configFile'], '.config'],
  [['xdg', 'dataFile'], '.local/share'],
  [['xdg', 'stateFile'], '.local/state'],
];

/** Paths that a user's configuration makes by itself. */
function declaredFiles(own: Configuration, home: string): readonly string[] {
  return DECLARED.flatMap(([option, directory]) =>
    own.tree.names(option).map((name) => {
      const target = own.value([...option, name, 'target']);
      return posix.resolve(home, directory, target.type === 'string' ? target.value : name);
    }),
  );
}

/** It is declared: the path or a directory above it; or, where only settings are lost, something in it, so that they are declared as well. */
function isDeclared(declared: readonly string[], path: string, { severity }: StateEntry): boolean {
  return declared.some((each) => isWithin(path, each) || (severity === 'convenience' && isWithin(each, path)));
}

/** A user with entries. */
interface Person {
  readonly user: string;
  readonly home: string;
  /** Paths that the user's configuration makes. */
  readonly declared: readonly string[];
}

function missing(context: RuleContext, { entry, option, cause, places }: SaidState, { user, home, declared }: Person): HostFinding | null {
  if (entry.scope !== 'user' || entry.severity === 'cache' || entry.implied === false || !entry.verified || !places?.length) return null;
  // An entry for a file that its program replaces would not keep it.
  if (places.some(({ path }) => isReplaced(path, path))) return null;
  const wanted = places.map((place) => ({ ...place, path: posix.resolve(home, place.path) }));
  if (wanted.some(({ path }) => isKept(context, path) || isDeclared(declared, path, entry))) return null;
  if (wanted.some(({ path }) => isHandled(context, path)) || places.some(({ path }) => context.writtenOff.has(path))) return null;
  const paths = wanted.map(({ path }) => path).join(', ');
  const storage = context.storage?.storage ?? 'the storage';
  const entries = wanted.map(({ path, kind, mode }) =>
    mode !== undefined && kind === 'directory' ? { path, kind, attributes: { mode } } : { path, kind },
  );
  return {
    subject: `${user} ${entry.id}`,
    severity: severityOf(entry.severity),
    location: cause,
    message: `${paths} (${entry.title}, by ${option.join('.')}) is lost at every boot. ${entry.loss}`,
    related: context.storage ? [{ location: context.storage.name, message: `What ${context.host.name} keeps is declared here.` }] : [],
    fixes: [{ title: `Keep ${paths} in ${storage}`, safe: true, change: { kind: 'insert', entries } }],
  };
}
