import type { Evaluation } from '../../nix/evaluation.ts';
import { external, type Value } from '../../nix/value.ts';
import { nixosSystem, fn, partly, type Framework, type InputsOf } from './framework.ts';
import { flakeAspects } from './aspects.ts';
import { blueprint } from './blueprint.ts';
import { colmena, deployRs } from './colmena.ts';
import { flakeParts } from './flakeParts.ts';
import { clan } from './clan.ts';
import { den } from './den.ts';
import { digga } from './digga.ts';
import { easyHosts } from './easyHosts.ts';
import { ezConfigs } from './ezConfigs.ts';
import { flakelight } from './flakelight.ts';
import { flakeUtils, flakeUtilsPlus } from './flakeUtils.ts';
import { haumea } from './haumea.ts';
import { hive, std } from './hive.ts';
import { homeManager } from './homeManager.ts';
import { importTree } from './importTree.ts';
import { liteConfig } from './liteConfig.ts';
import { nixosExtraModules } from './nixosExtraModules.ts';
import { nixosUnified } from './nixosUnified.ts';
import { nixpkgs } from './nixpkgs.ts';
import { snowfall } from './snowfall.ts';
import { unify } from './unify.ts';

/** The more special ones first: their inputs may be named after what they extend. */
const FRAMEWORKS: readonly Framework[] = [
  flakeParts,
  flakeAspects,
  den,
  unify,
  importTree,
  snowfall,
  blueprint,
  nixosUnified,
  haumea,
  colmena,
  deployRs,
  flakeUtilsPlus,
  flakeUtils,
  ezConfigs,
  easyHosts,
  flakelight,
  digga,
  hive,
  std,
  liteConfig,
  clan,
  nixosExtraModules,
  homeManager,
  nixpkgs,
];

/**
 * A flake input as the outputs see it, told by its name and URL; what is not known of it is outside the workspace. Flakes that offer a
 * `nixosSystem` of their own take what the one of nixpkgs takes.
 */
export function flakeInput(evaluation: Evaluation, name: string, url: string, inputsOf: InputsOf): Value {
  const told = `${name} ${url}`;
  const outside = external(`the flake input ${name}`);
  const known = FRAMEWORKS.find(({ input }) => input.test(told));
  if (known) return known.value(evaluation, outside, inputsOf);
  const system = fn(evaluation, 1, (ev, args) => nixosSystem(ev, args));
  return partly(outside, { lib: partly(outside, { nixosSystem: system, nixosSystemFull: system }) });
}
