import type { Configuration } from '../module/configuration.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import type { Location } from '../syntax/source.ts';
import type { Mount, Rollback } from './hostModel.ts';

/** Options that hold commands of the first boot stage (nixpkgs stage-1.nix, systemd/initrd.nix). */
const SCRIPTS = ['postDeviceCommands', 'postResumeCommands', 'postMountCommands', 'preLVMCommands'];

/** zfs-rollback(8): `zfs rollback [-Rfr] filesystem@snapshot`. Names by the characters ZFS allows, without spaces. */
const ROLLBACK = /\brollback\s+(?:-[Rfr]+\s+)*["']?([A-Za-z0-9][\w.:/-]*)@([\w.:-]+)/g;

/**
 * The `zfs rollback` in the host's initrd scripts. Looked for in the values and, where a script holds parts that can't be known
 * (`${pkgs.zfs}/bin/zfs rollback …`), in its source. With several, the one of the root filesystem's dataset.
 */
export function findRollback(configuration: Configuration, evaluation: Evaluation, mounts: readonly Mount[]): Rollback | null {
  const found: Rollback[] = [];
  for (const path of scriptPaths(configuration)) {
    for (const { from } of configuration.applying(definitionsWithGaps(configuration, path))) {
      const location = from.binding ?? from.thunk.location;
      if (!location) continue;
      const value = from.thunk.force();
      const text = value.type === 'string' ? value.value : sourceOf(evaluation, location);
      for (const match of text.matchAll(ROLLBACK)) {
        const [, dataset, snapshot] = match;
        if (dataset && snapshot) found.push({ dataset, snapshot, location });
      }
    }
  }
  const root = mounts.find(({ mountPoint }) => mountPoint === '/')?.device;
  return found.find(({ dataset }) => dataset === root) ?? found.find(({ dataset }) => /root/.test(dataset)) ?? found[0] ?? null;
}

function scriptPaths(configuration: Configuration): readonly (readonly string[])[] {
  const services = ['boot', 'initrd', 'systemd', 'services'];
  return [
    ...SCRIPTS.map((name) => ['boot', 'initrd', name]),
    ...configuration.tree.names(services).flatMap((name) => [
      [...services, name, 'script'],
      [...services, name, 'serviceConfig', 'ExecStart'],
    ]),
  ];
}

function definitionsWithGaps(
  configuration: Configuration,
  path: readonly string[],
): ReturnType<Configuration['tree']['at']>['definitions'] {
  const node = configuration.tree.at(path);
  return [...node.definitions, ...node.gaps.filter((gap) => !gap.inherited).map((gap) => gap.definition)];
}

function sourceOf(evaluation: Evaluation, location: Location): string {
  const source = evaluation.sources.source(location.file);
  return typeof source === 'string' ? '' : source.text.slice(location.start, location.end);
}
