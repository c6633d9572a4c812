import type { AttrsExpr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { SourceRange } from '../syntax/source.ts';
import { addBindings, plainValue, type ValueText } from './bindingInsert.ts';
import { findDeclaration, nameKey } from './declaration.ts';
import { commentsWithin, excerpt } from './lines.ts';
import { attributeName } from './nixString.ts';
import { findOption, moduleSet, type Anchor } from './optionSite.ts';
import { removeBindings } from './removeItems.ts';
import { detectStyle } from './style.ts';
import { unreadable } from './target.ts';
import type { EditProblem, TextEdit } from './textEdit.ts';

/**
 * Edits that define an option, or give its definition in this module another value: beside what shares most of its name, written like
 * that, else behind the module's other definitions. `anchor` is a definition of the module that is meant; null: the file's own.
 */
export function setOption(
  source: NixSource,
  anchor: Anchor | null,
  option: readonly string[],
  value: ValueText | string,
): readonly TextEdit[] | EditProblem {
  const broken = unreadable(source);
  if (broken) return broken;
  const module = moduleSet(source, anchor);
  if (!module) return { problem: `There is no place to define \`${option.join('.')}\`: the module is no plain set of options.` };
  const text = typeof value === 'string' ? plainValue(value) : value;
  const style = detectStyle(source);
  const site = findOption(module.set, [...module.prefix, ...option]);
  if (site.kind === 'stuck') {
    return { problem: `There is no place to define \`${option.join('.')}\` beside \`${excerpt(source.text, site.at)}\`.` };
  }
  if (site.kind === 'defined') {
    const { start, end } = site.binding.value;
    const written = text.inline(style);
    if (commentsWithin(source, site.binding.value).length > 0)
      return { problem: `The value of \`${option.join('.')}\` holds comments that would lose their place.` };
    return source.text.slice(start, end) === written ? [] : [{ start, end, newText: written }];
  }
  const path: { readonly key: string; readonly text: string }[] = [];
  for (const name of site.rest) {
    const written = attributeName(name);
    if (written === null) return { problem: `${JSON.stringify(name)} can't be written into a Nix file.` };
    path.push({ key: `=${name}`, text: written });
  }
  return addOption(source, site.set, { path, value: text }, style);
}

function addOption(
  source: NixSource,
  set: AttrsExpr,
  addition: Parameters<typeof addBindings>[2][number],
  style: ReturnType<typeof detectStyle>,
): readonly TextEdit[] {
  const keys = (binding: AttrsExpr['bindings'][number]): readonly string[] =>
    binding.kind === 'inherit' ? [] : binding.path.map((name) => nameKey(source, name));
  return addBindings(source, set, [addition], keys, style, 'dotted');
}

/** Edits that take the definition at `range` away, with its line and the comment behind it. */
export function removeOption(source: NixSource, range: SourceRange): readonly TextEdit[] | EditProblem {
  const broken = unreadable(source);
  if (broken) return broken;
  const found = findDeclaration(source, range);
  if (!found) return { problem: 'The definition is no longer where it was.' };
  return removeBindings(source, found.owner, [found.owner.bindings.indexOf(found.binding)]);
}
