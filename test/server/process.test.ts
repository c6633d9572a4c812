import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type ProtocolConnection,
} from 'vscode-languageserver/node';
import { until } from '../hosts/until.ts';
import { skip } from '../support/skip.ts';
import { RULES } from '../../server/src/findings/rules.ts';

const server = fileURLToPath(new URL('../../dist/server.js', import.meta.url));
const fleet = fileURLToPath(new URL('../../examples/fleet', import.meta.url));

/** The bundle as it ships, in a process of its own: that it finds its wasm files, and when it ends. */
suite('server: the bundled process', () => {
  let child: ChildProcessWithoutNullStreams;
  let connection: ProtocolConnection;
  const codes: string[] = [];

  setup(async function () {
    if (!existsSync(server)) skip(this, 'dist/server.js is not built (npm run build)');
    child = spawn(process.execPath, [server, '--stdio']);
    connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
    codes.length = 0;
    connection.onNotification(PublishDiagnosticsNotification.type, ({ diagnostics }) => {
      codes.push(...diagnostics.map(({ code }) => String(code)));
    });
    connection.listen();
    await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: {},
      workspaceFolders: [{ uri: pathToFileURL(fleet).href, name: 'fleet' }],
    });
    await connection.sendNotification(InitializedNotification.type, {});
  });
  teardown(() => {
    connection.dispose();
    child.kill('SIGKILL');
  });

  test('reads the example fleet, and ends when it is asked to', async () => {
    const rules = RULES.filter(({ asked }) => asked !== true);
    await until('the findings of the fleet, one of each rule', 60, () => new Set(codes).size >= rules.length);
    assert.deepEqual([...new Set(codes)].map(String).sort(), rules.map(({ code }) => code).sort());
    await connection.sendRequest(ShutdownRequest.type);
    const ended = once(child, 'exit');
    await connection.sendNotification(ExitNotification.type);
    assert.deepEqual(await ended, [0, null]);
  });

  test('ends when the editor is gone without a word', async () => {
    const ended = once(child, 'exit');
    child.stdin.end();
    await ended;
  });
});
