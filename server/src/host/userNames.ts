import { isUnnamed } from '../module/optionTree.ts';
import type { SourceRange } from '../syntax/source.ts';
import type { HostModel } from './hostModel.ts';

/** Options whose sets have users by name: of the storages that are declared, and of home-manager. */
const ROOTS = [
  ['environment', 'persistence'],
  ['preservation', 'preserveAt'],
];

/**
 * What computed names of users (`users.${config.my.user}`) come to on a host, told for one file: null for what is no such name there, or
 * comes to several.
 */
export function userNames(host: HostModel, file: string): (expr: SourceRange) => string | null {
  const tree = host.configuration?.tree;
  if (!tree) return () => null;
  const known = new Map<number, { readonly end: number; readonly users: Set<string> }>();
  for (const root of ROOTS) {
    for (const storage of tree.names(root)) {
      const users = [...root, storage, 'users'];
      for (const user of tree.names(users)) {
        if (isUnnamed(user)) continue;
        for (const { name } of tree.at([...users, user]).definitions) {
          if (name?.file !== file) continue;
          const there = known.get(name.start) ?? { end: name.end, users: new Set() };
          there.users.add(user);
          known.set(name.start, there);
        }
      }
    }
  }
  return ({ start, end }) => {
    for (const [from, { end: to, users }] of known)
      if (from <= start && end <= to) return users.size === 1 ? ([...users][0] ?? null) : null;
    return null;
  };
}
