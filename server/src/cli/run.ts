import { resolve } from 'node:path';
import { processorTime } from '../remote/nodeTools.ts';
import { loadNixGrammar, type GrammarFiles } from '../syntax/grammar.ts';
import { diskFileSystem } from '../workspace/fileSystem.ts';
import type { KeepEdit } from '../workspace/keep.ts';
import { findingEdit } from '../workspace/safeFix.ts';
import { apartOf, type Models } from '../workspace/analysis.ts';
import { Workspace } from '../workspace/workspace.ts';
import type { Finding } from '../findings/finding.ts';
import { SYNTAX_ERROR } from '../host/build.ts';
import type { HostModel } from '../host/hostModel.ts';
import { parseCommand, USAGE, type Command } from './arguments.ts';
import { runCheck } from './check.ts';
import { connectAndDiff } from './connect.ts';
import { runEntries } from './entries.ts';
import { evaluateHosts } from './evaluate.ts';
import { runExplain } from './explain.ts';
import { runFix } from './fix.ts';
import { runHosts } from './hosts.ts';
import { EXIT, Places, type CommandIo } from './io.ts';
import { printable } from '../text/printable.ts';

export interface CliEnvironment {
  readonly io: CommandIo;
  readonly grammar: GrammarFiles;
  readonly version: string;
}

/** Runs one command line (without program name); returns its exit status. What can't be done is said in one sentence. */
export async function runCli(argv: readonly string[], environment: CliEnvironment): Promise<number> {
  const { io } = environment;
  const command = parseCommand(argv);
  if (typeof command === 'string') {
    io.note(printable(`keepsake: ${command}. Try keepsake --help.`));
    return EXIT.failure;
  }
  if (command.command === 'help' || command.command === 'version') {
    io.line(command.command === 'help' ? USAGE : environment.version);
    return EXIT.ok;
  }
  const directory = resolve(command.directory);
  if (diskFileSystem.kindOf(directory) !== 'directory') {
    io.note(printable(`keepsake: ${command.directory} is not a directory.`));
    return EXIT.failure;
  }
  const grammar = await loadNixGrammar(environment.grammar);
  const workspace = new Workspace({ grammar, fileSystem: diskFileSystem, roots: [directory], now: processorTime });
  return dispatch(command, workspace, new Places(workspace, directory), environment);
}

async function dispatch(
  command: Exclude<Command, { command: 'help' | 'version' }>,
  workspace: Workspace,
  places: Places,
  { io, version }: CliEnvironment,
): Promise<number> {
  if (command.command === 'hosts') return runHosts(workspace, places, io, command.json);
  if (command.command === 'diff') {
    const host = workspace.models().hosts.find(({ name }) => name === command.host);
    return host ? connectAndDiff(command, host, workspace, places, io) : noSuchHost(command.host, workspace, io);
  }
  if (command.command === 'explain') {
    const { hosts } = workspace.models();
    const chosen = hosts.filter(({ name }) => command.host === null || name === command.host);
    if (command.host !== null && chosen.length === 0) return noSuchHost(command.host, workspace, io);
    return runExplain(command.path, chosen, workspace.checks, { places, io, json: command.json });
  }
  const fixesOf = (finding: Finding): readonly KeepEdit[] =>
    finding.fixes.flatMap((fix) => {
      const made = findingEdit(workspace, finding, fix);
      return 'problem' in made ? [] : [made];
    });
  if (command.file !== null) {
    const file = resolve(command.file);
    const model = diskFileSystem.kindOf(file) === 'file' ? workspace.file(file) : null;
    if (!model) {
      io.note(printable(`keepsake: ${command.file} is not a file.`));
      return EXIT.failure;
    }
    if (command.command === 'entries') return runEntries([{ model, named: false }], places, io, command.json);
    return runCheck(workspace.check([model]), places, io, { ...command, version, fixesOf: () => [] });
  }
  const { hosts, problems } = workspace.models();
  const { host } = command;
  // What is no machine of its own is listed only: what should be kept there can't be told.
  const isListed = command.command === 'entries' && command.evaluate === null;
  const apart = isListed ? apartOf(workspace.models()) : [];
  if (host !== null && ![...hosts, ...apart].some(({ name }) => name === host)) return noSuchHost(host, workspace, io);
  const named = [...hosts, ...apart].filter(({ name }) => host === null || name === host).map((model) => ({ model, named: true }));
  if (command.command === 'check') {
    const models = named.map(({ model }) => model);
    if (!mayCheck(models, problems, places, io)) return EXIT.failure;
    if (command.fix) {
      const failure = runFix(workspace, places, io, (finding) => host === null || finding.hosts.includes(host));
      if (failure !== null) return failure;
    }
    if (command.evaluate !== null) {
      const real = await evaluateHosts(models, command.evaluate, io);
      if (!real) return EXIT.failure;
      return runCheck(workspace.check(real), places, io, { ...command, version, fixesOf });
    }
    const now = workspace.analysis();
    const left = host === null ? now.findings : workspace.check(now.hosts.filter(({ name }) => name === host));
    return runCheck(left, places, io, { ...command, version, fixesOf });
  }
  if (command.evaluate !== null) {
    const real = await evaluateHosts(
      named.map(({ model }) => model),
      command.evaluate,
      io,
    );
    if (!real) return EXIT.failure;
    return runEntries(
      real.map((model) => ({ model, named: true })),
      places,
      io,
      command.json,
    );
  }
  if (host !== null) return runEntries(named, places, io, command.json);
  const loose = workspace.looseFiles(apart);
  const unused = { entries: workspace.unusedEntries([...hosts, ...apart, ...loose]), unresolved: [] };
  const unnamed = [...loose, unused].map((model) => ({ model: { name: '', ...model }, named: false }));
  return runEntries([...named, ...unnamed], places, io, command.json);
}

function noSuchHost(host: string, workspace: Workspace, io: CommandIo): number {
  const known = workspace.models().hosts.map(({ name }) => name);
  io.note(printable(`keepsake: there is no host ${host}; there ${known.length === 0 ? 'is none' : `are: ${known.join(', ')}`}.`));
  return EXIT.failure;
}

/** Says what stands against a verdict: nothing to check, a syntax error, and hosts of which not enough could be read to find anything. */
function mayCheck(hosts: readonly HostModel[], problems: Models['problems'], places: Places, io: CommandIo): boolean {
  for (const { location, reason } of problems) io.note(`${places.text(location)}: hosts may be missing: ${printable(reason)}`);
  if (hosts.length === 0) {
    io.note('keepsake: no hosts found, so nothing was checked. `keepsake hosts` says what was looked for.');
    return false;
  }
  const wrong = hosts.flatMap((host) => host.unresolved).find(({ reason }) => reason === SYNTAX_ERROR);
  if (wrong) {
    io.note(`keepsake: ${places.text(wrong.location)}: ${SYNTAX_ERROR}; mend it first (nix-instantiate --parse says what is wrong).`);
    return false;
  }
  for (const host of hosts) {
    const [first, ...more] = host.unresolved.filter(({ scope }) => scope === 'system');
    if (!first) continue;
    const others = more.length > 0 ? `, and ${more.length} more places` : '';
    io.note(
      `${printable(host.name)}: not checked for missing state: ${places.text(first.location)} could not be read: ${printable(first.reason)}${others}`,
    );
  }
  return true;
}
