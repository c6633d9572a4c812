import { ownMount } from '../host/coverage.ts';
import { isWithin } from '../host/mountFacts.ts';
import type { RuleContext } from './context.ts';
import type { HostModel } from '../host/hostModel.ts';
import { namesAt } from './options.ts';

/** Where nothing of the root is: other filesystems, and what the kernel makes. */
const ELSEWHERE = ['/nix', '/boot', '/run', '/dev', '/proc', '/sys'];

/**
 * Whether what is at a path outlives a boot: by an entry at it or above, a filesystem of its own, as part of a storage, or as a file or secret
 * that the configuration makes. A directory of which parts are kept counts: somebody chose.
 */
export function isKept({ host, coverage }: RuleContext, path: string): boolean {
  return (
    coverage.of(path) !== null ||
    coverage.hasBelow(path) ||
    ownMount(host, path) !== null ||
    ELSEWHERE.some((directory) => isWithin(path, directory)) ||
    isInStorage(host.storages, path) ||
    isSecret(host, path) ||
    (path.startsWith('/etc/') && namesAt(host, ['environment', 'etc']).includes(path.slice('/etc/'.length)))
  );
}

/** What sops-nix and agenix write at a path of the configuration's choice, anew at every boot. */
const SECRETS = [
  ['sops', 'secrets'],
  ['sops', 'templates'],
  ['age', 'secrets'],
];

/** One definition that says so is enough: others may be unread, and say more of the secret. */
function isSecret(host: HostModel, path: string): boolean {
  return SECRETS.some((option) =>
    namesAt(host, option).some((name) =>
      host.configuration?.tree.at([...option, name, 'path']).definitions.some(({ thunk }) => {
        const value = thunk.force();
        return value.type === 'string' && value.value === path;
      }),
    ),
  );
}

export function isInStorage(storages: readonly { readonly storage: string | null }[], path: string): boolean {
  return storages.some(({ storage }) => storage !== null && isWithin(path, storage));
}
