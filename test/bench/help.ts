/**
 * What help while writing costs a user: the server as it ships, in a process of its own, is asked over its pipes while a path is typed
 * into a list, letter by letter; beside answers that say nothing, which cost the way there and back, and beside reading the workspace.
 * `node --import tsx test/bench/help.ts [DIRECTORY]`; without one, a fleet is made and the example fleet is taken too. `dist/server.js`
 * has to be built.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import {
  CodeLensRequest,
  CompletionRequest,
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  StreamMessageReader,
  StreamMessageWriter,
  type ProtocolConnection,
} from 'vscode-languageserver/node';
import { Requests } from '../../server/src/protocol.ts';
import { loadNixGrammar } from '../../server/src/syntax/grammar.ts';
import { LineIndex } from '../../server/src/syntax/source.ts';
import { diskFileSystem } from '../../server/src/workspace/fileSystem.ts';
import { Workspace } from '../../server/src/workspace/workspace.ts';
import { VSCODE } from '../server/editor.ts';

const repository = join(import.meta.dirname, '../..');
const server = join(repository, 'dist/server.js');
const ROUNDS = 10;
/** After each letter all hosts are read again. */
const CLOSED_ROUNDS = 2;
const TYPED = '/var/lib/p';

const at = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) * share)] ?? 0;

/** Hosts that share a long list, with services and users of their own. */
function makeFleet(root: string): void {
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  };
  const names = Array.from({ length: 40 }, (_, i) => `host${i}`);
  const services = ['postgresql', 'grafana', 'prometheus', 'jellyfin', 'tailscale', 'gitea', 'vaultwarden', 'headscale', 'mysql', 'redis'];
  write(
    'flake.nix',
    `{ outputs = { nixpkgs, ... }: { nixosConfigurations = nixpkgs.lib.genAttrs [ ${names.map((name) => `"${name}"`).join(' ')} ]
  (name: nixpkgs.lib.nixosSystem { modules = [ ./persist.nix ./hosts/\${name}.nix ]; }); }; }\n`,
  );
  for (const [index, name] of names.entries()) {
    const on = Array.from({ length: 6 }, (_, i) => `  services.${services[(index + i * 3) % services.length]}.enable = true;\n`);
    write(`hosts/${name}.nix`, `{\n  system.stateVersion = "24.11";\n  users.users.alice.isNormalUser = true;\n${on.join('')}}\n`);
  }
  const paths = Array.from({ length: 200 }, (_, i) => `      "/srv/shared/part${i}"\n`);
  write('persist.nix', `{\n  environment.persistence."/persist" = {\n    directories = [\n${paths.join('')}    ];\n  };\n}\n`);
}

/** The place behind a string in the list that most entries are in, and what reading the workspace takes. */
async function choose(directory: string) {
  const runtime = join(repository, 'node_modules/web-tree-sitter/web-tree-sitter.wasm');
  const grammar = await loadNixGrammar({ runtime, grammar: join(repository, 'syntaxes/tree-sitter-nix.wasm') });
  const workspace = new Workspace({ grammar, fileSystem: diskFileSystem, roots: [directory] });
  const begun = performance.now();
  const { hosts } = workspace.analysis();
  const cold = performance.now() - begun;
  const declared = hosts.flatMap(({ entries }) => entries.filter(({ mechanism }) => mechanism !== 'manual'));
  const literal = declared.filter(({ location: { file, start, end }, settings, written }) => {
    const text = workspace.currentSource(file);
    return settings === null && typeof text !== 'string' && text.text.slice(start, end) === `"${written}"`;
  });
  const written = literal.length > 0 ? literal : declared;
  const counts = new Map<string, number>();
  for (const { location } of written) counts.set(location.file, (counts.get(location.file) ?? 0) + 1);
  const [file] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  const entry = written.find(({ location }) => location.file === file);
  if (file === undefined || !entry) throw new Error('nothing to measure: no host keeps anything');
  const text = readFileSync(file, 'utf8');
  const readers = hosts.filter((host) => host.files.includes(file)).length;
  console.log(`${hosts.length} hosts, ${declared.length} entries, read in ${cold.toFixed(0)} ms; ${readers} hosts read ${file}`);
  return { file, text, offset: entry.location.end, cold };
}

/** A server that has read a workspace, with a text of it open. */
class Typist {
  readonly #connection: ProtocolConnection;
  readonly #uri: string;
  readonly #pid: number;
  readonly #end: () => void;
  /** The version that findings were last told of. */
  #told = 0;
  #heard: () => void = () => undefined;
  #version = 1;

  private constructor(connection: ProtocolConnection, uri: string, pid: number, end: () => void) {
    this.#pid = pid;
    this.#connection = connection;
    this.#uri = uri;
    this.#end = end;
    connection.onNotification(PublishDiagnosticsNotification.type, ({ uri: of, version }) => {
      if (of === uri && version !== undefined) this.#told = version;
      this.#heard();
    });
  }

