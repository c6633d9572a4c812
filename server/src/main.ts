import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createConnection } from 'vscode-languageserver/node';
import { version } from '../../package.json';
import { describe } from './lsp/guard.ts';
import { serve } from './lsp/server.ts';
import { nodeBackend, nodeSession, processorTime } from './remote/nodeTools.ts';
import { loadNixGrammar } from './syntax/grammar.ts';
import { diskFileSystem } from './workspace/fileSystem.ts';

// The transport is in the arguments: --node-ipc from VS Code, --stdio from other editors.
const connection = createConnection();

process.on('unhandledRejection', (error) => connection.console.error(`not handled: ${describe(error)}`));
// An exit, so that what tidies up at one does: programs that run for us, the folder of the askpass socket.
process.once('SIGTERM', () => process.exit(128 + 15));

serve(connection, {
  // Both files stand beside the bundle.
  loadGrammar: () => loadNixGrammar({ runtime: join(__dirname, 'web-tree-sitter.wasm'), grammar: join(__dirname, 'tree-sitter-nix.wasm') }),
  fileSystem: diskFileSystem,
  now: processorTime,
  backend: nodeBackend,
  session: nodeSession,
  version,
  // The pages stand beside the bundle's directory, in the repository as in the packaged extension.
  manual: pathToFileURL(join(__dirname, '../docs/rules/')).href,
});
connection.listen();
