import { join } from 'node:path';
import { version } from '../../../package.json';
import { runCli } from './run.ts';

// Nobody reads on (`| head`): that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));

const { stdout, stderr } = process;
runCli(process.argv.slice(2), {
  io: {
    line: (text) => stdout.write(`${text}\n`),
    note: (text) => stderr.write(`${text}\n`),
    colour: stdout.isTTY && !process.env['NO_COLOR'],
  },
  grammar: { runtime: join(__dirname, 'web-tree-sitter.wasm'), grammar: join(__dirname, 'tree-sitter-nix.wasm') },
  version,
}).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    stderr.write(`keepsake: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
