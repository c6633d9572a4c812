import type { HostModel } from '../host/hostModel.ts';
import { isWithin } from '../host/mountFacts.ts';
import type { Configuration } from '../module/configuration.ts';
import { listOf } from '../nix/primitive.ts';
import { Thunk, type Value } from '../nix/value.ts';
import type { RuleContext } from './context.ts';
import { namesAt } from './options.ts';

/**
 * Whether something of the host deals with a path in a way that is seen but not understood: a script of activation that names it, or an
 * option of the author's own that lists where filesystems are mounted (datasets that ZFS mounts by itself). Of such a path nothing is told.
 */
export function isHandled(context: RuleContext, path: string): boolean {
  return isInActivation(context.host, path) || context.ownMountPoints.some((mountPoint) => isWithin(path, mountPoint));
}

/** A script that activation runs names the path (`system.activationScripts`). */
function isInActivation(host: HostModel, path: string): boolean {
  const option = ['system', 'activationScripts'];
  return namesAt(host, option).some((name) =>
    [
      [...option, name],
      [...option, name, 'text'],
    ].some((each) => host.configuration?.textsAt(each).some((text) => text.includes(path)) ?? false),
  );
}

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
    for (const { thunk } of listOf(Thunk.of(value)).items) collect(thunk.force(), named, depth, found);
  } else if (value.type === 'attrs' && depth > 0) {
    for (const name of value.attrs.names()) {
      const inner = value.attrs.get(name)?.thunk.force();
      if (inner) collect(inner, /^mount_?points?$/i.test(name), depth - 1, found);
    }
  }
}
