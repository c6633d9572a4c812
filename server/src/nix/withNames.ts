import type { Location } from '../syntax/source.ts';
import { certain } from './combine.ts';
import type { Scope } from './scope.ts';
import type { Unknown, Value } from './value.ts';

/**
 * What a name stands for among the sets opened by `with`, innermost first; null when none of them has it. A set that could not be read may
 * have any name, and hides those of the sets around it: all but the words that make a module a module, which nobody gives another meaning.
 */
export function openedName(scope: Scope, name: string, location: Location): Value | null {
  let unread: Unknown | null = null;
  for (const environment of scope.environments()) {
    const value = environment.force();
    const found = value.type === 'attrs' ? value.attrs.get(name) : undefined;
    if (found) return certain(found);
    unread ??= value.type === 'unknown' ? value : value.type === 'attrs' ? (value.attrs.gaps[0] ?? null) : null;
    if (unread && !MODULE_WORDS.has(name)) break;
  }
  return unread && { ...unread, location };
}

/** nixpkgs lib/modules.nix and lib/options.nix, as far as the author's own sets (`with lib; with lib.mine;`) are opened beside them. */
const MODULE_WORDS = new Set(
  (
    'mkIf mkMerge mkOverride mkForce mkDefault mkOrder mkBefore mkAfter mkOption mkEnableOption mkPackageOption types ' +
    'optional optionals optionalAttrs optionalString'
  ).split(' '),
);
