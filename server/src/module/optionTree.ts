import { attrsBehind, tagOf, Thunk, unknown, type Attr, type AttrsValue, type Unknown, type Value } from '../nix/value.ts';
import { child, definition, discharge, type Definition } from './definition.ts';
import { DefinitionIndex } from './definitionIndex.ts';
import type { OptionAlias } from './modules.ts';
import { locationOf } from './optionTypes.ts';

/** Everything the modules say at one option path. */
export interface OptionNode {
  /** Plain values, in module order; unknown ones are in `gaps`. */
  readonly definitions: readonly Definition[];
  /** Definitions here or further up that could not be read: they may say anything. */
  readonly gaps: readonly { readonly definition: Definition; readonly unknown: Unknown; readonly inherited: boolean }[];
}

export interface Asked {
  readonly at: boolean;
  readonly names: boolean;
  readonly below: boolean;
}

/** Option paths are not longer; only a set that holds itself has more names below names. */
const MAX_PATH = 40;

/** The definitions of all modules of a configuration by option path, worked out as far as somebody asks. */
export class OptionTree {
  readonly #nodes = new Map<string, TreeNode>();
  readonly #asked = new Set<string>();
  /** Paths below which something was asked for. */
  readonly #parents = new Set<string>();
  /** Paths of which the names were asked for. */
  readonly #named = new Set<string>();
  readonly #names = new Map<string, readonly string[]>();
  /** Paths whose names are being found. */
  readonly #naming = new Set<string>();

  readonly #aliases: readonly OptionAlias[];

  /** `roots`: the whole of what each module defines. */
  constructor(roots: readonly Definition[], aliases: readonly OptionAlias[] = []) {
    this.#aliases = aliases;
    this.#nodes.set('', node(roots.flatMap(discharge), []));
  }

  at(path: readonly string[]): OptionNode {
    return this.#at(path);
  }

  #at(path: readonly string[]): TreeNode {
    const key = path.join('\0');
    const known = this.#nodes.get(key);
    if (known) return known;
    // A module that defines an option as `config` itself asks for what is being worked out.
    if (this.#asked.has(key) || path.length > MAX_PATH) return unanswered(path);
    this.#asked.add(key);
    const parent = this.#at(path.slice(0, -1));
    const name = path.at(-1) ?? '';
    const own = (isUnnamed(name) ? parent.definitions : parent.index.of(name)).flatMap((from) => {
      const found = attrOf(from, name);
      return found ? child(from, found).flatMap((each) => this.#withoutAliases(each)) : [];
    });
    const aliased = this.#aliases.filter(({ to }) => isSame(to, path)).map(({ from }) => this.at(from));
    const made = node(
      [...own, ...aliased.flatMap(({ definitions }) => definitions)],
      [...parent.handedDown(), ...aliased.flatMap(({ gaps }) => gaps.filter(({ inherited }) => !inherited))],
    );
    this.#nodes.set(key, made);
    this.#parents.add(path.slice(0, -1).join('\0'));
    this.#asked.delete(key);
    return made;
  }

  /** Where modules declare an option at this very path: what `mkOption` made of it. */
  options(path: readonly string[]): readonly AttrsValue[] {
    return this.#at(path).options();
  }

  /** `mkAliasDefinitions options.x` stands for all that is defined at `x` (nixpkgs lib/modules.nix, mkAliasAndWrapDefinitions). */
  #withoutAliases(from: Definition): readonly Definition[] {
    const value = attrsBehind(from.thunk);
    if (!value || tagOf(value) !== 'alias-definitions') return [from];
    const option = value.attrs.get('option')?.thunk.force();
    const path = option && locationOf(option);
    if (!path)
      return [{ ...from, thunk: Thunk.of(option?.type === 'unknown' ? option : unknown('the aliased option is not known', from.binding)) }];
    const { definitions, gaps } = this.at(path);
    const wrap = value.attrs.get('wrap')?.thunk;
    const more = option.type === 'attrs' && path.length > 0 ? option.attrs.gaps : [];
    return [
      ...more.map((gap) => ({ ...from, thunk: Thunk.of(gap) })),
      ...definitions.flatMap((each) => {
        const aliased = { ...each, guards: [...from.guards, ...each.guards] };
        return wrap ? discharge({ ...aliased, thunk: new Thunk(each.thunk.location, () => wrapped(wrap, each.thunk)) }) : [aliased];
      }),
      ...gaps.filter(({ inherited }) => !inherited).map((gap) => ({ ...from, thunk: Thunk.of(gap.unknown) })),
    ];
  }

