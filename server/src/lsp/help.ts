import type { StateIndex } from '../catalogue/stateIndex.ts';
import type { Knowledge } from '../findings/context.ts';
import { apartName, apartOf } from '../workspace/analysis.ts';
import { KEEPSAKE_JSON } from '../workspace/keepsakeJson.ts';
import { withName } from '../workspace/units.ts';
import { preservationNeeds } from '../workspace/preservationNeeds.ts';
import { forwardedList } from '../assist/forwardedLists.ts';
import { HostFacts } from '../assist/hostFacts.ts';
import { PathSuggestions } from '../assist/pathSuggestions.ts';
import { listOfEntry, type ListPlace, type Names } from '../assist/listPlace.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { Location } from '../syntax/source.ts';
import { mapOffset } from '../syntax/textChange.ts';
import type { LspContext } from './context.ts';
import { rangeOf } from './convert.ts';
import type { PlaceOf } from './markup.ts';
import type { CurrentText } from './texts.ts';
import type { LocationDto, RangeDto } from '../protocol.ts';

/** A place of a text as the editor asks about it. */
export interface Asked {
  readonly file: string;
  readonly text: CurrentText;
  /** In the text as it is now. */
  readonly offset: number;
  /** The hosts that read the file. */
  readonly hosts: readonly HostFacts[];
  readonly knowledge: Knowledge;
}

/** A place of the text that the models were made of. */
export interface AskedModel {
  readonly file: string;
  readonly text: string;
  readonly offset: number;
  readonly hosts: readonly HostFacts[];
  /** What is known of state, by path. */
  readonly known: StateIndex;
}

/**
 * What all help while writing is made from: the models as they were last made, and places carried between the texts they are of and
 * those that the editor shows. What is worked out of a model is kept as long as the model.
 */
export class Help {
  readonly context: LspContext;
  /** Texts that a first list was made of. */
  readonly listed = new Set<string>();
  readonly #paths = new WeakMap<Knowledge, PathSuggestions>();
  /** What is worked out of a model, with what was known of state then. */
  readonly #facts = new WeakMap<HostModel, { readonly knowledge: Knowledge; readonly facts: HostFacts }>();
  /** Models of files that belong to no host, by their texts. */
  readonly #files = new WeakMap<NixSource, HostModel>();

  constructor(context: LspContext) {
    this.context = context;
  }

  /** The path of a text in Nix; null for one that is none, or that Keepsake does not read. */
  fileOf(uri: string): string | null {
    const file = this.context.uris.pathOf(uri);
    return file?.endsWith(`/${KEEPSAKE_JSON}`) ? null : file;
  }

  /** Null for a text that Keepsake does not read. */
  ask(uri: string, position: { readonly line: number; readonly character: number }): Asked | null {
    const { texts } = this.context;
    const file = this.fileOf(uri);
    const text = file === null ? null : texts.of(file);
    if (file === null || text === null) return null;
    const offset = text.lines.offset(position);
    const hosts = this.hostsOf(file);
    const [first] = hosts;
    return first ? { file, text, offset, hosts, knowledge: this.context.workspace.checks.knowledgeOf(first.host) } : null;
  }

  /** The same place in the text that the models were made of; null where that text was another one there. */
  askModel(uri: string, position: { readonly line: number; readonly character: number }): AskedModel | null {
    const asked = this.ask(uri, position);
    if (asked === null) return null;
    const source = this.context.workspace.lastAnalysis().sourceOf(asked.file);
    const offset = typeof source === 'string' ? null : mapOffset(asked.text.source.text, source.text, asked.offset);
    return typeof source === 'string' || offset === null
      ? null
      : { file: asked.file, text: source.text, offset, hosts: asked.hosts, known: asked.knowledge.byPath };
  }

  hosts(): readonly HostFacts[] {
    return this.context.workspace.lastAnalysis().analysis.hosts.map((host) => this.facts(host));
  }

