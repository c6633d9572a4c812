import { resolve } from 'node:path';
import { loadNixGrammar, type GrammarFiles } from '../syntax/grammar.ts';
import { diskFileSystem } from '../workspace/fileSystem.ts';
import { Workspace } from '../workspace/workspace.ts';
import { checkHosts } from '../findings/check.ts';
import { parseCommand, USAGE, type Command } from './arguments.ts';
import { runCheck } from './check.ts';
import { connectAndDiff } from './connect.ts';
import { runEntries } from './entries.ts';
import { runHosts } from './hosts.ts';
import { EXIT, Places, printable, type CommandIo } from './io.ts';

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
    io.note(`keepsake: ${command}. Try keepsake --help.`);
    return EXIT.failure;
  }
  if (command.command === 'help' || command.command === 'version') {
    io.line(command.command === 'help' ? USAGE : environment.version);
    return EXIT.ok;
  }
  const directory = resolve(command.directory);
  if (diskFileSystem.kindOf(directory) !== 'directory') {
    io.note(`keepsake: ${command.directory} is not a directory.`);
    return EXIT.failure;
  }
  const grammar = await loadNixGrammar(environment.grammar);
  const workspace = new Workspace({ grammar, fileSystem: diskFileSystem, roots: [directory] });
  return dispatch(command, workspace, new Places(workspace, directory), io);
}

async function dispatch(
  command: Exclude<Command, { command: 'help' | 'version' }>,
  workspace: Workspace,
  places: Places,
  io: CommandIo,
): Promise<number> {
  if (command.command === 'hosts') return runHosts(workspace, places, io, command.json);
  if (command.command === 'diff') {
    const host = workspace.analysis().hosts.find(({ name }) => name === command.host);
    return host ? connectAndDiff(command, host, places, io) : noSuchHost(command.host, workspace, io);
  }
  if (command.file !== null) {
    const file = resolve(command.file);
    const model = diskFileSystem.kindOf(file) === 'file' ? workspace.file(file) : null;
    if (!model) {
      io.note(`keepsake: ${command.file} is not a file.`);
      return EXIT.failure;
    }
    if (command.command === 'entries') return runEntries([{ model, named: false }], places, io, command.json);
    return runCheck(checkHosts([model]), places, io, command);
  }
  const { hosts, findings } = workspace.analysis();
  const { host } = command;
  if (host !== null && !hosts.some(({ name }) => name === host)) return noSuchHost(host, workspace, io);
  const named = hosts.filter(({ name }) => host === null || name === host).map((model) => ({ model, named: true }));
  if (command.command === 'check')
    return runCheck(host === null ? findings : checkHosts(named.map(({ model }) => model)), places, io, command);
  const loose = host === null ? workspace.looseFiles().map((model) => ({ model, named: false })) : [];
  return runEntries([...named, ...loose], places, io, command.json);
}

function noSuchHost(host: string, workspace: Workspace, io: CommandIo): number {
  const known = workspace.analysis().hosts.map(({ name }) => name);
  io.note(printable(`keepsake: there is no host ${host}; there ${known.length === 0 ? 'is none' : `are: ${known.join(', ')}`}.`));
  return EXIT.failure;
}
