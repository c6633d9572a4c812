import { certain, equals, update, withGaps } from './combine.ts';
import { listOf } from './primitive.ts';
import { attrs, list, Thunk, unknown, type Attr, type ConditionText, type ListItem, type Unknown, type Value } from './value.ts';

/**
 * `foldl'` over a list of which not everything may be known. Steps that only add (`acc ++ …`, `acc // …`) keep what is known: what a
 * conditional item adds is there under its condition, and a part that can't be read leaves a gap. After any other step nothing is known.
 */
export function fold(start: Value, xs: Thunk, step: (acc: Value, x: Thunk) => Value): Value {
  const { items, gaps } = listOf(xs);
  let acc = start;
  let adding = true;
  for (const { thunk, conditions } of items) {
    const next = step(acc, thunk);
    const [condition] = conditions;
    if (!condition) {
      if (gaps.length > 0) adding &&= extended(acc, next, []) !== null;
      acc = next;
    } else acc = extended(acc, next, conditions) ?? unknown(`it depends on ${condition.text}`, condition.location);
  }
  const [gap] = gaps;
  return gap ? withHole(acc, adding, gap) : acc;
}

function withHole(acc: Value, adding: boolean, gap: Unknown): Value {
  if (!adding) return gap;
  if (acc.type === 'list') return list(acc.items, acc.location, [...acc.gaps, gap]);
  return acc.type === 'attrs' ? update(acc, gap) : gap;
}

/** `after` where what it has more than `before` is there under conditions; null when it is no extension of it. */
function extended(before: Value, after: Value, conditions: readonly ConditionText[]): Value | null {
  if (before.type === 'list' && after.type === 'list') return extendedList(before.items, after, conditions);
  if (before.type === 'attrs' && after.type === 'attrs') {
    if (before.attrs.names().some((name) => !after.attrs.get(name))) return null;
    if (conditions.length === 0) return after;
    const map = new Map<string, Attr>();
    for (const name of after.attrs.names()) {
      const old = before.attrs.get(name);
      const made = after.attrs.get(name);
      if (!made) continue;
      if (!old) map.set(name, { ...made, conditions: [...conditions, ...made.conditions] });
      else if (old.thunk === made.thunk) map.set(name, old);
      else map.set(name, { ...old, thunk: new Thunk(made.thunk.location, () => one(certain(old), certain(made), conditions)) });
    }
    return { ...after, attrs: withGaps(attrs(map).attrs, after.attrs.gaps) };
  }
  return equals(before, after) === true ? before : null;
}

function one(before: Value, after: Value, conditions: readonly ConditionText[]): Value {
  const [condition] = conditions;
  const kept = extended(before, after, conditions);
  return kept ?? unknown(`it depends on ${condition?.text ?? 'a condition'}`, condition?.location ?? null);
}

function extendedList(
  before: readonly ListItem[],
  after: Extract<Value, { type: 'list' }>,
  conditions: readonly ConditionText[],
): Value | null {
  const more = after.items.length - before.length;
  if (more < 0) return null;
  const same = (offset: number): boolean => before.every((each, index) => each.thunk === after.items[index + offset]?.thunk);
  const offset = same(0) ? 0 : same(more) ? more : null;
  if (offset === null) return null;
  const items = after.items.map((each, index) =>
    index >= offset && index < offset + before.length ? each : { thunk: each.thunk, conditions: [...conditions, ...each.conditions] },
  );
  return list(items, after.location, after.gaps);
}
