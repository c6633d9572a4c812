#!/usr/bin/env node
// An executable that takes VS Code's command line and answers it with code-server and a headless browser, for programs that
// want the path of a VS Code (`vscodeExecutablePath` of @vscode/test-electron).
import { createRequire } from 'node:module';
import { register } from 'tsx/cjs/api';

register();
const { codeCommand } = createRequire(import.meta.url)('./codeCommand.ts');
process.exitCode = await codeCommand(process.argv.slice(2), process.env);
