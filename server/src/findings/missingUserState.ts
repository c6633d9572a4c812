import { posix } from 'node:path';
import type { RuleContext } from './context.ts';
import type { HostFinding } from './finding.ts';
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
other things of that user are. Users of whom nothing is kept get no finding: their homes are on a disk of their own, or empty on purpose.`,
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
      const implied = [...byHome, ...context.implied.filter(({ entry }) => !said.has(entry) && !(own && isExcused(own, entry)))];
      return implied.flatMap((each) => missing(context, each, user, home) ?? []);
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

function missing(context: RuleContext, { entry, option, cause, places }: SaidState, user: string, home: string): HostFinding | null {
  if (entry.scope !== 'user' || entry.severity === 'cache' || entry.implied === false || !entry.verified || !places?.length) return null;
  // An entry for a file that its program replaces would not keep it.
  if (places.some(({ path }) => isReplaced(path, path))) return null;
  const wanted = places.map((place) => ({ ...place, path: posix.resolve(home, place.path) }));
  if (wanted.some(({ path }) => isKept(context, path))) return null;
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
