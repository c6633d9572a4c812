import type { Configuration } from '../module/configuration.ts';
import { definition, discharge } from '../module/definition.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import type { Scope } from '../nix/scope.ts';
import { conditionOf } from '../nix/primitive.ts';
import { item, list, NULL, tagOf, Thunk, type AttrSet, type ConditionText, type Value } from '../nix/value.ts';
import { readOwnHome } from '../persistence/homeManager.ts';
import { machineConfiguration } from '../persistence/machine.ts';
import { joined, readPersistence } from '../persistence/readers.ts';
import type { Readout } from '../persistence/entry.ts';

/** Names under which a module says what is persisted; a set that has one of them may be a module. */
const SIGNS = ['environment', 'preservation', 'home', 'home-manager', 'config', 'imports'];
/** How deep below the file's own value modules are looked for (`flake.modules.nixos.x`), and into how many values. */
const MAX_DEPTH = 6;
const MAX_VALUES = 2000;

/** One module without those it belongs with. */
export function aloneConfiguration(evaluation: Evaluation, globals: Scope, module: Thunk): Configuration {
  const modules = Thunk.of(list([{ thunk: module, conditions: [] }]));
  return machineConfiguration(evaluation, globals, { modules, specialArgs: null, alone: true });
}

/** What one module read alone persists, as a machine's and as a user's. */
export function readAlone(configuration: Configuration): Readout {
  return joined([readPersistence(configuration, null), readOwnHome(configuration)]);
}

/**
 * A fifth of real files keep their modules deeper: in a registry (`flake.modules.nixos.x = { … }`), an aspect, an attribute set of
 * modules. Finds them below what the file defines, and reads each alone.
 */
export function readNested(outer: Configuration, evaluation: Evaluation, globals: Scope): Readout {
  const found: Readout[] = [];
  let visited = 0;
  const visit = (thunk: Thunk, depth: number): void => {
    if (depth > MAX_DEPTH || ++visited > MAX_VALUES) return;
    const value = thunk.force();
    if (tagOf(value) !== null) {
      for (const inner of discharge(definition(thunk))) if (inner.thunk !== thunk) visit(inner.thunk, depth);
      return;
    }
    if (depth > 0 && mayBeModule(value)) {
      const readout = readAlone(aloneConfiguration(evaluation, globals, thunk));
      if (readout.storages.length > 0 || readout.unresolved.length > 0) {
        found.push(readout);
        return;
      }
    }
    if (value.type === 'list') for (const each of value.items) visit(each.thunk, depth + 1);
    if (value.type === 'attrs') visitSet(value.attrs, depth);
  };
  const visitSet = (set: AttrSet, depth: number): void => {
    for (const name of set.names()) {
      const member = depth === 0 && SIGNS.includes(name) ? undefined : set.get(name);
      if (member) visit(member.thunk, depth + 1);
    }
  };
  for (const { thunk } of outer.modules.config) visit(thunk, 0);
  const own = joined(found.splice(0));
  // What a function that is not known makes of a module is its business: all of it may be there, or not.
  for (const { location, given = [] } of [...outer.modules.outside, ...outer.modules.unread]) {
    for (const thunk of given) if (isWritten(thunk.force())) visit(thunk, 1);
    const condition = location && conditionOf(evaluation, new Thunk(location, () => NULL));
    if (condition) return joined([own, ...found.map((readout) => under(condition, readout))]);
  }
  return own;
}

/** A set that stands in the text, not the arguments of a module handed on. */
function isWritten(value: Value): boolean {
  return value.type === 'attrs' && value.location !== null;
}

function under(condition: ConditionText, { entries, storages, unresolved }: Readout): Readout {
  return {
    entries: entries.map((entry) => ({ ...entry, conditions: [condition, ...entry.conditions] })),
    storages: storages.map((storage) => ({ ...storage, conditions: [condition, ...storage.conditions] })),
    unresolved,
  };
}

function mayBeModule(value: Value): boolean {
  if (value.type === 'function') return true;
  return value.type === 'attrs' && SIGNS.some((name) => value.attrs.get(name) !== undefined);
}

/** The path of a file as a module. */
export function moduleOfFile(file: string): Thunk {
  return item({ type: 'path', path: file, location: null }).thunk;
}
