/**
 * The program that ssh runs when it has a question (ssh(1), SSH_ASKPASS), as two files of a private folder: a shell script that starts
 * the Node.js (or Electron) we run in, and what that runs: it sends the question over the socket and prints the answer. Status 1: no answer.
 */
export const askpassShell = `#!/bin/sh
ELECTRON_RUN_AS_NODE=1 exec "$KEEPSAKE_ASKPASS_NODE" "$KEEPSAKE_ASKPASS_MAIN" "$@"
`;

/** The question goes out as one line of JSON; the answer comes as one: `{"answer": text or null}`. */
export const askpassMain = `
(() => {
  const { KEEPSAKE_ASKPASS_SOCKET: path, KEEPSAKE_ASKPASS_TOKEN: token, SSH_ASKPASS_PROMPT: hint = '' } = process.env;
  const socket = require('node:net').connect(path);
  let text = '';
  let code = 1;
  socket.on('connect', () => socket.write(JSON.stringify({ token, hint, text: process.argv[2] ?? '' }) + '\\n'));
  socket.on('data', (chunk) => {
    text += chunk;
    if (!text.includes('\\n')) return;
    const { answer } = JSON.parse(text);
    if (typeof answer === 'string') {
      process.stdout.write(answer + '\\n');
      code = 0;
    }
    socket.end();
  });
  socket.on('error', () => process.exit(1));
  socket.on('close', () => (process.exitCode = code));
})();
`;
