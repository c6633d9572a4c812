import { createConnection } from 'node:net';
import { once } from 'node:events';

/** A connection to QEMU's monitor, in its JSON protocol (QMP). */
export interface Qmp {
  /** Runs one command and hands back its `return` value; rejects with QEMU's own description. */
  execute(command: string, args?: Readonly<Record<string, unknown>>): Promise<unknown>;
  close(): void;
}

interface Message {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
  readonly QMP?: unknown;
}

/** Connects to the monitor socket at `path` and leaves its negotiation mode. */
export async function connectQmp(path: string): Promise<Qmp> {
  const socket = createConnection(path);
  await once(socket, 'connect');
  const waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  const take = (line: string): void => {
    const message = JSON.parse(line) as Message;
    if (message.event !== undefined || message.QMP !== undefined) return;
    const next = waiting.shift();
    if (message.error) next?.reject(new Error(`QEMU: ${message.error.desc}`));
    else next?.resolve(message.return);
  };
  let rest = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') take(line);
  });
  const fail = (error: Error): void => {
    for (const next of waiting.splice(0)) next.reject(error);
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('QEMU closed its monitor')));
  const execute = (command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    });
  await execute('qmp_capabilities');
  return { execute, close: () => socket.destroy() };
}
