import { isUnknown, setOf } from '../nix/primitive.ts';
import { list, record, string, tagOf, Thunk, type AttrSet, type AttrsValue, type Value } from '../nix/value.ts';

/**
 * What the type of an option makes of the definitions at a path at or below it (nixpkgs lib/types.nix):
 * - `submodule`: they are modules of a configuration of their own, whose options begin after `depth` names of the path below the option
 * - `deferred`: they are modules for somebody else, kept as one module that imports them
 * - `raw`: they are not looked into
 * - `text`: several of them are one, with `separator` in between
 * - `set` and `list`: what they hold is of the type `element`
 * - `coerced`: values of the type `from` go through `through` to become ones of `to`
 */
export type Shape =
  | {
      readonly kind: 'submodule';
      readonly depth: number;
      readonly modules: readonly Thunk[];
      readonly specialArgs: AttrSet | null;
      /** Sets among the definitions are `config` alone, whatever their names (shorthandOnlyDefinesConfig). */
      readonly shorthand: boolean;
      readonly coercions: readonly Coercion[];
      /** Functions among the definitions are values, not modules. */
      readonly functions: boolean;
    }
  | { readonly kind: 'deferred' }
  | { readonly kind: 'raw' }
  | { readonly kind: 'set'; readonly element: Value }
  | { readonly kind: 'list'; readonly element: Value }
  | { readonly kind: 'text'; readonly separator: string }
  | { readonly kind: 'coerced'; readonly coercion: Coercion };

export interface Coercion {
  readonly from: Value;
  readonly through: Thunk;
  readonly to: Value;
}

/** Types hold types; only one that holds itself is deeper. */
const MAX_DEPTH = 20;

/** The shape of what stands `path` below an option with these types (several declarations of one option add to each other); null for plain values. */
export function shapeAt(types: readonly Value[], path: readonly string[]): Shape | null {
  const shapes = types.flatMap((type) => shapeOf(type, path, 0, 0) ?? []);
  const [first] = shapes;
  if (first?.kind !== 'submodule') return first ?? null;
  return {
    ...first,
    modules: shapes.flatMap((shape) => (shape.kind === 'submodule' && shape.depth === first.depth ? shape.modules : [])),
  };
}

function shapeOf(type: Value, path: readonly string[], used: number, depth: number): Shape | null {
  if (depth > MAX_DEPTH || type.type !== 'attrs') return null;
  const part = (name: string): Value | null => type.attrs.get(name)?.thunk.force() ?? null;
  const through = (name: string): Shape | null => {
    const inner = part(name);
    return inner && shapeOf(inner, path, used, depth + 1);
  };
  const held = (element: Value | null): Shape | null => {
    if (!element) return null;
    return used === path.length ? { kind: 'set', element } : shapeOf(element, path, used + 1, depth + 1);
  };
  const here = used === path.length;
  switch (typeName(type)) {
    case 'attrsOf':
    case 'lazyAttrsOf':
    case 'loaOf':
      return held(part('elemType'));
    case 'attrsWith':
      return held(partOf(part('args'), 'elemType'));
    case 'nullOr':
    case 'uniq':
    case 'unique':
      return through('elemType');
    case 'submodule': {
      const modules = type.attrs.get('modules')?.thunk;
      const functions = part('functions');
      return modules ? { ...submodule(used, [modules], null, true), functions: functions?.type === 'bool' && functions.value } : null;
    }
    case 'submoduleWith': {
      const args = part('args');
      const modules = args?.type === 'attrs' ? args.attrs.get('modules')?.thunk : undefined;
      const special = partOf(args, 'specialArgs');
      const shorthand = partOf(args, 'shorthandOnlyDefinesConfig');
      return modules
        ? submodule(used, [modules], special?.type === 'attrs' ? special.attrs : null, shorthand?.type === 'bool' && shorthand.value)
        : null;
    }
    case 'deferredModule':
    case 'deferredModuleWith':
      return here ? { kind: 'deferred' } : null;
    case 'raw':
    case 'attrs':
      return here ? { kind: 'raw' } : null;
    case 'listOf':
    case 'nonEmptyListOf': {
      const element = part('elemType');
      return here && element ? { kind: 'list', element } : null;
    }
    case 'either':
      return through('left') ?? through('right');
    case 'oneOf': {
      const types = part('types');
      for (const { thunk } of types?.type === 'list' ? types.items : []) {
        const shape = shapeOf(thunk.force(), path, used, depth + 1);
        if (shape) return shape;
      }
      return null;
    }
    case 'lines':
      return here ? { kind: 'text', separator: '\n' } : null;
    case 'commas':
      return here ? { kind: 'text', separator: ',' } : null;
    case 'envVar':
      return here ? { kind: 'text', separator: ':' } : null;
    case 'string':
      return here ? { kind: 'text', separator: '' } : null;
    case 'separatedString': {
      const separator = part('separator');
      return here && separator?.type === 'string' ? { kind: 'text', separator: separator.value } : null;
    }
    case 'coercedTo':
      return coerced(type.attrs, path, used, depth);
    default:
      return null;
  }
}

