import type { Location } from '../syntax/source.ts';
import { external, type Unknown } from './value.ts';

/** What `<name>` finds: outside, with the path where nixpkgs is looked into. */
export function searched(text: string, location: Location): Unknown {
  const root = '<nixpkgs>';
  const isNixpkgs = text === root || text.startsWith('<nixpkgs/');
  return isNixpkgs
    ? { ...external(text, location), copy: { root, path: root + text.slice(root.length - 1, -1) } }
    : external(text, location);
}
