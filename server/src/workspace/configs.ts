import { posix } from 'node:path';
import { indexEphemeral } from '../catalogue/ephemeralIndex.ts';
import { builtInCatalogue } from '../catalogue/load.ts';
import { indexState } from '../catalogue/stateIndex.ts';
import { optionIndices, type Knowledge } from '../findings/context.ts';
import type { Finding } from '../findings/finding.ts';
import { KEEPSAKE_JSON, NO_CONFIG, readKeepsakeJson, type KeepsakeConfig } from './keepsakeJson.ts';
import { keepsakeSchema } from './keepsakeSchema.ts';

/** The code of what is wrong with a `keepsake.json`. */
export const KEEPSAKE_JSON_CODE = 'keepsake-json';

interface Read {
  readonly text: string | null;
  /** Of this text or, where it is broken, of the last one that was not. */
  readonly config: KeepsakeConfig;
  readonly findings: readonly Finding[];
  readonly knowledge: Knowledge;
}

/** The `keepsake.json` of each root, read again when its text changes. */
export class Configs {
  readonly #text: (file: string) => string | null;
  readonly #schema = keepsakeSchema();
  readonly #builtIn: Knowledge;
  readonly #read = new Map<string, Read>();
  /** Roots whose text has not changed since it was read. */
  readonly #fresh = new Set<string>();

  /** `text`: the text of a file as it is now, null when there is none. */
  constructor(text: (file: string) => string | null) {
    this.#text = text;
    this.#builtIn = knowledgeOf(NO_CONFIG);
  }

  of(root: string): Read {
    const known = this.#read.get(root);
    if (known && this.#fresh.has(root)) return known;
    this.#fresh.add(root);
    const file = posix.join(root, KEEPSAKE_JSON);
    const text = this.#text(file);
    if (known?.text === text) return known;
    const { config, problems } = text === null ? { config: NO_CONFIG, problems: [] } : readKeepsakeJson(text, this.#schema);
    const used = config ?? known?.config ?? NO_CONFIG;
    const findings = problems.map(({ start, end, message }, index): Finding => ({
      code: KEEPSAKE_JSON_CODE,
      subject: String(index),
      severity: config === null ? 'error' : 'warning',
      location: { file, start, end },
      message: `${KEEPSAKE_JSON}: ${message}.`,
      hosts: [],
      related: [],
      fixes: [],
    }));
    const same = config === null && known !== undefined;
    const plain = used.state.length === 0 && used.ephemeral.length === 0;
    const read: Read = { text, config: used, findings, knowledge: same ? known.knowledge : plain ? this.#builtIn : knowledgeOf(used) };
    this.#read.set(root, read);
    return read;
  }

  /** A text has changed. */
  changed(file: string): void {
    if (posix.basename(file) === KEEPSAKE_JSON) this.#fresh.delete(posix.dirname(file));
  }

  forgetAll(): void {
    this.#fresh.clear();
  }
}

/** The built-in catalogue with what a workspace adds; an entry of the same id is replaced. */
function knowledgeOf(config: KeepsakeConfig): Knowledge {
  const builtIn = builtInCatalogue();
  const own = new Set(config.state.map(({ id }) => id));
  const state = [...builtIn.state.filter(({ id }) => !own.has(id)), ...config.state];
  const ephemeral = [...config.ephemeral, ...builtIn.ephemeral];
  return { state, ...optionIndices(state), byPath: indexState(state), ephemeral: indexEphemeral(ephemeral) };
}
