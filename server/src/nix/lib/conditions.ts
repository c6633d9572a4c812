import { either } from '../combine.ts';
import type { Evaluation } from '../evaluation.ts';
import { conditionOf } from '../primitive.ts';
import { int, record, string, Thunk, type AttrsValue, type Value } from '../value.ts';

/** `content` when the condition holds; both under their condition when it can't be decided. */
export function optionally(evaluation: Evaluation, condition: Thunk, content: Thunk, otherwise: Value): Value {
  const decided = condition.force();
  if (decided.type === 'bool') return decided.value ? content.force() : otherwise;
  const text = conditionOf(evaluation, condition);
  return either(content.force(), otherwise, text, { ...text, text: `!(${text.text})` });
}

/** A set that the module system treats specially, told by its `_type`. */
export function tagged(type: string, parts: Readonly<Record<string, Thunk | Value>>): AttrsValue {
  return record({ _type: string(type, null), ...parts });
}

export function override(priority: number, content: Thunk): AttrsValue {
  return tagged('override', { priority: int(priority), content });
}
