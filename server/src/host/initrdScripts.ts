import type { Configuration } from '../module/configuration.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import type { ConditionText } from '../nix/value.ts';
import type { Location } from '../syntax/source.ts';

/** Commands that a host runs in the first boot stage. */
export interface InitrdScript {
  readonly option: readonly string[];
  /** For the scripted initrd, which systemd's does not run (nixpkgs systemd/initrd.nix). */
  readonly scripted: boolean;
  /** The value or, where it holds parts that can't be known, its source; shell comments are blanked out. */
  readonly text: string;
  readonly location: Location;
  readonly conditions: readonly ConditionText[];
}

/** Options of the scripted initrd (nixpkgs stage-1.nix). */
const SCRIPTED = ['preDeviceCommands', 'postDeviceCommands', 'preLVMCommands', 'postResumeCommands', 'postMountCommands'];
const SERVICES = ['boot', 'initrd', 'systemd', 'services'];

/** Everything that the host's initrd runs, as far as the workspace says it. */
export function initrdScripts(configuration: Configuration, evaluation: Evaluation): readonly InitrdScript[] {
  const { tree } = configuration;
  const options = [
    ...SCRIPTED.map((name) => ['boot', 'initrd', name]),
    ...tree
      .names(SERVICES)
      .filter((name) => configuration.value([...SERVICES, name, 'enable']).type !== 'bool' || isOn(configuration, [...SERVICES, name]))
      .flatMap((name) => [
        [...SERVICES, name, 'script'],
        [...SERVICES, name, 'serviceConfig', 'ExecStart'],
      ]),
  ];
  return options.flatMap((option) => {
    const node = tree.at(option);
    const definitions = [...node.definitions, ...node.gaps.filter((gap) => !gap.inherited).map((gap) => gap.definition)];
    return configuration.applying(definitions).flatMap(({ from, conditions }): readonly InitrdScript[] => {
      const location = from.binding ?? from.thunk.location;
      if (!location) return [];
      const value = from.thunk.force();
      const text = value.type === 'string' ? value.value : (evaluation.textAt(location) ?? '');
      return [{ option, scripted: option.length === 3, text: withoutComments(text), location, conditions }];
    });
  });
}

function isOn(configuration: Configuration, service: readonly string[]): boolean {
  const value = configuration.value([...service, 'enable']);
  return value.type === 'bool' && value.value;
}

function withoutComments(script: string): string {
  return script.replace(/(^|\s)#[^\n]*/g, '$1');
}
