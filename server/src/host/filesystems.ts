import type { Configuration } from '../module/configuration.ts';
import { certain } from '../nix/combine.ts';
import type { AttrSet, Value } from '../nix/value.ts';
import { allGaps, isSaid } from '../module/optionTree.ts';
import type { Unresolved } from '../persistence/entry.ts';
import { normalise } from '../persistence/listReader.ts';
import type { Location } from '../syntax/source.ts';
import type { Mount } from './hostModel.ts';

/** What `fileSystems` and disko mount. Where both name a mount point, `fileSystems` comes first. */
export function readMounts(configuration: Configuration): readonly Mount[] {
  return [...declaredFilesystems(configuration), ...diskoFilesystems(configuration)];
}

function declaredFilesystems(configuration: Configuration): readonly Mount[] {
  const { tree } = configuration;
  return tree.names(['fileSystems']).flatMap((name) => {
    const path = ['fileSystems', name];
    const node = tree.at(path);
    // A mount whose facts can't be read is one all the same.
    const unread = node.gaps.filter((gap) => !gap.inherited).map((gap) => gap.definition);
    const applying = configuration.applying([...node.definitions, ...unread]);
    const location = applying[0]?.from.name ?? applying[0]?.from.binding;
    // `fileSystems."/persist".neededForBoot = true` beside disko is no filesystem by itself.
    const said = ['device', 'fsType', 'label'].filter((part) => isSaid(tree.at([...path, part])));
    if (!location || !(said.length > 0 || unread.length > 0)) return [];
    const device = textOf(configuration.value([...path, 'device']));
    const fsType = textOf(configuration.value([...path, 'fsType']));
    // Nor is a type for whatever another module mounts there (`none` is what bind mounts have).
    const types = tree.at([...path, 'fsType']).definitions.map(({ thunk }) => textOf(thunk.force()));
    if (unread.length === 0 && said.every((part) => part === 'fsType') && types.every((type) => type === 'none' || type === 'auto'))
      return [];
    const subvolume = subvolumeOf(configuration.value([...path, 'options']));
    return [{ mountPoint: normalise(name), fsType, device, ...(subvolume === null ? {} : { subvolume }), location }];
  });
}

/** `subvol=` of mount options (btrfs(5)), as a path from the top. */
function subvolumeOf(options: Value): string | null {
  const texts = options.type === 'list' ? options.items.map(({ thunk }) => textOf(thunk.force())) : [];
  const option = texts.findLast((text) => text?.startsWith('subvol=') === true);
  return option == null ? null : fromTop(option.slice('subvol='.length));
}

function fromTop(subvolume: string): string {
  return subvolume.replace(/^\/+|\/+$/g, '');
}

function textOf(value: Value): string | null {
  return value.type === 'string' ? value.value : null;
}

/** Why mounts may be missing: all of `fileSystems` or of disko's devices, or a part of them without a name, can't be read. */
export function unreadMounts(configuration: Configuration): readonly Unresolved[] {
  return [['fileSystems'], ['disko', 'devices']].flatMap((path) =>
    allGaps(configuration.tree.at(path)).flatMap(({ definition, unknown, inherited }) => {
      const location = unknown.location ?? definition.binding;
      return !inherited && location && configuration.decide(definition.guards)
        ? [{ location, reason: unknown.reason, scope: 'system' }]
        : [];
    }),
  );
}

/** Deep enough for disko's disk > partition > luks > lvm > subvolume. */
const MAX_DEPTH = 14;
/** Sets looked into for one host; a set that holds itself has no end. */
const MAX_SETS = 400;

/** disko (types filesystem, btrfs, zfs_fs, bcachefs, tmpfs): whatever below `disko.devices` has a `mountpoint`. */
function diskoFilesystems(configuration: Configuration): readonly Mount[] {
  const mounts: Mount[] = [];
  let visited = 0;
  const visit = (
    set: AttrSet,
    fsType: string | null,
    zfs: { readonly pool: string; readonly dataset: string | null } | null,
    depth: number,
    keys: readonly string[] = [],
  ): void => {
    if (depth > MAX_DEPTH || ++visited > MAX_SETS) return;
    const own = typeOf(set) ?? fsType;
    const point = set.get('mountpoint');
    const mountPoint = point && textOf(certain(point));
    const location: Location | null | undefined = point?.binding ?? point?.name;
    if (mountPoint?.startsWith('/') && location) {
      const device = zfs?.dataset ? `${zfs.pool}/${zfs.dataset}` : null;
      // disko lib/types/btrfs.nix: subvolumes by name.
      const subvolume = own === 'btrfs' && keys.at(-2) === 'subvolumes' ? fromTop(keys.at(-1) ?? '') : null;
      mounts.push({ mountPoint: normalise(mountPoint), fsType: own, device, ...(subvolume === null ? {} : { subvolume }), location });
    }
    for (const name of set.names()) {
      const found = set.get(name);
      const value = found && certain(found);
      if (value?.type === 'attrs') visit(value.attrs, own, zfs, depth + 1, [...keys.slice(-1), name]);
    }
  };
  const devices = configuration.value(['disko', 'devices']);
  if (devices.type !== 'attrs') return [];
  const pools = configuration.value(['disko', 'devices', 'zpool']);
  for (const name of devices.attrs.names()) {
    const value = name === 'zpool' ? null : configuration.value(['disko', 'devices', name]);
    if (value?.type !== 'attrs') continue;
    for (const key of value.attrs.names()) {
      const device = value.attrs.get(key);
      const inner = device && certain(device);
      // `nodev."/tmp"` has its mount point as key (disko lib/types/nodev.nix).
      if (inner?.type !== 'attrs') continue;
      visit(inner.attrs, null, null, 0);
      if (name === 'nodev' && !inner.attrs.get('mountpoint') && device?.name) {
        mounts.push({ mountPoint: normalise(key), fsType: typeOf(inner.attrs), device: null, location: device.name });
      }
    }
  }
  if (pools.type === 'attrs') {
    for (const pool of pools.attrs.names()) {
      const datasets = configuration.value(['disko', 'devices', 'zpool', pool, 'datasets']);
      if (datasets.type !== 'attrs') continue;
      for (const dataset of datasets.attrs.names()) {
        const found = datasets.attrs.get(dataset);
        const value = found && certain(found);
        if (value?.type === 'attrs') visit(value.attrs, 'zfs', { pool, dataset }, 0);
      }
    }
  }
  return mounts;
}

/** The filesystem a disko node makes: `fsType` of nodev, `format` of a filesystem, or the type that is a filesystem itself. */
function typeOf(set: AttrSet): string | null {
  for (const name of ['fsType', 'format']) {
    const found = set.get(name);
    const text = found && textOf(certain(found));
    if (text) return text;
  }
  const type = set.get('type');
  const text = type ? textOf(certain(type)) : null;
  if (text === 'zfs_fs') return 'zfs';
  return text === 'btrfs' || text === 'bcachefs' ? text : null;
}
