import type { HostModel } from '../host/hostModel.ts';
import { isWithin } from '../host/mountFacts.ts';
import { textsAt } from '../module/written.ts';
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
export function isInActivation(host: HostModel, path: string): boolean {
  const option = ['system', 'activationScripts'];
  return namesAt(host, option).some((name) =>
    [
      [...option, name],
      [...option, name, 'text'],
    ].some((each) => host.configuration !== null && textsAt(host.configuration, each).some((text) => text.includes(path))),
  );
}
