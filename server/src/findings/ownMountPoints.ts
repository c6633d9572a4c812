import type { Configuration } from '../module/configuration.ts';
import type { Value } from '../nix/value.ts';

/** So many options of an author are looked into. */
const MAX_OPTIONS = 2000;
/** Sets in sets of such an option. */
const MAX_DEPTH = 4;
const MOUNTS = /mount|dataset|subvol/i;

/** Absolute paths that options which the author declares name as mount points: in lists, and as `mountpoint` in sets. */
export function declaredMountPoints(configuration: Configuration): readonly string[] {
  const found = new Set<string>();
  for (const option of configuration.declaredOptions(MAX_OPTIONS)) {
    if (option.some((name) => MOUNTS.test(name))) collect(configuration.value(option), MOUNTS.test(option.at(-1) ?? ''), MAX_DEPTH, found);
  }
  found.delete('/');
  return [...found];
}

/** `named`: the option or attribute is one of mount points, so that a text in it is a path. */
function collect(value: Value, named: boolean, depth: number, found: Set<string>): void {
  if (value.type === 'string') {
    if (named && value.value.startsWith('/')) found.add(value.value.replace(/(?<=.)\/+$/, ''));
  } else if (value.type === 'list') {
    for (const { thunk } of value.items) collect(thunk.force(), named, depth, found);
  } else if (value.type === 'attrs' && depth > 0) {
    for (const name of value.attrs.names()) {
      const inner = value.attrs.get(name)?.thunk.force();
      if (inner) collect(inner, /^mount_?points?$/i.test(name), depth - 1, found);
    }
  }
}
