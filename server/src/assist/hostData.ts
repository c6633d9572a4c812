import type { HostModel } from '../host/hostModel.ts';
import { homeOf } from '../persistence/listReader.ts';
import { hostState, type HostState, type KnownStates } from './hostState.ts';

/**
 * What help has to ask a host's option values for. Plain data, so that it can be moved with the model when a text changes that it does
 * not depend on: asking the values again would make the host anew.
 */
export interface HostData {
  readonly implied: readonly HostState[];
  /** Users that the configuration names, those who log in first, with their homes as far as they can be told. */
  readonly users: readonly { readonly name: string; readonly home: string | null }[];
  /** `system.stateVersion`, where it can be told. */
  readonly stateVersion: string | null;
}

export function hostData(host: HostModel, known: KnownStates): HostData {
  const version = host.configuration?.value(['system', 'stateVersion']);
  const stateVersion = version?.type === 'string' ? version.value : null;
  return { implied: hostState(host, known, stateVersion), users: usersOf(host), stateVersion };
}

/** Users of services seldom have anything at home. */
function usersOf({ configuration }: HostModel): HostData['users'] {
  if (!configuration) return [];
  const root = ['users', 'users'];
  const isNormal = (user: string): boolean => {
    const value = configuration.value([...root, user, 'isNormalUser']);
    return value.type === 'bool' && value.value;
  };
  const names = new Set([...configuration.tree.names(root), ...configuration.tree.names(['home-manager', 'users'])]);
  const sorted = [...names].map((name) => ({ name, normal: isNormal(name) })).toSorted((a, b) => Number(b.normal) - Number(a.normal));
  return sorted.map(({ name }) => ({ name, home: homeOf(configuration, null, name) }));
}
