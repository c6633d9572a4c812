import type { Evaluation } from '../nix/evaluation.ts';
import { conditionOf, perhaps } from '../nix/primitive.ts';
import { attrsBehind, Thunk, tagOf, unknown, type Attr, type AttrSet, type ConditionText, type Unknown } from '../nix/value.ts';
import type { Location } from '../syntax/source.ts';

/** A condition over a definition; whether it holds is asked only when the definition matters, as in the module system itself. */
export interface Guard {
  readonly thunk: Thunk;
  readonly condition: ConditionText | null;
}

/** One place that says what an option is. */
export interface Definition {
  readonly thunk: Thunk;
  /** Outermost first. */
  readonly guards: readonly Guard[];
  /** As `mkOverride`: lower wins; 100 when nothing is said. */
  readonly priority: number;
  /** As `mkOrder`: lists of lower ones come first; 1000 when nothing is said. */
  readonly order: number;
  /** Of the attribute's name. */
  readonly name: Location | null;
  /** From the attribute path to the end of the value. */
  readonly binding: Location | null;
}

export const DEFAULT_PRIORITY = 100;
const DEFAULT_ORDER = 1000;

/** A definition that nothing stands over. */
export function definition(thunk: Thunk, guards: readonly Guard[] = []): Definition {
  return { thunk, guards, priority: DEFAULT_PRIORITY, order: DEFAULT_ORDER, name: null, binding: thunk.location };
}

/** Guards that were found undecidable already. */
export function undecided(conditions: readonly ConditionText[]): readonly Guard[] {
  return conditions.map((condition) => ({ condition, thunk: Thunk.of(unknown('it could not be decided', condition.location)) }));
}

/**
 * Takes `mkIf`, `mkMerge`, `mkOverride` and `mkOrder` off a definition (nixpkgs lib/modules.nix, dischargeProperties);
 * what is left are plain values with their guards and priority.
 */
export function discharge(from: Definition): readonly Definition[] {
  const value = attrsBehind(from.thunk);
  const tag = value && tagOf(value);
  if (!value || tag === null) return [from];
  const set = value.attrs;
  switch (tag) {
    case 'if': {
      const condition = set.get('condition')?.thunk;
      if (!condition) return [];
      return inner(set, 'content', { ...from, guards: [...from.guards, { thunk: condition, condition: null }] });
    }
    case 'override': {
      const priority = set.get('priority')?.thunk.force();
      return inner(set, 'content', { ...from, priority: priority?.type === 'int' ? Number(priority.value) : from.priority });
    }
    case 'order': {
      const order = set.get('priority')?.thunk.force();
      return inner(set, 'content', { ...from, order: order?.type === 'int' ? Number(order.value) : from.order });
    }
    case 'merge': {
      const contents = set.get('contents')?.thunk;
      const merged = contents?.force();
      if (!contents || merged?.type !== 'list')
        return [{ ...from, thunk: contents ?? Thunk.of(unknown('mkMerge without contents', value.location)) }];
      return [
        ...merged.items.flatMap((each) =>
          discharge({ ...from, thunk: each.thunk, guards: [...from.guards, ...undecided(each.conditions)] }),
        ),
        ...merged.gaps.flatMap((gap) => dischargeGap(from, gap)),
      ];
    }
    default:
      return [from];
  }
}

/** What could not be read of a list of definitions: itself, and what is made of each of its items that is not known. */
function dischargeGap(from: Definition, gap: Unknown): readonly Definition[] {
  const { each, ...bare } = gap;
  const at = gap.location ?? from.binding;
  const open = at ? undecided([perhaps(gap, at)]) : [];
  const itself = { ...from, thunk: Thunk.of(bare) };
  return each ? [itself, ...discharge({ ...from, thunk: each, guards: [...from.guards, ...open] })] : [itself];
}

function inner(set: AttrSet, name: string, from: Definition): readonly Definition[] {
  const content = set.get(name)?.thunk;
  return content ? discharge({ ...from, thunk: content }) : [];
}

/** What a set-valued definition says of one of its attributes. */
export function child(parent: Definition, found: Attr): readonly Definition[] {
  return discharge({
    thunk: found.thunk,
    guards: [...parent.guards, ...undecided(found.conditions)],
    priority: parent.priority,
    order: parent.order,
    name: found.name,
    binding: found.binding ?? found.name,
  });
}

/** Whether a definition applies: its undecided guards, outermost first, or null when one of them is false. */
export function decide(evaluation: Evaluation, guards: readonly Guard[]): readonly ConditionText[] | null {
  const open: ConditionText[] = [];
  for (const guard of guards) {
    const value = guard.thunk.force();
    if (value.type !== 'bool') open.push(guard.condition ?? conditionOf(evaluation, guard.thunk));
    else if (!value.value) return null;
  }
  return open;
}

/** The conditions over a definition that hold, outermost first; not those that always do. */
export function fulfilled(evaluation: Evaluation, guards: readonly Guard[]): readonly ConditionText[] {
  return guards.flatMap(({ thunk, condition }) => {
    const value = thunk.force();
    if (value.type !== 'bool' || !value.value) return [];
    const text = condition ?? conditionOf(evaluation, thunk);
    return text.text === 'true' ? [] : [text];
  });
}
