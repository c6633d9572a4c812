import type { RuleContext, SureEntry } from './context.ts';
import { ephemeralAt } from '../catalogue/ephemeralIndex.ts';
import { componentsOf } from '../catalogue/pattern.ts';
import type { HostFinding } from './finding.ts';
import type { Rule } from './rule.ts';

/** `persisted-cache`: what would be made anew is kept. */
export const persistedCache: Rule = {
  code: 'persisted-cache',
  severity: 'hint',
  page: {
    title: 'A cache is kept',
    what: `The path is kept although nothing is lost with it: a cache, or something that is made anew at every boot.`,
    why: `It grows in the storage and in its backups, and the one thing that empties it, the boot, no longer does.`,
    fix: `Remove the entry, and the directory in the storage. Or keep it in a storage of its own that is not backed up, called \`cache\` say: then
nothing is told.`,
    silence: `A cache that is expensive to fill may be worth the room; of those that the catalogue knows to be so (models, package registries, virus
signatures, the cache of Nix) nothing is told.`,
    sources: ['the [catalogue](../catalogue.md)', 'file-hierarchy(7): /var/cache, ~/.cache'],
  },
  check(context) {
    return context.entries.flatMap((entry) => cache(context, entry) ?? []);
  },
};

function cache(context: RuleContext, entry: SureEntry): HostFinding | null {
  // Another rule speaks of /tmp. Whoever has a storage for caches, or says so beside the path, knows.
  if (entry.path === '/tmp' || entry.storage === null || /cache|scratch|local|state|volatile|tmp/i.test(entry.storage)) return null;
  const why = whyAnew(context, entry.path);
  if (why === null) return null;
  return {
    subject: `${entry.kind} ${entry.path} ${context.refer(entry).nth}`,
    severity: 'hint',
    location: entry.location,
    message: `${entry.path} need not be kept. ${why}`,
    related: [],
    fixes: [{ title: `Remove ${entry.path}`, safe: false, change: { kind: 'remove', entry: context.refer(entry) } }],
  };
}

/** What the catalogue says of this very path, where it is a cache or made anew; null for state. */
function whyAnew({ knowledge }: RuleContext, path: string): string | null {
  const components = componentsOf(path);
  const known = knowledge.byPath.lookup(path);
  if (known && known.depth === components.length) {
    const { severity, costly, loss } = known.value.entry;
    return severity === 'cache' && costly !== true ? loss : null;
  }
  let step = knowledge.ephemeral.paths.root();
  for (const name of components.slice(0, -1)) step = knowledge.ephemeral.paths.step(step, name);
  const pattern = ephemeralAt(knowledge.ephemeral, step, components.at(-1) ?? '');
  // A rule for a whole tree says nothing of the one thing in it that somebody picked out.
  if (!pattern || pattern.depth < components.length || pattern.value.safe !== true || pattern.value.costly === true) return null;
  return pattern.value.reason;
}