  /** Works out what help in the open texts will ask their hosts for, in small steps, so that the first answer does not have to wait for it. */
  async prepare(): Promise<void> {
    const { workspace } = this.context;
    const { analysis } = workspace.lastAnalysis();
    const files = workspace.openFiles();
    for (const host of analysis.hosts) {
      if (!files.some((file) => host.files.includes(file))) continue;
      for (const step of this.#preparation(host)) {
        await new Promise((resolve) => setImmediate(resolve));
        // A change makes other models, which this is called for again.
        if (!workspace.isRead || workspace.lastAnalysis().analysis !== analysis) return;
        step();
      }
    }
  }

  #preparation(host: HostModel): readonly (() => void)[] {
    const { data, checks } = this.context.workspace;
    const facts = this.facts(host);
    const lists = host.entries.filter(({ mechanism }) => mechanism !== 'manual').map(listOfEntry);
    const each = new Map(lists.map((list) => [Object.values(list).join(' '), list]));
    return [
      () => data.forwarded(host),
      () => facts.data,
      ...[...each.values()].map((list) => () => {
        const paths = this.pathsOf(checks.knowledgeOf(host));
        paths.missing(list, facts);
        paths.known(list, facts.data.stateVersion).some(({ path }) => facts.keepsExactly(list, path));
      }),
    ];
  }

  /** The hosts that read a file, and the guests and homes that do; where none does, the file on its own. */
  hostsOf(file: string): readonly HostFacts[] {
    const { analysis } = this.context.workspace.lastAnalysis();
    const reads = (model: HostModel): boolean => model.files.includes(file);
    const found = [
      ...analysis.hosts.filter(reads).map((host) => this.facts(host)),
      ...apartOf(analysis)
        .filter(reads)
        .map((model) => this.facts(model, 'apart')),
    ];
    return found.length > 0 ? found : this.#alone(file);
  }

  /** What could be kept on hosts of which this is known. */
  pathsOf(knowledge: Knowledge): PathSuggestions {
    let paths = this.#paths.get(knowledge);
    if (!paths) this.#paths.set(knowledge, (paths = new PathSuggestions(knowledge.state, preservationNeeds(knowledge.state))));
    return paths;
  }

  facts(host: HostModel, kind: 'host' | 'alone' | 'apart' = 'host'): HostFacts {
    const { checks, data } = this.context.workspace;
    const knowledge = checks.knowledgeOf(host);
    const known = this.#facts.get(host);
    if (known?.knowledge === knowledge) return known.facts;
    const told = kind === 'apart' ? withName(host, apartName(host)) : host;
    const facts = new HostFacts(told, (each) => data.of(each), kind);
    this.#facts.set(host, { knowledge, facts });
    return facts;
  }

  #alone(file: string): readonly HostFacts[] {
    const { workspace } = this.context;
    const source = workspace.lastAnalysis().sourceOf(file);
    if (typeof source === 'string') return [];
    let host = this.#files.get(source);
    if (!host) this.#files.set(source, (host = workspace.file(file)));
    return [this.facts(host, 'alone')];
  }

  /** The list that names in a file are although they do not say it: by the entries of the hosts that read the file. */
  forwarded({ file, hosts }: Asked, names: Names): ListPlace | null {
    const { data } = this.context.workspace;
    return forwardedList(
      hosts.map(({ host }) => data.forwarded(host)),
      file,
      names,
    );
  }

  /** Where a place of a model is in the text that the editor shows; null when that part of the text was changed since. */
  rangeOf(location: Location): RangeDto | null {
    const text = this.context.texts.of(location.file);
    const source = this.context.workspace.lastAnalysis().sourceOf(location.file);
    if (text === null || typeof source === 'string') return null;
    const start = mapOffset(source.text, text.source.text, location.start);
    const end = mapOffset(source.text, text.source.text, location.end);
    return start === null || end === null ? null : rangeOf(text.lines, { start, end });
  }

  /** The same with the file; null when that part of the text was changed since. */
  locationOf(location: Location): LocationDto | null {
    const range = this.rangeOf(location);
    return range && { uri: this.context.uris.uriOf(location.file), range };
  }

  /** Names of places in what is told. */
  readonly placeOf: PlaceOf = (location) => {
    const range = this.rangeOf(location);
    return range && { line: range.start.line + 1, uri: this.context.uris.uriOf(location.file) };
  };
}
