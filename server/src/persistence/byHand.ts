import type { Configuration } from '../module/configuration.ts';
import { listOf } from '../nix/primitive.ts';
import { Thunk, type ConditionText, type Value } from '../nix/value.ts';
import type { Location } from '../syntax/source.ts';
import type { PersistenceEntry, Readout } from './entry.ts';
import { normalise } from './listReader.ts';

/**
 * Paths kept without a persistence module: a link that activation or systemd-tmpfiles makes into storage, and bind mounts from it.
 * Only targets below one of `storages` count: what lies elsewhere is not known to survive.
 */
export function readByHand(configuration: Configuration, storages: readonly (string | null)[]): Readout {
  const roots = storages.filter((storage) => storage !== null);
  if (roots.length === 0) return { entries: [], storages: [], unresolved: [] };
  const keep = (target: string): string | null => roots.find((root) => target === root || target.startsWith(`${root}/`)) ?? null;
  return {
    entries: [...etcSources(configuration, keep), ...tmpfilesLinks(configuration, keep), ...bindMounts(configuration, keep)],
    storages: [],
    unresolved: [],
  };
}

type Keep = (target: string) => string | null;

function manual(
  path: string,
  storage: string,
  kind: PersistenceEntry['kind'],
  location: Location,
  conditions: readonly ConditionText[],
): PersistenceEntry {
  const common = {
    mechanism: 'manual',
    storage,
    scope: 'system',
    user: null,
    written: null,
    settings: null,
    fulfilled: [],
    atWholePath: true,
  } as const;
  return { ...common, kind, path: normalise(path), relative: null, location, conditions };
}

function text(value: Value): { readonly text: string; readonly location: Location | null } | null {
  if (value.type === 'string') return { text: value.value, location: value.location };
  return value.type === 'path' ? { text: value.path, location: value.location } : null;
}

/** `environment.etc.<name>.source = "/persist/…"`: /etc/<name> is a link to it (nixpkgs etc.nix). */
function etcSources(configuration: Configuration, keep: Keep): readonly PersistenceEntry[] {
  const root = ['environment', 'etc'];
  return configuration.tree.names(root).flatMap((name) =>
    configuration.tree.at([...root, name, 'source']).definitions.flatMap((from) => {
      const source = text(from.thunk.force());
      const storage = source && keep(source.text);
      const conditions = storage && configuration.decide(from.guards);
      const location = source?.location ?? from.binding;
      return storage && conditions && location ? [manual(`/etc/${name}`, storage, 'file', location, conditions)] : [];
    }),
  );
}

/** tmpfiles.d(5): type, path, mode, user, group, age, argument; `L`, `L+`, `L?` … make a link to the argument. */
function tmpfilesLinks(configuration: Configuration, keep: Keep): readonly PersistenceEntry[] {
  const rules = listOf(Thunk.of(configuration.value(['systemd', 'tmpfiles', 'rules'])));
  const fromRules = rules.items.flatMap(({ thunk, conditions }) => {
    const rule = thunk.force();
    if (rule.type !== 'string') return [];
    const [type, path, , , , , ...argument] = rule.value.trim().split(/\s+/);
    const storage = type?.startsWith('L') && path ? keep(argument.join(' ')) : null;
    const location = rule.location ?? thunk.location;
    return storage && path && location ? [manual(path, storage, 'file', location, conditions)] : [];
  });
  const root = ['systemd', 'tmpfiles', 'settings'];
  const fromSettings = configuration.tree.names(root).flatMap((group) =>
    configuration.tree.names([...root, group]).flatMap((path) =>
      configuration.tree.names([...root, group, path]).flatMap((type) =>
        configuration.tree.at([...root, group, path, type, 'argument']).definitions.flatMap((from) => {
          const argument = type.startsWith('L') ? text(from.thunk.force()) : null;
          const storage = argument && keep(argument.text);
          const conditions = storage && configuration.decide(from.guards);
          const location = argument?.location ?? from.binding;
          return storage && conditions && location ? [manual(path, storage, 'file', location, conditions)] : [];
        }),
      ),
    ),
  );
  return [...fromRules, ...fromSettings];
}

/** `fileSystems.<path> = { device = "/persist/…"; options = [ "bind" ]; }`. */
function bindMounts(configuration: Configuration, keep: Keep): readonly PersistenceEntry[] {
  return configuration.tree.names(['fileSystems']).flatMap((path) =>
    configuration.tree.at(['fileSystems', path, 'device']).definitions.flatMap((from) => {
      const device = text(from.thunk.force());
      const storage = device && keep(device.text);
      const conditions = storage && configuration.decide(from.guards);
      const location = device?.location ?? from.binding;
      return storage && conditions && location ? [manual(path, storage, 'directory', location, conditions)] : [];
    }),
  );
}
