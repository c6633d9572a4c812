import type { Configuration } from '../module/configuration.ts';
import { isSaid } from '../module/optionTree.ts';
import { isComplete } from '../nix/combine.ts';
import { member } from '../nix/primitive.ts';

const HOST_KEYS = ['services', 'openssh', 'hostKeys'];

/**
 * The private SSH host keys that `services.openssh.hostKeys` names, absolute paths; `standard` where nothing is said. Null when that can't
 * be told.
 */
export function hostKeyFiles(configuration: Configuration, standard: readonly string[]): readonly string[] | null {
  const node = configuration.tree.at(HOST_KEYS);
  if (!isSaid(node) && node.gaps.length === 0) return standard;
  const value = configuration.value(HOST_KEYS);
  if (value.type !== 'list' || !isComplete(value)) return null;
  const paths = value.items.map(({ thunk }) => {
    const key = thunk.force();
    const path = key.type === 'attrs' ? member(key.attrs, 'path') : key;
    const text = path.type === 'string' ? path.value : path.type === 'path' ? path.path : '';
    return text.startsWith('/') ? text : null;
  });
  return paths.every((path) => path !== null) ? paths : null;
}
