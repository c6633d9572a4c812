import type { Evaluation } from '../../nix/evaluation.ts';
import { external, record, string, type Thunk, type Value } from '../../nix/value.ts';
import { fn, partly, type Framework } from './framework.ts';

/** Tag of what `homeManagerConfiguration` makes: its arguments are read by whoever lists the homes. */
export const HOME_TAG = 'home-configuration';

/** nix-community/home-manager: `lib.homeManagerConfiguration` makes the configuration of one user, apart from any machine (home-manager lib/default.nix). */
export const homeManager: Framework = {
  input: /^home-?manager|nix-community\/home-manager/i,
  value: (evaluation, outside) =>
    partly(outside, {
      lib: () =>
        partly(external('a function of home-manager'), {
          homeManagerConfiguration: fn(evaluation, 1, (_: Evaluation, args: Thunk): Value => homeConfiguration(args)),
        }),
    }),
};

/** What `homeManagerConfiguration args` makes, of which the arguments can be read. */
export function homeConfiguration(args: Thunk): Value {
  return record({
    _type: string(HOME_TAG, null),
    args,
    config: external('the evaluated configuration'),
    activationPackage: external('a derivation'),
    pkgs: external('pkgs'),
  });
}
