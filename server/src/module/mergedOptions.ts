import { call } from '../nix/call.ts';
import { equals } from '../nix/combine.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import { tagged } from '../nix/lib/conditions.ts';
import { bool, record, string, Thunk, unknown, type AttrSet, type Value } from '../nix/value.ts';
import { definition, type Definition, type Guard } from './definition.ts';

/** What an old option is worth while nobody defines it (nixpkgs lib/modules.nix, mkMergedOptionModule). */
const UNSET = string('_mkMergedOptionModule', null);

/**
 * `mkMergedOptionModule from to merge`: the options `from` are declared, and where one of them is defined, `to` is what `merge` makes of
 * `config`. `paths` reads a list of names; null when an option path is not known.
 */
export function mergedOptions(
  evaluation: Evaluation,
  set: AttrSet,
  config: Thunk,
  guards: readonly Guard[],
  paths: (value: Value | undefined) => readonly string[] | null,
): { readonly options: readonly Definition[]; readonly config: Definition } | null {
  const list = set.get('from')?.thunk.force();
  const from = list?.type === 'list' && list.gaps.length === 0 ? list.items.map(({ thunk }) => paths(thunk.force())) : [null];
  const to = paths(set.get('to')?.thunk.force());
  const merge = set.get('merge')?.thunk;
  if (!to || !merge || from.includes(null)) return null;
  const old = from.flatMap((path) => (path ? [path] : []));
  const option = record({ _type: string('option', null), default: UNSET, visible: bool(false) });
  const condition = new Thunk(merge.location, () => anyDefined(config, old));
  const content = new Thunk(merge.location, () => call(evaluation, merge.force(), config, merge.location));
  return {
    options: old.map((path) => definition(Thunk.of(nested(path, option)), guards)),
    config: definition(Thunk.of(nested(to, tagged('if', { condition, content }))), guards),
  };
}

function anyDefined(config: Thunk, paths: readonly (readonly string[])[]): Value {
  let unclear: Value | null = null;
  for (const path of paths) {
    const value = at(config.force(), path);
    const isUnset = equals(value, UNSET);
    if (isUnset === false) return bool(true);
    if (isUnset === null) unclear ??= value.type === 'unknown' ? value : unknown('the option is not known', null);
  }
  return unclear ?? bool(false);
}

function at(value: Value, path: readonly string[]): Value {
  return path.reduce<Value>((outer, name) => {
    if (outer.type !== 'attrs') return outer.type === 'unknown' ? outer : unknown(`there is no option ${path.join('.')}`, null);
    return outer.attrs.get(name)?.thunk.force() ?? outer.attrs.gaps[0] ?? unknown(`there is no option ${path.join('.')}`, null);
  }, value);
}

function nested(path: readonly string[], leaf: Value): Value {
  return path.reduceRight<Value>((inner, name) => record({ [name]: inner }), leaf);
}
