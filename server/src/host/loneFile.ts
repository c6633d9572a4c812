import type { Configuration } from '../module/configuration.ts';
import { definition, discharge } from '../module/definition.ts';
import type { Unread } from '../module/modules.ts';
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
 * modules, an option that hands modules on, behind arguments of the author's own (`user: { pkgs, ... }: { … }`), or in what a function that
 * is not known is given. Finds them below what the file defines, and reads each alone.
 */
export function readNested(outer: Configuration, evaluation: Evaluation, globals: Scope): Readout {
  const found: Readout[] = [];
  let visited = 0;
  const visit = (thunk: Thunk, depth: number): void => {
    if (depth > MAX_DEPTH || ++visited > MAX_VALUES) return;
    const value = thunk.force();
    if (tagOf(value) !== null) {
      for (const inner of discharge(definition(thunk))) if (inner.thunk !== thunk) visit(inner.thunk, depth);
    } else if (value.type === 'unknown') visitGiven(value, depth);
    else if (value.type === 'list') for (const each of value.items) visit(each.thunk, depth + 1);
    else if (depth > 0 && mayBeModule(value)) visitModule(thunk, depth);
    else if (value.type === 'attrs') visitSet(value.attrs, depth);
  };
  const visitModule = (thunk: Thunk, depth: number): void => {
    const module = aloneConfiguration(evaluation, globals, thunk);
    const readout = readAlone(module);
    const saysSomething = readout.storages.length > 0 || readout.unresolved.length > 0;
    if (saysSomething) found.push(readout);
    const value = thunk.force();
    if (!saysSomething && value.type === 'attrs') visitSet(value.attrs, depth);
    else visitInside(module, depth);
  };
  const visitInside = ({ modules }: Configuration, depth: number): void => {
    for (const each of modules.config)
      for (const { thunk } of discharge(each)) {
        const value = thunk.force();
        if (value.type === 'attrs') visitSet(value.attrs, depth, SIGNS);
      }
    for (const each of [...modules.outside, ...modules.unread]) visitGiven(each, depth);
    // Arguments of the author's own stand before those of a module.
    for (const { instead } of modules.unread) if (instead) visit(instead, depth + 1);
  };
  const visitSet = (set: AttrSet, depth: number, read: readonly string[] = []): void => {
    for (const name of set.names()) {
      const member = read.includes(name) ? undefined : set.get(name);
      if (member) visit(member.thunk, depth + 1);
    }
  };
  // What a function that is not known makes of a module is its business: all of it may be there, or not.
  const visitGiven = ({ location, given = [] }: Given, depth: number): void => {
    const before = found.length;
    for (const thunk of given) if (isWritten(thunk.force())) visit(thunk, depth + 1);
    const condition = location && conditionOf(evaluation, new Thunk(location, () => NULL));
    if (condition && !MAKES_MACHINES.test(condition.text)) found.push(...found.splice(before).map((readout) => under(condition, readout)));
  };
  visitInside(outer, 0);
  return joined(found);
}

/** What was given to a function that is not known, and where it is called. */
type Given = Pick<Unread, 'location' | 'given'>;

/** nixpkgs' own function (lib `nixosSystem`), reached by an input that is not known to a file alone: its modules are there for sure. */
const MAKES_MACHINES = /(^|\.)nixosSystem$/;

/** A set or a function that stands in the text, not the arguments of a module handed on. */
function isWritten(value: Value): boolean {
  return (value.type === 'attrs' || value.type === 'function') && value.location !== null;
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
