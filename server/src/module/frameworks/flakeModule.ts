import type { Evaluation } from '../../nix/evaluation.ts';
import { attrs, list, type Value } from '../../nix/value.ts';
import { option, optionType } from '../optionTypes.ts';
import { fn, partly, type Framework } from './framework.ts';

/** An input whose flake module turns options of its own into machines. `make` gets the module's arguments: `config`, `inputs`, `self`. */
export function flakeModule(input: RegExp, make: (evaluation: Evaluation, args: Value) => Value): Framework {
  return {
    input,
    value: (evaluation, outside) => {
      const module = fn(evaluation, 1, (ev, args) => make(ev, args.force()));
      return partly(outside, { flakeModule: module, flakeModules: partly(outside, { default: module }) });
    },
  };
}

/** The type of what is kept as it is. */
export const raw = optionType('raw');
/** A set without anything. */
export const NONE = attrs(new Map());
/** An option that is a list of modules. */
export const modulesOption = option(optionType('listOf', { elemType: raw }), { default: list([]) });
/** An option that is a set of arguments. */
export const argsOption = option(optionType('attrs'), { default: NONE });
