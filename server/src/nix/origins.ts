import { attrs, list, Thunk, type Attr, type ConditionText, type Origin, type Value } from './value.ts';

/** More places than these say nothing new of a value. */
const MAX_ORIGINS = 200;

/** Places together, each once and none of them `but` (what the value itself is written at). */
export function joinedOrigins(but: Origin['location'] | null, ...parts: readonly (readonly Origin[] | undefined)[]): readonly Origin[] {
  const found = new Map<string, Origin>();
  for (const each of parts.flatMap((part) => part ?? [])) if (found.size < MAX_ORIGINS) found.set(keyOf(each.location), each);
  if (but) found.delete(keyOf(but));
  return [...found.values()];
}

function keyOf({ file, start, end }: Origin['location']): string {
  return `${file}\0${start}\0${end}`;
}

/** A value as it is, with the places of an equal one, which is there under `conditions` and is dropped, as further places of its texts. */
export function withOriginsOf(kept: Value, dropped: Value, conditions: readonly ConditionText[]): Value {
  if (kept === dropped) return kept;
  if (kept.type === 'string' && dropped.type === 'string') {
    const own = dropped.location ? [{ location: dropped.location, conditions }] : [];
    const also = joinedOrigins(kept.location, kept.also, own, dropped.also);
    return also.length === 0 ? kept : { ...kept, also };
  }
  if (kept.type === 'list' && dropped.type === 'list')
    return list(
      kept.items.map((each, index) => ({ ...each, thunk: later(each.thunk, dropped.items[index]?.thunk, conditions) })),
      kept.location,
      kept.gaps,
    );
  if (kept.type !== 'attrs' || dropped.type !== 'attrs') return kept;
  const map = new Map<string, Attr>();
  for (const name of kept.attrs.names()) {
    const found = kept.attrs.get(name);
    if (found) map.set(name, { ...found, thunk: later(found.thunk, dropped.attrs.get(name)?.thunk, conditions) });
  }
  return attrs(map, kept.location, kept.attrs.gaps);
}

function later(kept: Thunk, dropped: Thunk | undefined, conditions: readonly ConditionText[]): Thunk {
  return dropped ? new Thunk(kept.location, () => withOriginsOf(kept.force(), dropped.force(), conditions)) : kept;
}