function submodule(
  depth: number,
  modules: readonly Thunk[],
  specialArgs: AttrSet | null,
  shorthand: boolean,
): Extract<Shape, { kind: 'submodule' }> {
  return { kind: 'submodule', depth, modules, specialArgs, shorthand, coercions: [], functions: false };
}

function coerced(type: AttrSet, path: readonly string[], used: number, depth: number): Shape | null {
  const [from, through, to] = [type.get('coercedType'), type.get('coerceFunc'), type.get('finalType')];
  if (!from || !through || !to) return null;
  const coercion: Coercion = { from: from.thunk.force(), through: through.thunk, to: to.thunk.force() };
  const inner = shapeOf(coercion.to, path, used, depth + 1);
  if (inner?.kind === 'submodule') return { ...inner, coercions: [...inner.coercions, coercion] };
  return used === path.length ? { kind: 'coerced', coercion } : inner;
}

function partOf(set: Value | null, name: string): Value | null {
  return set?.type === 'attrs' ? (set.attrs.get(name)?.thunk.force() ?? null) : null;
}

/** The name of a type, as nixpkgs lib/types.nix has it; null for what is no type. */
function typeName(type: Value): string | null {
  if (tagOf(type) !== 'option-type' || type.type !== 'attrs') return null;
  const name = type.attrs.get('name')?.thunk.force();
  return name?.type === 'string' ? name.value : null;
}

const KINDS: Readonly<Record<string, readonly Value['type'][]>> = {
  bool: ['bool'],
  int: ['int'],
  float: ['float'],
  number: ['int', 'float'],
  path: ['path', 'string'],
  package: ['attrs', 'unknown'],
  attrs: ['attrs'],
  attrsOf: ['attrs'],
  lazyAttrsOf: ['attrs'],
  submodule: ['attrs', 'function', 'path'],
  submoduleWith: ['attrs', 'function', 'path'],
  listOf: ['list'],
  nonEmptyListOf: ['list'],
  functionTo: ['function'],
};

const TEXTS = /^(str|string|singleLineStr|nonEmptyStr|lines|commas|envVar|separatedString|strMatching|enum|passwdEntry)$/;

/** Whether a value is of a type, by its kind alone; null when that doesn't tell. */
export function isOfType(value: Value, type: Value): boolean | null {
  const name = typeName(type);
  if (name === null || value.type === 'unknown') return null;
  if (TEXTS.test(name)) return value.type === 'string';
  if (name === 'nullOr' && type.type === 'attrs') {
    const inner = type.attrs.get('elemType')?.thunk.force();
    return value.type === 'null' ? true : inner ? isOfType(value, inner) : null;
  }
  if (name === 'either' && type.type === 'attrs')
    return any(
      ['left', 'right'].flatMap((each) => type.attrs.get(each)?.thunk.force() ?? []),
      value,
    );
  if (name === 'oneOf' && type.type === 'attrs') {
    const types = type.attrs.get('types')?.thunk.force();
    return types?.type === 'list'
      ? any(
          types.items.map(({ thunk }) => thunk.force()),
          value,
        )
      : null;
  }
  const kinds = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  return kinds ? kinds.includes(value.type) : null;
}

function any(types: readonly Value[], value: Value): boolean | null {
  const answers = types.map((type) => isOfType(value, type));
  if (answers.includes(true)) return true;
  return answers.includes(null) ? null : false;
}

/** A type of nixpkgs lib made here; `parts` as {@link shapeAt} reads them. */
export function optionType(name: string, parts: Readonly<Record<string, Value>> = {}): AttrsValue {
  return record({ _type: string('option-type', null), name: string(name, null), ...parts });
}

/** The declaration of an option made here. */
export function option(type: Value, more: Readonly<Record<string, Value>> = {}): AttrsValue {
  return record({ _type: string('option', null), type, ...more });
}

/** `types.lazyAttrsOf element`. */
export function setOfType(element: Value): AttrsValue {
  return optionType('lazyAttrsOf', { elemType: element });
}

/** `types.submodule` of these modules. */
export function submoduleType(...modules: readonly Value[]): AttrsValue {
  return optionType('submodule', { modules: list(modules.map((module) => ({ thunk: Thunk.of(module), conditions: [] }))) });
}

/** `types.submoduleWith` of these modules: what is defined are modules, with `imports` of their own. */
export function moduleType(...modules: readonly Value[]): AttrsValue {
  const all = list(modules.map((module) => ({ thunk: Thunk.of(module), conditions: [] })));
  return optionType('submoduleWith', { args: record({ modules: all }) });
}

/** The names of an option's `loc`; null when it is none. */
export function locationOf(option: Value): readonly string[] | null {
  const set = setOf(Thunk.of(option));
  const loc = isUnknown(set) ? undefined : set.get('loc')?.thunk.force();
  if (loc?.type !== 'list') return null;
  const parts = loc.items.map(({ thunk }) => thunk.force());
  return parts.every((part) => part.type === 'string') ? parts.map((part) => part.value) : null;
}
