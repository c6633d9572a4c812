import { getNodeValue, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { EphemeralPattern, StateEntry } from '../catalogue/types.ts';
import type { Severity } from '../findings/finding.ts';
import { validate, type JsonProblem, type JsonSchema } from './jsonSchema.ts';

/** The file at a workspace's root that a team shares. */
export const KEEPSAKE_JSON = 'keepsake.json';

/** A finding that is not told. */
export interface Silence {
  readonly code: string;
  readonly host?: string;
  readonly path?: string;
  readonly file?: string;
  readonly reason: string;
}

export interface HostSettings {
  readonly ssh?: string;
  readonly dataset?: string;
  readonly snapshot?: string;
  readonly ignore?: readonly string[];
}

/** What `keepsake.json` says. */
export interface KeepsakeConfig {
  readonly hosts: Readonly<Record<string, HostSettings>>;
  /** Patterns of paths that may be lost, on every host. */
  readonly ignore: readonly string[];
  readonly severities: ReadonlyMap<string, Severity | 'off'>;
  readonly silence: readonly Silence[];
  readonly state: readonly StateEntry[];
  readonly ephemeral: readonly EphemeralPattern[];
}

export const NO_CONFIG: KeepsakeConfig = { hosts: {}, ignore: [], severities: new Map(), silence: [], state: [], ephemeral: [] };

/** JSON with comments and trailing commas, as VS Code writes its own settings. */
const JSONC = { allowTrailingComma: true, disallowComments: false };

/**
 * Reads a `keepsake.json`. `config` is null for a text that is no JSON object at all: then an earlier one stays in use. Where single parts
 * are wrong, `problems` says so and these parts are left out.
 */
export function readKeepsakeJson(
  text: string,
  schema: JsonSchema,
): { readonly config: KeepsakeConfig | null; readonly problems: readonly JsonProblem[] } {
  if (text.trim() === '') return { config: NO_CONFIG, problems: [] };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, JSONC);
  const [first] = errors;
  if (first || !root) {
    const start = Math.min(first?.offset ?? 0, text.length);
    const code = first ? printParseErrorCode(first.error) : 'no value';
    const message = `this is no JSON (${code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()}); what the file said before stays in use`;
    return { config: null, problems: [{ start, end: Math.min(text.length, start + Math.max(1, first?.length ?? 1)), message }] };
  }
  const problems = validate(root, schema);
  if (root.type !== 'object') return { config: null, problems };
  // A part with a problem is left out whole: half of an entry may say the opposite.
  const sound = (root.children ?? []).flatMap(({ children: [key, value] = [] }): (readonly [string, unknown])[] => {
    if (!key || !value) return [];
    if (value.type === 'array' && (value.children ?? []).length > 0)
      return [[String(key.value), value.children?.filter((each) => !isWrong(problems, each)).map((each) => getNodeValue(each) as unknown)]];
    if (value.type === 'object') {
      const kept = (value.children ?? []).filter((each) => !isWrong(problems, each));
      return [
        [
          String(key.value),
          Object.fromEntries(
            kept.map(({ children: [name, inner] = [] }) => [name?.value as string, inner && (getNodeValue(inner) as unknown)]),
          ),
        ],
      ];
    }
    return isWrong(problems, value) ? [] : [[String(key.value), getNodeValue(value) as unknown]];
  });
  const said = Object.fromEntries(sound) as Partial<Omit<KeepsakeConfig, 'severities'> & { severities: Record<string, Severity | 'off'> }>;
  const { severities = {}, ...rest } = said;
  return { config: { ...NO_CONFIG, ...rest, severities: new Map(Object.entries(severities)) }, problems };
}

function isWrong(problems: readonly JsonProblem[], { offset, length }: Node): boolean {
  return problems.some(({ start }) => offset <= start && start < offset + length);
}
