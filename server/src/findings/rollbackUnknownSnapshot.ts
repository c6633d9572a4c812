import { isSaid } from '../module/optionTree.ts';
import type { AttrSet, Value } from '../nix/value.ts';
import type { Rule } from './rule.ts';

/** Enough for a pool with hundreds of datasets. */
const MAX_VALUES = 5000;

/** `rollback-unknown-snapshot`: disko makes the dataset, but never the snapshot that the host rolls back to. */
export const rollbackUnknownSnapshot: Rule = {
  code: 'rollback-unknown-snapshot',
  severity: 'warning',
  page: {
    title: 'Nothing makes the snapshot that is rolled back to',
    what: `The initrd rolls a dataset back to a snapshot, and the dataset's pool is made by disko; but no hook of disko takes that snapshot, or the pool has
no such dataset.`,
    why: `On a machine that is installed from this configuration the rollback fails at the first boot and at every one after: the root is never erased,
or the boot stops.`,
    fix: `Take the quick fix: it adds a \`postCreateHook\` that takes the snapshot when disko makes the dataset. On a machine that runs already, the
hook does nothing: there the snapshot can be taken by hand from a live system while the dataset is empty.`,
    silence: `Where the snapshot was taken by hand at the installation, say so.`,
    sources: ['disko `lib/types/zpool.nix`, `zfs_fs.nix`: hooks', 'zfs-rollback(8)'],
  },
  check({ host }) {
    const { rollback, configuration } = host;
    if (!rollback || !configuration || host.erasure.kind !== 'script' || host.erasure.script.conditions.length > 0) return [];
    const [poolName = '', ...rest] = rollback.dataset.split('/');
    const pool = ['disko', 'devices', 'zpool', poolName];
    const value = configuration.value(pool);
    if (value.type !== 'attrs' || !isSaid(configuration.tree.at([...pool, 'datasets']))) return [];
    const name = rest.join('/');
    const dataset = [...pool, 'datasets', name];
    const names = configuration.tree.names([...pool, 'datasets']);
    const { texts, isWhole } = textsIn(value);
    if (!isWhole) return [];
    const snapshot = `@${rollback.snapshot}`;
    if (texts.some((text) => /\bsnapshot\b/.test(text) && text.includes(snapshot))) return [];
    const known = name === '' || names.includes(name);
    const place = configuration.tree.at(known && name !== '' ? dataset : [...pool, 'datasets']).definitions[0];
    const full = `${rollback.dataset}${snapshot}`;
    const hook = `"zfs list -t snapshot -H -o name | grep -E '^${full}$' || zfs snapshot ${full}"`;
    return [
      {
        subject: full,
        severity: 'warning',
        location: rollback.location,
        message: known
          ? `nothing makes the snapshot ${full}: no hook of disko takes it. Take it by hand, once, or in postCreateHook.`
          : `disko makes no dataset ${rollback.dataset}, so there is no ${full}. Name the dataset of the root.`,
        related: place?.binding ? [{ location: place.name ?? place.binding, message: `The datasets of ${poolName} are made here.` }] : [],
        fixes:
          known && name !== '' && !isSaid(configuration.tree.at([...dataset, 'postCreateHook']))
            ? [
                {
                  title: `Take ${snapshot} when disko makes the dataset`,
                  safe: false,
                  change: { kind: 'set-option', option: [...dataset, 'postCreateHook'], value: hook },
                },
              ]
            : [],
      },
    ];
  },
};

/** All texts in a set, and whether it could be read whole. */
function textsIn(value: Value): { readonly texts: readonly string[]; readonly isWhole: boolean } {
  const texts: string[] = [];
  let isWhole = true;
  let left = MAX_VALUES;
  const visit = (each: Value): void => {
    if (left-- <= 0 || each.type === 'unknown') isWhole = false;
    else if (each.type === 'string') texts.push(each.value);
    else if (each.type === 'attrs') visitSet(each.attrs);
    else if (each.type === 'list') for (const { thunk } of each.items) visit(thunk.force());
  };
  const visitSet = (set: AttrSet): void => {
    for (const name of set.names()) {
      const found = set.get(name);
      if (found && left > 0) visit(found.thunk.force());
    }
  };
  visit(value);
  return { texts, isWhole };
}