  static async start(directory: string, file: string, text: string): Promise<Typist> {
    const child = spawn(process.execPath, [server, '--stdio']);
    const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
    const uri = pathToFileURL(file).href;
    const typist = new Typist(connection, uri, child.pid ?? 0, () => {
      connection.dispose();
      child.kill('SIGKILL');
    });
    connection.listen();
    const workspaceFolders = [{ uri: pathToFileURL(directory).href, name: 'bench' }];
    await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: { ...VSCODE, window: {} },
      workspaceFolders,
    });
    await connection.sendNotification(InitializedNotification.type, {});
    await connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: 'nix', version: 1, text },
    });
    await connection.sendRequest(Requests.hosts, {});
    await typist.told();
    return typist;
  }

  /** Waits until findings of the text as it is were told. */
  async told(): Promise<void> {
    while (this.#told < this.#version) await new Promise<void>((resolve) => (this.#heard = resolve));
  }

  async write(text: string): Promise<void> {
    const textDocument = { uri: this.#uri, version: ++this.#version };
    await this.#connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument, contentChanges: [{ text }] });
  }

  /** Number of items offered; null for an answer that says nothing. */
  async completion(text: string, offset: number): Promise<number | null> {
    const position = new LineIndex(text).position(offset);
    const found = await this.#connection.sendRequest(CompletionRequest.type, { textDocument: { uri: this.#uri }, position });
    return found && 'items' in found ? found.items.length : null;
  }

  async hover(text: string, offset: number): Promise<void> {
    const position = new LineIndex(text).position(offset);
    await this.#connection.sendRequest(HoverRequest.type, { textDocument: { uri: this.#uri }, position });
  }

  async lenses(): Promise<void> {
    await this.#connection.sendRequest(CodeLensRequest.type, { textDocument: { uri: this.#uri } });
  }

  /**
   * Milliseconds of the processor that the server's main thread has used when it has nothing more to do (Documentation/scheduler/sched-stats.rst
   * of Linux): what else the machine does is not in it. NaN where that is not told.
   */
  async used(): Promise<number> {
    const of = `/proc/${this.#pid}/task/${this.#pid}`;
    if (!existsSync(`${of}/schedstat`)) return NaN;
    let before = NaN;
    for (;;) {
      const now = Number(readFileSync(`${of}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
      // It sleeps (proc_pid_stat(5)), and did not run in between.
      if (now === before && /\) S /.test(readFileSync(`${of}/stat`, 'utf8'))) return now;
      before = now;
      await setTimeout(5);
    }
  }

  end(): void {
    this.#end();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

interface Asked {
  /** Milliseconds from the question to its answer, by the clock. */
  readonly waited: number[];
  /** Milliseconds of the processor until the server has nothing more to do, the new text read among it. */
  readonly used: number[];
}

/** `closed`: the editor closes the quote itself, so that each letter makes a text that parses, and new models. */
async function typing(typist: Typist, text: string, offset: number, closed: boolean) {
  const lists: Asked = { waited: [], used: [] };
  const bare: Asked = { waited: [], used: [] };
  let items = 0;
  const ask = async (into: Asked, now: string, place: number): Promise<void> => {
    const before = await typist.used();
    await typist.write(now);
    into.waited.push(await timed(async () => (items = Math.max(items, (await typist.completion(now, place)) ?? 0))));
    if (closed) await typist.told();
    into.used.push((await typist.used()) - before);
  };
  for (let round = 0; round < (closed ? CLOSED_ROUNDS : ROUNDS); round++) {
    for (let length = 0; length <= TYPED.length; length++) {
      const typed = ` "${TYPED.slice(0, length)}`;
      const now = `${text.slice(0, offset)}${typed}${closed ? '"' : ''}${text.slice(offset)}`;
      await ask(lists, now, offset + typed.length);
      await ask(bare, now, 0);
    }
    await typist.write(text);
    await typist.told();
  }
  return { lists, bare, items };
}

/** The first, and how the others are spread. */
function spread([first = NaN, ...others]: readonly number[]): string {
  const [middle, late] = [at(others, 0.5), at(others, 0.95)];
  return `first ${first.toFixed(1)} ms, then median ${middle.toFixed(1)} ms, 95th percentile ${late.toFixed(1)} ms`;
}

async function measure(directory: string): Promise<void> {
  const { file, text, offset, cold } = await choose(directory);
  for (const closed of [false, true]) {
    const typist = await Typist.start(directory, file, text);
    // What is prepared while nobody types is done when it sleeps.
    await typist.used();
    const { lists, bare, items } = await typing(typist, text, offset, closed);
    console.log(`completion lists of up to ${items}, quotes ${closed ? 'closed by the editor' : 'left open'}:`);
    console.log(`  by the clock ${spread(lists.waited)}`);
    // With closed quotes the time of reading the hosts again is in it.
    if (!closed)
      console.log(`  of the processor ${spread(lists.used)}; an answer that says nothing: median ${at(bare.used, 0.5).toFixed(1)} ms`);
    const middle = at(lists.waited, 0.5);
    const nothing = at(bare.waited, 0.5);
    console.log(
      `  ${(middle / nothing).toFixed(1)} times an answer that says nothing (${nothing.toFixed(1)} ms), ${((middle / cold) * 100).toFixed(2)} % of reading the workspace`,
    );
    if (!closed) {
      const help: readonly (readonly [string, () => Promise<void>])[] = [
        ['hover of an entry', () => typist.hover(text, offset - 2)],
        ['lenses of the file', () => typist.lenses()],
      ];
      for (const [name, ask] of help) {
        const times: number[] = [];
        for (let round = 0; round <= ROUNDS; round++) times.push(await timed(ask));
        console.log(`${name}: ${spread(times)}`);
      }
    }
    typist.end();
  }
}

async function main(): Promise<void> {
  if (!existsSync(server)) throw new Error('dist/server.js is not built: npm run build');
  const given = process.argv[2];
  if (given !== undefined) {
    await measure(resolve(given));
    return;
  }
  await measure(join(repository, 'examples/fleet'));
  const made = mkdtempSync(join(tmpdir(), 'keepsake-bench-'));
  try {
    makeFleet(made);
    await measure(made);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
