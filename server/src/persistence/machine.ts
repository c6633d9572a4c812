import { Configuration, type ConfigurationInput } from '../module/configuration.ts';
import { nixosDefaults } from '../module/nixosDefaults.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import type { Scope } from '../nix/scope.ts';
import { persistenceDefault } from './defaults.ts';
import { homeHolding } from './homeManager.ts';

/** The configuration of a NixOS machine: with NixOS' defaults behind it and those of its users in it. */
export function machineConfiguration(
  evaluation: Evaluation,
  globals: Scope,
  input: Pick<ConfigurationInput, 'modules' | 'specialArgs' | 'alone' | 'followsPaths'>,
): Configuration {
  const known = nixosDefaults((path) => configuration.value(path));
  const configuration: Configuration = new Configuration(evaluation, globals, {
    ...input,
    defaults: (path) => persistenceDefault(path) ?? known(path),
    holds: homeHolding(evaluation, globals),
  });
  return configuration;
}
