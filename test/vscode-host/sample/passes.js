'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const vscode = require('vscode');

// Proves that it runs inside the extension host, beside the extension, with the folder open and the environment handed on.
exports.run = async () => {
  assert.equal(await vscode.commands.executeCommand('bedSample.pid'), process.pid);
  const folder = vscode.workspace.workspaceFolders[0].uri.fsPath;
  fs.writeFileSync(`${folder}/seen`, `${vscode.version} ${process.env.BED_SAMPLE}`);
  fs.writeFileSync(process.env.KEEPSAKE_SUITE_RESULT, '{}');
};