  /** Names that any module defines below a path. */
  names(path: readonly string[]): readonly string[] {
    const key = path.join('\0');
    this.#named.add(key);
    const known = this.#names.get(key);
    if (known) return known;
    // `x = config.x` has no names but those that others give.
    if (this.#naming.has(key)) return [];
    this.#naming.add(key);
    const names = new Set<string>();
    for (const { thunk } of this.at(path).definitions) {
      for (const name of attrsBehind(thunk)?.attrs.names() ?? []) names.add(name);
    }
    this.#naming.delete(key);
    for (const { from, to } of this.#aliases) {
      const next = to[path.length];
      if (next !== undefined && isSame(to.slice(0, path.length), path) && isSaid(this.at(from))) names.add(next);
    }
    const found = [...names];
    // While other names are being found, some may be missing.
    if (this.#naming.size === 0) this.#names.set(key, found);
    return found;
  }

  /** What anybody asked for so far of a path: what stands at it, the names below it, what stands below it. */
  asked(path: readonly string[]): Asked {
    const key = path.join('\0');
    return { at: this.#nodes.has(key), names: this.#named.has(key), below: this.#parents.has(key) };
  }

  /** Stand-ins for names below a path that are not known (`${user} = …`); each can be asked for like a name. */
  unnamed(path: readonly string[]): readonly string[] {
    const keys = this.at(path).definitions.flatMap(
      ({ thunk }) => attrsBehind(thunk)?.attrs.gaps.flatMap((gap) => unnamedKey(gap) ?? []) ?? [],
    );
    return [...new Set(keys)];
  }
}

/** A node with what is asked of it for each name below it, made once. */
class TreeNode implements OptionNode {
  readonly definitions: readonly Definition[];
  readonly gaps: readonly Gap[];
  #index: DefinitionIndex | null = null;
  #options: readonly AttrsValue[] | null = null;
  #handedDown: { readonly parts: readonly unknown[]; readonly gaps: readonly Gap[] } | null = null;

  constructor(definitions: readonly Definition[], gaps: readonly Gap[]) {
    this.definitions = definitions;
    this.gaps = gaps;
  }

  get index(): DefinitionIndex {
    return (this.#index ??= new DefinitionIndex(this.definitions));
  }

  /** The sets among the definitions that `mkOption` made. */
  options(): readonly AttrsValue[] {
    return (this.#options ??= this.definitions.flatMap(({ thunk }) => {
      const value = attrsBehind(thunk);
      return value && tagOf(value) === 'option' ? [value] : [];
    }));
  }

  /** The gaps of this node as they are those of all below it. */
  handedDown(): readonly Gap[] {
    // The index keeps those that can't change, and then they are the same ones.
    const parts = this.index.gaps();
    if (this.#handedDown?.parts !== parts)
      this.#handedDown = { parts, gaps: [...this.gaps, ...parts].map((gap) => ({ ...gap, inherited: true })) };
    return this.#handedDown.gaps;
  }
}

/** What a definition goes through on its way (`mkAliasAndWrapDefinitions`). */
function wrapped(wrap: Thunk, given: Thunk): Value {
  const fn = wrap.force();
  return fn.type === 'function' ? fn.call(given) : fn;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}

/** No option has such a name. */
const UNNAMED = '\u{1}';

/** Whether a name is a stand-in made by {@link OptionTree.unnamed}. */
export function isUnnamed(name: string): boolean {
  return name.startsWith(UNNAMED);
}

function unnamedKey({ attr }: Unknown): string | null {
  return attr?.name ? `${UNNAMED}${attr.name.file}:${attr.name.start}` : null;
}

function unanswered(path: readonly string[]): TreeNode {
  const reason = unknown(`config.${path.slice(0, 5).join('.')} depends on itself`, null);
  return new TreeNode([], [{ definition: definition(Thunk.of(reason)), unknown: reason, inherited: false }]);
}

function attrOf(from: Definition, name: string): Attr | undefined {
  const value = attrsBehind(from.thunk);
  if (!value) return undefined;
  return isUnnamed(name) ? value.attrs.gaps.find((gap) => unnamedKey(gap) === name)?.attr : value.attrs.get(name);
}

/** Paths of the options in a tree of declarations; at most `limit` sets are looked into. */
export function optionPaths(declared: OptionTree, limit: number): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  let left = limit;
  const visit = (path: readonly string[]): void => {
    for (const name of left-- > 0 ? declared.names(path) : []) {
      const inner = [...path, name];
      const values = declared.at(inner).definitions.map(({ thunk }) => thunk.force());
      if (values.some((value) => tagOf(value) === 'option')) found.push(inner);
      else if (values.some((value) => value.type === 'attrs' && tagOf(value) === null)) visit(inner);
    }
  };
  visit([]);
  return found;
}

type Gap = OptionNode['gaps'][number];

/** Names of a set that could not be read (`${unknown} = …`, `// unknown`). */
function partGaps(parent: OptionNode): readonly Gap[] {
  return new DefinitionIndex(parent.definitions).gaps().map((gap) => ({ ...gap, inherited: false }));
}

/** The gaps of a node's own sets as well as those from further up. */
export function allGaps(at: OptionNode): readonly Gap[] {
  return [...at.gaps, ...partGaps(at)];
}

/** Whether a module says something at this very option, be it readable or not. */
export function isSaid(at: OptionNode): boolean {
  return at.definitions.length > 0 || at.gaps.some((gap) => !gap.inherited);
}

function node(definitions: readonly Definition[], inherited: readonly Gap[]): TreeNode {
  const known: Definition[] = [];
  const own: Gap[] = [];
  for (const from of definitions) {
    // What a literal is need not be worked out to know that it is known: its guards may not hold.
    const value = from.thunk.type === null || from.thunk.type === 'unknown' ? from.thunk.force() : null;
    if (value?.type === 'unknown') own.push({ definition: from, unknown: value, inherited: false });
    else known.push(from);
  }
  return new TreeNode(known, own.length === 0 ? inherited : [...inherited, ...own]);
}
