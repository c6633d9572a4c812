import { literalString, unparen, type AttrName, type AttrsExpr, type Expr, type ListExpr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { SourceRange } from '../syntax/source.ts';
import { definitionCall } from './calls.ts';
import { findDeclaration, type Declaration, type ValueBinding } from './declaration.ts';
import { elementKey, pathValue } from './elements.ts';
import type { EntryAttributes, EntryKind } from './entryText.ts';
import { liftBinding, type Nested } from './liftBinding.ts';
import { indentAt, isFirstOnLine } from './lines.ts';
import { removeBindings } from './removeItems.ts';
import { setAttributes, type AttributeChanges } from './setAttributes.ts';
import { detectStyle, type Style } from './style.ts';
import { unreadable } from './target.ts';
import { joinEdits, type EditProblem, type TextEdit } from './textEdit.ts';

/** What preservation needs to be told of an entry and impermanence did by itself. Null when it is as any other. */
export type KnownAttributes = (kind: EntryKind, path: string, user: string | null) => EntryAttributes | null;

/**
 * Edits that turn declarations of impermanence, the bindings at `ranges` in one file, into such of preservation (its manual, "Migration
 * from impermanence"): the key below `preservation.preserveAt`, mount options by name, `how` for `method`, `parent` for
 * `parentDirectory`. Attributes that the entries have stay; `known` says which others they need. `enable` writes
 * `preservation.enable = true` beside them. Whatever has no counterpart is a problem, and nothing is changed.
 */
export function toPreservation(
  source: NixSource,
  ranges: readonly SourceRange[],
  known: KnownAttributes,
  enable: boolean,
): readonly TextEdit[] | EditProblem {
  const broken = unreadable(source);
  if (broken) return broken;
  const conversion = new Conversion(source, known);
  for (const range of ranges) {
    const found = findDeclaration(source, range);
    if (!found) return { problem: 'The declaration of the storage is no longer where it was.' };
    conversion.convert(found, enable);
  }
  const edits = conversion.finished();
  if (conversion.problem !== null) return { problem: conversion.problem };
  return joinEdits(edits) ?? { problem: 'The declaration would have to change at one place in two ways; convert it by hand.' };
}

/** Settings of a storage that preservation has no need of. */
const DROPPED: ReadonlySet<string> = new Set(['enableWarnings', 'enableDebugging']);
/** `x-gvfs-…` options of mounts by the setting that gave them (impermanence nixos.nix). */
const MOUNT_OPTIONS: ReadonlyMap<string, string> = new Map([
  ['hideMounts', 'x-gvfs-hide'],
  ['hideMount', 'x-gvfs-hide'],
  ['allowTrash', 'x-gvfs-trash'],
]);

const ENABLE = 'preservation.enable = true;';

class Conversion {
  readonly edits: TextEdit[] = [];
  problem: string | null = null;
  readonly #source: NixSource;
  readonly #known: KnownAttributes;
  readonly #style: Style;
  readonly #renamed = new Set<number>();
  readonly #gone = new Set<ValueBinding>();
  readonly #lifted: { readonly nested: Nested; readonly lead: string }[] = [];

  constructor(source: NixSource, known: KnownAttributes) {
    this.#source = source;
    this.#known = known;
    this.#style = detectStyle(source);
  }

  convert({ binding, ancestors, owner, storageDepth }: Declaration, enable: boolean): void {
    this.#binding(binding, owner, storageDepth, []);
    if (!this.#gone.has(binding)) this.#rename(binding, ancestors, enable && this.#renamed.size === 0);
  }

  #remove(binding: ValueBinding, owner: AttrsExpr): void {
    this.#gone.add(binding);
    this.edits.push(...removeBindings(this.#source, owner, [owner.bindings.indexOf(binding)]));
  }

  #fail(problem: string): void {
    this.problem ??= problem;
  }

  /** `environment.persistence` at the head of the binding, or of the one that holds the set of storages. */
  #rename(binding: ValueBinding, ancestors: readonly Expr[], enable: boolean): void {
    const sets = ancestors.filter((each): each is AttrsExpr => each.kind === 'attrs').toReversed();
    const around = [binding];
    for (const [index, set] of sets.entries()) {
      const outer = sets[index + 1]?.bindings.find((each): each is ValueBinding => each.kind === 'binding' && each.value === set);
      if (outer) around.push(outer);
      else break;
    }
    const option = around.find(isOption);
    const depth = around.findIndex(({ path }) => textOf(path[0]) === 'persistence');
    const [inner, outer, set] = [around[depth], around[depth + 1], sets[depth]];
    const named = option ?? inner;
    if (!named || this.#renamed.has(named.start))
      return named ? undefined : this.#fail('The declaration is in a form that can only be converted by hand.');
    this.#renamed.add(named.start);
    const [first, second] = named.path;
    const { text } = this.#source;
    if (option && first && second) {
      const lead = isFirstOnLine(text, option.start) ? this.#style.eol + indentAt(text, option.start) : ' ';
      this.edits.push({ start: first.start, end: second.end, newText: `${enable ? `${ENABLE}${lead}` : ''}preservation.preserveAt` });
    } else if (first && inner && outer && set && outer.path.length === 1 && textOf(outer.path[0]) === 'environment') {
      this.edits.push({ start: first.start, end: first.end, newText: 'preservation.preserveAt' });
      this.#lifted.push({ nested: { inner, set, outer }, lead: enable ? ENABLE : '' });
    } else this.#fail('The declaration is in a form that can only be converted by hand.');
  }

  /** All edits, with bindings moved out of `environment`. */
  finished(): readonly TextEdit[] {
    let edits: readonly TextEdit[] = this.edits;
    for (const { nested, lead } of this.#lifted) {
      const { inner } = nested;
      const within = edits.filter(({ start, end }) => inner.start <= start && end <= inner.end);
      const joined = joinEdits(within);
      const lifted = joined && liftBinding(this.#source, nested, joined, lead, this.#style);
      if (!lifted) this.#fail('The declaration holds what would lose its place; convert it by hand.');
      else edits = [...edits.filter((edit) => !within.includes(edit)), ...lifted];
    }
    return edits;
  }

  #binding(binding: ValueBinding, owner: AttrsExpr, depth: number, before: readonly string[]): void {
    const names: string[] = [...before];
    for (const name of binding.path.slice(depth)) names.push(textOf(name) ?? '…');
    const [head = '', user, list] = names;
    if (names.length === 0) this.#set(binding.value, names);
    else if (head === 'directories' || head === 'files') this.#lists(binding.value, head, null);
    else if (head !== 'users') this.#setting(binding, owner, names);
    else if (list === 'directories' || list === 'files') this.#lists(binding.value, list, user ?? null);
    else if (list === undefined) this.#set(binding.value, names);
    else if (list !== 'home') this.#fail(`\`users.${user}.${list}\` has no counterpart in preservation.`);
  }

  #set(value: Expr, names: readonly string[]): void {
    const expr = unparen(value);
    const call = expr.kind === 'apply' ? definitionCall(expr) : null;
    if (call?.kind === 'merge') {
      const list = unparen(call.content);
      if (list.kind !== 'list') return this.#fail('The storage is put together by an expression; convert it by hand.');
      for (const element of list.elements) this.#set(element, names);
    } else if (call) this.#set(call.content, names);
    else if (expr.kind !== 'attrs') this.#fail('The storage is put together by an expression; convert it by hand.');
    else
      for (const binding of expr.bindings) {
        if (binding.kind === 'binding') this.#binding(binding, expr, 0, names);
        else if (binding.names.some((name) => !['directories', 'files'].includes(textOf(name) ?? '')))
          this.#fail('The storage inherits settings; convert it by hand.');
      }
  }

  #setting(binding: ValueBinding, owner: AttrsExpr, names: readonly string[]): void {
    const name = names.join('.');
    const value = unparen(binding.value);
    const truth = value.kind === 'variable' && (value.name === 'true' || value.name === 'false') ? value.name === 'true' : null;
    if (name === 'persistentStoragePath') return;
    const option = MOUNT_OPTIONS.get(name);
    const droppable = DROPPED.has(name) || (name === 'enable' && truth === true) || (option !== undefined && truth === false);
    if (droppable) this.#remove(binding, owner);
    else if (option !== undefined && truth === true) this.#mountOptions(binding, owner, option);
    else this.#fail(`\`${name}\` has no counterpart in preservation; see to it first.`);
  }

  /** One binding for all options of a storage's mounts. */
  #mountOptions(binding: ValueBinding, owner: AttrsExpr, option: string): void {
    const others = owner.bindings.filter(
      (each): each is ValueBinding => each.kind === 'binding' && isOn(each) && each.path.length === binding.path.length,
    );
    if (others[0] !== binding) return this.#remove(binding, owner);
    const options = others.map((each) => MOUNT_OPTIONS.get(textOf(each.path.at(-1)) ?? '') ?? option);
    const last = binding.path.at(-1);
    if (last) this.edits.push({ start: last.start, end: last.end, newText: 'commonMountOptions' });
    const { listPadding } = this.#style;
    const written = `[${listPadding}${options.map((each) => `"${each}"`).join(' ')}${listPadding}]`;
    this.edits.push({ start: binding.value.start, end: binding.value.end, newText: written });
  }

  #lists(value: Expr, name: 'directories' | 'files', user: string | null): void {
    const expr = unparen(value);
    switch (expr.kind) {
      case 'list':
        return this.#entries(expr, name === 'files' ? 'file' : 'directory', user);
      case 'binary':
        this.#lists(expr.left, name, user);
        return this.#lists(expr.right, name, user);
      case 'if':
        this.#lists(expr.consequence, name, user);
        return this.#lists(expr.alternative, name, user);
      case 'with':
      case 'assert':
        return this.#lists(expr.body, name, user);
      case 'let':
        if (expr.body) this.#lists(expr.body, name, user);
        return;
      case 'apply': {
        const call = definitionCall(expr);
        const content = call ? unparen(call.content) : null;
        if (call?.kind === 'merge' && content?.kind === 'list') for (const each of content.elements) this.#lists(each, name, user);
        else if (content) this.#lists(content, name, user);
        return;
      }
      // What comes from elsewhere are strings as far as can be told, which both understand.
      default:
    }
  }

  #entries(list: ListExpr, kind: EntryKind, user: string | null): void {
    for (const element of list.elements) {
      const inner = unparen(element);
      const set = inner.kind === 'attrs' ? inner : null;
      const key = elementKey(element);
      const range = set ? pathValue(set) : inner.kind === 'string' ? inner : null;
      if (range === null) {
        if (set) this.#fail('An entry has no path; convert it by hand.');
        continue;
      }
      const own = set ? this.#attributes(set) : {};
      if (own === null) return;
      const needed = key === null ? null : this.#known(kind, key, user);
      const changes: AttributeChanges = {
        ...Object.fromEntries(Object.entries(needed ?? {}).filter(([name]) => !says(set, name))),
        ...own,
      };
      if (Object.keys(changes).length === 0) continue;
      const made = setAttributes(this.#source, range, kind, changes);
      if ('problem' in made) this.#fail(made.problem);
      else this.edits.push(...made);
    }
  }

  /** Changes of an entry's own attributes; null when one has no counterpart. */
  #attributes(set: AttrsExpr): AttributeChanges | null {
    const changes: Record<string, AttributeChanges[string]> = {};
    const options: string[] = [];
    for (const binding of set.bindings) {
      const names = binding.kind === 'binding' ? binding.path.map(textOf) : [null];
      const [head, ...more] = names;
      const value = binding.kind === 'binding' ? unparen(binding.value) : null;
      const text = value ? this.#source.text.slice(value.start, value.end) : '';
      if (head === 'directory' || head === 'file' || head === 'user' || head === 'group' || head === 'mode') continue;
      if (head === 'parentDirectory') {
        changes['parentDirectory'] = null;
        changes['configureParent'] = true;
        changes[['parent', ...more].join('.')] = { nix: text };
      } else if (head === 'method' && value) {
        changes['method'] = null;
        const method = literalString(value);
        if (method === 'symlink') changes['how'] = 'symlink';
        else if (method !== 'auto' && method !== 'bindfs') this.#fail(`The method ${text} has no counterpart in preservation.`);
      } else if (head && MOUNT_OPTIONS.has(head) && (text === 'true' || text === 'false')) {
        changes[head] = null;
        if (text === 'true') options.push(MOUNT_OPTIONS.get(head) ?? '');
      } else {
        this.#fail(`\`${names.join('.')}\` of an entry has no counterpart in preservation; see to it first.`);
        return null;
      }
    }
    if (options.length > 0) changes['mountOptions'] = { nix: `[ ${options.map((each) => `"${each}"`).join(' ')} ]` };
    return changes;
  }
}

function isOption({ path: [first, second] }: ValueBinding): boolean {
  return textOf(first) === 'environment' && textOf(second) === 'persistence';
}

function isOn(binding: ValueBinding): boolean {
  const name = textOf(binding.path.at(-1));
  return name !== null && MOUNT_OPTIONS.has(name) && binding.value.kind === 'variable' && binding.value.name === 'true';
}

function textOf(name: AttrName | undefined): string | null {
  return name?.kind === 'static' ? name.name : null;
}

function says(set: AttrsExpr | null, name: string): boolean {
  return set?.bindings.some((binding) => binding.kind === 'binding' && textOf(binding.path[0]) === name.split('.')[0]) ?? false;
}
