import type { AttrsExpr, Binding, Expr, ListExpr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { SourceRange } from '../syntax/source.ts';
import { appendToValue, wrapInMerge } from './appendList.ts';
import { addBindings, listValue, renderSet, renderSetInline, type NewBinding, type PathName } from './bindingInsert.ts';
import { findDeclaration, nameKey, nameText, type Declaration, type NameResolver, type ValueBinding } from './declaration.ts';
import { comparablePath, holdsPath } from './elements.ts';
import { entryElement, type ElementText, type EntryAttributes, type EntryKind } from './entryText.ts';
import { replaceInherited } from './inheritedList.ts';
import { excerpt } from './lines.ts';
import { inlineList, insertIntoList, newList } from './listInsert.ts';
import { attributeName } from './nixString.ts';
import { bestSite, findSites, type Site } from './sites.ts';
import { nestDeclaration } from './nestDeclaration.ts';
import { detectStyle, type Style } from './style.ts';
import { unreadable } from './target.ts';
import { joinEdits, type EditProblem, type TextEdit } from './textEdit.ts';

/** A path to be kept. */
export interface NewEntry {
  readonly kind: EntryKind;
  /** As it is to stand in the list: absolute for the system; below the home for a user. */
  readonly path: string;
  /** Whose list below `users` it goes to; null for the storage's own lists (all of `home.persistence` are such). */
  readonly user: string | null;
  readonly attributes?: EntryAttributes;
}

interface Group {
  readonly names: readonly string[];
  readonly elements: ElementText[];
}

/**
 * Edits that add entries to a declared storage.
 *
 * `declaration` is the range of the binding that declares it, from its attribute path to the end of its value or its semicolon:
 * `environment.persistence."/persist" = { … }`, `"/persist" = { … }` in a set of storages, or one of several dotted bindings
 * (`….directories = [ … ]`). `resolve` says what a computed user name comes to, when the caller knows.
 *
 * Out: the edits, none when all entries are there already; or why it can't be done, then nothing is to be changed.
 */
export function insertEntries(
  source: NixSource,
  declaration: SourceRange,
  entries: readonly NewEntry[],
  resolve: NameResolver | null = null,
): readonly TextEdit[] | EditProblem {
  const broken = unreadable(source);
  if (broken) return broken;
  const found = findDeclaration(source, declaration);
  if (!found) return { problem: 'The declaration of the storage is no longer where it was.' };
  const groups = groupEntries(entries);
  if ('problem' in groups) return groups;
  const insertion = new Insertion(source, found, resolve);
  for (const group of groups) {
    const problem = insertion.add(group);
    if (problem !== null) return { problem };
  }
  const edits = joinEdits(insertion.edits());
  return edits ?? { problem: 'The entries would have to change the same place in two ways; add them one by one.' };
}

function groupEntries(entries: readonly NewEntry[]): readonly Group[] | EditProblem {
  const groups = new Map<string, Group>();
  for (const entry of entries) {
    const element = entry.path === '' ? null : entryElement(entry.kind, entry.path, entry.attributes);
    if (!element || (entry.user !== null && attributeName(entry.user) === null)) {
      return { problem: `${JSON.stringify(entry.path)} can't be written into a Nix file.` };
    }
    const list = entry.kind === 'directory' ? 'directories' : 'files';
    const names = entry.user === null ? [list] : ['users', entry.user, list];
    const key = JSON.stringify(names);
    const group = groups.get(key) ?? { names, elements: [] };
    groups.set(key, group);
    if (!group.elements.some((other) => comparablePath(other.key) === comparablePath(element.key))) group.elements.push(element);
  }
  const order = ({ names }: Group): string => `${names.length} ${names.join(' ')}`;
  return [...groups.values()].toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
}

interface Nested {
  readonly path: readonly string[];
  readonly elements: readonly ElementText[];
}

class Insertion {
  readonly #source: NixSource;
  readonly #declaration: Declaration;
  readonly #resolve: NameResolver | null;
  readonly #style: Style;
  readonly #edits: TextEdit[] = [];
  /** New bindings and new elements of `mkMerge` are written together: those of one user share a set. */
  readonly #bindings = new Map<AttrsExpr, NewBinding[]>();
  readonly #elements = new Map<ListExpr, NewBinding[]>();
  /** Bindings whose value has to become a set first; the paths of what goes there count from the binding's own. */
  readonly #nested = new Map<ValueBinding, { depth: number; readonly additions: Nested[] }>();

  constructor(source: NixSource, declaration: Declaration, resolve: NameResolver | null) {
    this.#source = source;
    this.#declaration = declaration;
    this.#resolve = resolve;
    this.#style = detectStyle(source);
  }

  edits(): readonly TextEdit[] {
    const source = this.#source;
    const edits = [...this.#edits];
    for (const [set, additions] of this.#bindings)
      edits.push(...addBindings(source, set, additions, (binding) => this.#keys(binding), this.#style));
    for (const [list, members] of this.#elements) edits.push(...insertIntoList(source, list, [setElement(members)], this.#style));
    return [...this.#nested].reduce<readonly TextEdit[]>((made, [binding, { depth, additions }]) => {
      const { value } = binding;
      const inside = made.filter((edit) => edit.start >= value.start && edit.end <= value.end);
      const outside = made.filter((edit) => !inside.includes(edit));
      const bindings = additions.map(({ path, elements }) => ({ path: pathNames(path.slice(depth)), value: listValue(elements) }));
      // First, since a binding beside this one goes to the same place behind its end.
      return [...nestDeclaration(source, binding, depth, bindings, inside, this.#style), ...outside];
    }, edits);
  }

  /** Plans the edits of one list. The problem when there is no place for it, else null. */
  add({ names, elements }: Group): string | null {
    const dotted = this.#declaration.binding.path.length > this.#declaration.storageDepth;
    const found = findSites(this.#source, this.#declaration, names, this.#resolve);
    const best = bestSite(found);
    const missing: ElementText[] = [];
    for (const element of elements) {
      const holders = found.lists.filter(({ list }) => holdsPath(list.elements, element.key));
      if (holders.length === 0) missing.push(element);
      else if (!best || holders.every(({ conditions }) => conditions.length > best.conditions.length)) {
        return `\`${element.key}\` is kept already, but only where \`${this.#text(holders[0]?.conditions.at(-1))}\` holds; decide there.`;
      }
    }
    if (missing.length === 0) return null;
    if (best) return this.#write(best.site, missing);
    if (dotted && found.problems.length === 0) return this.#dotted(names, missing);
    return `There is no place to write \`${missing[0]?.key ?? ''}\`: ${found.problems[0] ?? 'the storage is declared in a form that is not understood'}.`;
  }

  #text(expr: Expr | undefined): string {
    return expr ? excerpt(this.#source.text, expr) : '';
  }

  #write(site: Site, elements: readonly ElementText[]): string | null {
    const source = this.#source;
    const style = this.#style;
    if (site.kind === 'list') this.#edits.push(...insertIntoList(source, site.list, elements, style));
    else if (site.kind === 'append') this.#edits.push(...appendToValue(source, site.expr, site.isArgument, elements, style));
    else if (site.kind === 'binding') collect(this.#bindings, site.set, { path: pathNames(site.rest), value: listValue(elements) });
    else if (site.kind === 'element' && site.rest.length > 0)
      collect(this.#elements, site.list, { path: pathNames(site.rest), value: listValue(elements) });
    else if (site.kind === 'element') this.#edits.push(...insertIntoList(source, site.list, [listElement(elements)], style));
    else if (site.kind === 'nest') return this.#nest(site, elements);
    else if (site.kind === 'inherit') {
      const edits = replaceInherited(source, site.binding, site.name, elements, style);
      if (!edits)
        return `There is no place to write \`${elements[0]?.key ?? ''}\`: the list is inherited, with comments that would lose their place.`;
      this.#edits.push(...edits);
    } else {
      const edits = wrapInMerge(source, site, elements, style);
      if (!edits)
        return `There is no place to write \`${elements[0]?.key ?? ''}\`: the list is under a condition, and \`mkMerge\` is not at hand.`;
      this.#edits.push(...edits);
    }
    return null;
  }

  /** Several lists may need the same binding to become a set: then it is the outermost that any of them needs. */
  #nest({ binding, depth, offset, want }: Extract<Site, { readonly kind: 'nest' }>, elements: readonly ElementText[]): string | null {
    const path = [...binding.path.slice(0, offset).map(() => ''), ...want];
    const nested = this.#nested.get(binding) ?? { depth, additions: [] };
    const [outer, inner] = [Math.min(depth, nested.depth), Math.max(depth, nested.depth)];
    if (binding.path.slice(outer, inner).some((name) => name.kind === 'dynamic'))
      return 'The entries need different changes of one binding; add them one by one.';
    nested.depth = outer;
    nested.additions.push({ path, elements });
    this.#nested.set(binding, nested);
    return null;
  }

  /** A binding beside the declaration, written like it. */
  #dotted(names: readonly string[], elements: readonly ElementText[]): null {
    const { binding, owner, storageDepth } = this.#declaration;
    const prefix = binding.path.slice(0, storageDepth);
    const path = prefix.map((name) => ({ key: nameKey(this.#source, name), text: this.#source.text.slice(name.start, name.end) }));
    collect(this.#bindings, owner, { path: [...path, ...pathNames(names)], value: listValue(elements) });
    return null;
  }

  /** Names of a binding, computed ones as they come out where that is known, so that the bindings of one user find each other. */
  #keys(binding: Binding): readonly string[] {
    if (binding.kind === 'inherit') return binding.names.map((name) => nameKey(this.#source, name)).slice(0, 1);
    return binding.path.map((name) => {
      const text = name.kind === 'dynamic' ? nameText(name, this.#declaration.ancestors, this.#resolve) : null;
      return text === null ? nameKey(this.#source, name) : `=${text}`;
    });
  }
}

function pathNames(names: readonly string[]): readonly PathName[] {
  return names.map((name) => ({ key: `=${name}`, text: attributeName(name) ?? '' }));
}

/** A set as an element of `mkMerge`. It keeps no path of its own, so that its key is empty. */
function setElement(members: readonly NewBinding[]): ElementText {
  return {
    key: '',
    composite: members.length > 1 || members.some(({ value }) => value.composite),
    form: 'set',
    inline: (style) => renderSetInline(members, style),
    block: (style, indent) => renderSet(members, indent, style),
  };
}

/** The same for a list. */
function listElement(elements: readonly ElementText[]): ElementText {
  return {
    key: '',
    composite: elements.length > 1,
    form: 'set',
    inline: (style) => inlineList(elements, style),
    block: (style, indent) => newList(elements, style, indent, 0),
  };
}

function collect<K>(map: Map<K, NewBinding[]>, key: K, addition: NewBinding): void {
  const list = map.get(key);
  if (list) list.push(addition);
  else map.set(key, [addition]);
}
