import type { Node } from 'jsonc-parser';
import type { SourceRange } from '../syntax/source.ts';

/** The part of JSON Schema (draft 7) that the schemas of this project use. */
export interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  /** False: no other names. A schema: what stands under any other name. */
  readonly additionalProperties?: boolean | JsonSchema;
  readonly description?: string;
  readonly title?: string;
}

/** Something in a JSON text that is not as its schema wants it. */
export interface JsonProblem extends SourceRange {
  readonly message: string;
}

/**
 * What is wrong with a value, where it stands. A validator of our own: those on npm say a path, not a place, and this one needs to know
 * no more than the keywords above.
 */
export function validate(node: Node, schema: JsonSchema): readonly JsonProblem[] {
  const at = { start: node.offset, end: node.offset + node.length };
  if (schema.enum && !schema.enum.includes(node.value as unknown))
    return [{ ...at, message: `one of ${schema.enum.map((each) => JSON.stringify(each)).join(', ')} is wanted here` }];
  if (schema.type && node.type !== schema.type)
    return [{ ...at, message: `${nameOf(schema.type)} is wanted here, not ${nameOf(node.type)}` }];
  if (typeof node.value === 'string') {
    if (schema.minLength !== undefined && node.value.length < schema.minLength) return [{ ...at, message: 'there has to be a text here' }];
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(node.value))
      return [{ ...at, message: `this has to match ${schema.pattern}` }];
  }
  const { items } = schema;
  if (node.type === 'array' && items) return (node.children ?? []).flatMap((each) => validate(each, items));
  return node.type === 'object' ? validateObject(node, schema) : [];
}

function validateObject(node: Node, { properties = {}, required = [], additionalProperties = true }: JsonSchema): readonly JsonProblem[] {
  const problems: JsonProblem[] = [];
  const seen = new Set<string>();
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (!key) continue;
    const name = String(key.value);
    const at = { start: key.offset, end: key.offset + key.length };
    if (seen.has(name)) problems.push({ ...at, message: `${JSON.stringify(name)} is there twice; the last one counts` });
    seen.add(name);
    const schema = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (schema === false)
      problems.push({ ...at, message: `${JSON.stringify(name)} means nothing here; known are ${Object.keys(properties).join(', ')}` });
    else if (value && schema && schema !== true) problems.push(...validate(value, schema));
  }
  const missing = required.filter((name) => !seen.has(name));
  if (missing.length > 0) problems.push({ start: node.offset, end: node.offset + 1, message: `${missing.join(', ')} is missing here` });
  return problems;
}

function nameOf(type: string): string {
  const names: Readonly<Record<string, string>> = {
    object: 'an object',
    array: 'a list',
    string: 'a text',
    boolean: 'true or false',
    number: 'a number',
  };
  return names[type] ?? type;
}
