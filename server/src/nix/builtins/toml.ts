import { parse } from 'smol-toml';
import { attr, attrs, bool, int, item, list, string, Thunk, unknown, type Attr, type Value } from '../value.ts';
import type { Location } from '../../syntax/source.ts';

/** The value of a TOML text as `builtins.fromTOML` gives it; null when it is no TOML. Dates are unknown: Nix refuses them. */
export function parseToml(text: string, at: Location | null): Value | null {
  try {
    return fromParsed(parse(text, { integersAsBigInt: true }), at);
  } catch {
    return null;
  }
}

function fromParsed(parsed: unknown, at: Location | null): Value {
  switch (typeof parsed) {
    case 'string':
      return string(parsed, at);
    case 'boolean':
      return bool(parsed);
    case 'bigint':
      return int(parsed);
    case 'number':
      return { type: 'float', value: parsed };
    default:
  }
  if (parsed === null || parsed === undefined || parsed instanceof Date) return unknown('Nix has no dates', at);
  if (Array.isArray(parsed))
    return list(
      parsed.map((each) => item(fromParsed(each, at))),
      at,
    );
  const map = new Map<string, Attr>();
  for (const [name, value] of Object.entries(parsed)) map.set(name, attr(Thunk.of(fromParsed(value, at))));
  return attrs(map, at);
}
