import { posix } from 'node:path';
import { evaluateFile } from '../nix/wholeFile.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import type { Scope } from '../nix/scope.ts';
import { call } from '../nix/call.ts';
import {
  attrs,
  list,
  pathOf,
  tagOf,
  Thunk,
  typeName,
  type Attr,
  type AttrsValue,
  type AttrSet,
  type Unknown,
  type Value,
} from '../nix/value.ts';
import type { Location } from '../syntax/source.ts';
import { mergedOptions } from './mergedOptions.ts';
import { DEFAULT_PRIORITY, definition, undecided, type Definition, type Guard } from './definition.ts';

/** What is defined at `from` is a definition at `to`; both are option paths. */
export interface OptionAlias {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** A module that could not be read; `given` is what the function that should have made it was given, `instead` the function that it is. */
export interface Unread {
  readonly location: Location | null;
  readonly reason: string;
  readonly given?: readonly Thunk[];
  readonly instead?: Thunk;
}

/** The modules of one configuration, with everything they import. */
export interface ModuleSet {
  readonly config: readonly Definition[];
  readonly options: readonly Definition[];
  /** Files of the workspace that take part, in import order. */
  readonly files: readonly string[];
  /** Imports that could not be followed although they may be the author's own. */
  readonly unread: readonly Unread[];
  /** Imports from outside the workspace. */
  readonly outside: readonly Unknown[];
  /** Types of what is defined without being declared (`freeformType`). */
  readonly freeform: readonly Thunk[];
  /** Options that stand for others (`mkAliasOptionModule`, `mkRenamedOptionModule`). */
  readonly aliases: readonly OptionAlias[];
}

interface Collector {
  readonly config: Definition[];
  readonly options: Definition[];
  readonly files: Set<string>;
  /** Those whose imports are being followed, without symbolic links. */
  readonly importing: Set<string>;
  /** Modules so far, those without a file among them. */
  modules: number;
  /** How many modules the one that is looked at stands within. */
  nesting: number;
  readonly unread: Unread[];
  readonly outside: Unknown[];
  readonly aliases: OptionAlias[];
  readonly freeform: Thunk[];
}

export interface ModuleContext {
  readonly evaluation: Evaluation;
  readonly globals: Scope;
  /** What a module function is called with. */
  readonly args: Thunk;
  /** Whether `imports` of paths are followed. */
  readonly followPaths: boolean;
}

/** Names of a module that are not configuration when it is written without `config` (nixpkgs lib/modules.nix, unifyModuleSyntax). */
const STRUCTURE = ['imports', 'options', 'config', '_file', '_class', 'key', 'disabledModules', 'freeformType', 'meta'];
const MAX_MODULES = 5000;
/** Deeper only goes a module without a file of its own that imports itself (`imports = [ (import ./this.nix) ]`), which to Nix has no end. */
const MAX_NESTING = 100;

/** Follows a list of modules and their `imports` (nixpkgs lib/modules.nix, collectModules). A file is taken once. */
export function collectModules(
  context: ModuleContext,
  modules: Thunk,
  { parts = [], shorthand = false }: { readonly parts?: readonly Definition[]; readonly shorthand?: boolean },
): ModuleSet {
  const into: Collector = {
    config: [],
    options: [],
    files: new Set(),
    importing: new Set(),
    modules: 0,
    nesting: 0,
    unread: [],
    outside: [],
    aliases: [],
    freeform: [],
  };
  collectList(context, modules, [], into);
  for (const part of parts) {
    const value = part.thunk.force();
    if (value.type === 'unknown' || (shorthand && value.type === 'attrs')) into.config.push({ ...part, priority: DEFAULT_PRIORITY });
    else collect(context, part.thunk, part.guards, into);
  }
  const { config, options, outside, aliases, freeform } = into;
  return { config, options, outside, aliases, freeform, files: [...into.files], unread: distinct(into.unread) };
}

/** What a library's function could not make a module of is said once for each place. */
function distinct(unread: ModuleSet['unread']): ModuleSet['unread'] {
  return [...new Map(unread.map((each) => [`${each.reason}\0${each.location?.file}\0${each.location?.start}`, each] as const)).values()];
}

function collectList(context: ModuleContext, modules: Thunk, guards: readonly Guard[], into: Collector): void {
  const value = modules.force();
  if (value.type !== 'list') {
    if (value.type === 'unknown') skip(value, modules.location, into);
    return;
  }
  for (const gap of value.gaps) skip(gap, modules.location, into);
  for (const each of value.items) collect(context, each.thunk, [...guards, ...undecided(each.conditions)], into);
}

function collect(context: ModuleContext, thunk: Thunk, guards: readonly Guard[], into: Collector): void {
  const value = thunk.force();
  const path = pathOf(value);
  if (path?.startsWith('/')) {
    const file = context.evaluation.sources.kindOf(path) === 'directory' ? posix.join(path, 'default.nix') : path;
    if (into.files.has(file)) return;
    // To Nix it is another path at each turn, until the system follows no more links and it fails (path_resolution(7): 40).
    const real = context.evaluation.sources.realPath(file);
    if (into.importing.has(real)) {
      into.unread.push({ location: thunk.location, reason: 'the module imports itself through a link, over and over' });
      return;
    }
    into.files.add(file);
    into.importing.add(real);
    const read = evaluateFile(context.evaluation, file, context.globals);
    if (read.type === 'unknown' && read.location === null) into.unread.push({ location: thunk.location, reason: read.reason });
    else include(context, read, thunk.location, guards, into);
    into.importing.delete(real);
  } else include(context, value, thunk.location, guards, into);
}

function include(context: ModuleContext, module: Value, at: Location | null, guards: readonly Guard[], into: Collector): void {
  if (into.modules >= MAX_MODULES || into.nesting >= MAX_NESTING) {
    const reason = into.modules >= MAX_MODULES ? 'there are too many modules' : 'modules import modules without an end';
    into.unread.push({ location: at, reason });
    return;
  }
  into.modules++;
  into.nesting++;
  includeModule(context, module, at, guards, into);
  into.nesting--;
}

function includeModule(context: ModuleContext, module: Value, at: Location | null, guards: readonly Guard[], into: Collector): void {
  const isFunction = module.type === 'function' || (module.type === 'attrs' && module.attrs.get('__functor') !== undefined);
  const value = isFunction ? call(context.evaluation, module, context.args, at) : module;
  if (value.type === 'unknown') return skip(value, at, into);
  if (value.type !== 'attrs') {
    const reason = `${typeName(value)} is no module`;
    into.unread.push({ location: at, reason, ...(value.type === 'function' && { instead: Thunk.of(value) }) });
    return;
  }
  const set = value.attrs;
  const tag = tagOf(value);
  if (tag === 'option-alias') {
    const [from, to] = [optionPath(set, 'from'), optionPath(set, 'to')];
    if (from && to) into.aliases.push({ from, to });
    else into.unread.push({ location: at, reason: 'the options of an alias are not known' });
    return;
  }
  if (tag === 'option-merged') {
    const config = new Thunk(null, () => {
      const args = context.args.force();
      return args.type === 'attrs' ? (args.attrs.get('config')?.thunk.force() ?? args) : args;
    });
    const merged = mergedOptions(context.evaluation, set, config, guards, namesOf);
    if (merged) {
      into.options.push(...merged.options);
      into.config.push(merged.config);
    } else into.unread.push({ location: at, reason: 'the options that are merged are not known' });
    return;
  }
  // Options that are gone define nothing that could be read.
  if (tag?.startsWith('option-')) return;
  if (tag !== null) {
    into.config.push(definition(Thunk.of(value), guards));
    return;
  }
  const imports = set.get('imports');
  if (imports) collectList(context, context.followPaths ? imports.thunk : withoutPaths(imports.thunk), guards, into);
  const freeform = set.get('freeformType');
  if (freeform) into.freeform.push(freeform.thunk);
  const options = set.get('options');
  if (options) into.options.push({ ...definition(options.thunk, guards), name: options.name, binding: options.binding });
  const config = set.get('config');
  if (config) into.config.push({ ...definition(config.thunk, guards), name: config.name, binding: config.binding });
  else if (!options) into.config.push(definition(Thunk.of(plain(value)), guards));
}

function optionPath(set: AttrSet, name: string): readonly string[] | null {
  return namesOf(set.get(name)?.thunk.force());
}

function namesOf(value: Value | undefined): readonly string[] | null {
  if (value?.type !== 'list' || value.gaps.length > 0) return null;
  const parts = value.items.map(({ thunk }) => thunk.force());
  return parts.every((part) => part.type === 'string') ? parts.map((part) => part.value) : null;
}

function withoutPaths(imports: Thunk): Thunk {
  const value = imports.force();
  if (value.type !== 'list') return Thunk.of(list([]));
  return Thunk.of(
    list(
      value.items.filter(({ thunk }) => !['path', 'string', 'unknown'].includes(thunk.force().type)),
      value.location,
    ),
  );
}

/** A module without `config`: all of it but the structural names. */
function plain(value: AttrsValue): AttrsValue {
  const kept = new Map<string, Attr>();
  for (const name of value.attrs.names()) {
    const found = STRUCTURE.includes(name) ? undefined : value.attrs.get(name);
    if (found) kept.set(name, found);
  }
  return attrs(kept, value.location, value.attrs.gaps);
}

function skip(value: Unknown, at: Location | null, into: Collector): void {
  if (value.external) into.outside.push({ ...value, location: value.location ?? at });
  else into.unread.push({ location: value.location ?? at, reason: value.reason, ...(value.given && { given: value.given }) });
}

/** The arguments of a module function, answered on demand; a name nobody gives is unknown. */
export function moduleArguments(get: (name: string) => Value): Thunk {
  const known = new Map<string, Attr>();
  const set: AttrSet = {
    get(name) {
      const found = known.get(name) ?? { thunk: new Thunk(null, () => get(name)), name: null, binding: null, conditions: [] };
      known.set(name, found);
      return found;
    },
    names: () => [...known.keys()],
    gaps: [],
  };
  return Thunk.of({ type: 'attrs', attrs: set, location: null });
}
