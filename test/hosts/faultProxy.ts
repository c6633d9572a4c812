import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** What happens to a connection, counted in bytes that the server sends. */
export type Fault =
  | { readonly kind: 'none' }
  /** The connection is gone after so many bytes. */
  | { readonly kind: 'cut'; readonly after: number }
  /** Nothing more comes after so many bytes, and the connection stays. */
  | { readonly kind: 'stall'; readonly after: number }
  /** One byte is another. */
  | { readonly kind: 'corrupt'; readonly at: number }
  /** Every byte comes by itself. */
  | { readonly kind: 'drip' };

/** A TCP proxy on loopback that spoils what comes through it. */
export interface FaultProxy {
  readonly port: number;
  /** Holds for connections that are made from now on. */
  fault: Fault;
  /** Bytes that the server has sent, in all connections. */
  readonly bytes: number;
  stop(): Promise<void>;
}

export async function startFaultProxy(serverPort: number): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  const state = { fault: { kind: 'none' } as Fault, bytes: 0 };
  const server = createServer((client) => {
    const { fault } = state;
    const upstream = connect(serverPort, '127.0.0.1');
    let passed = 0;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    }
    client.on('data', (chunk) => upstream.write(chunk)).once('close', () => upstream.destroy());
    upstream.on('data', (chunk: Buffer) => {
      const from = passed;
      passed += chunk.length;
      state.bytes += chunk.length;
      if (fault.kind === 'drip') for (const byte of chunk) client.write(Buffer.of(byte));
      else if (fault.kind === 'cut' || fault.kind === 'stall') {
        client.write(chunk.subarray(0, Math.max(0, fault.after - from)));
        if (fault.kind === 'cut' && passed >= fault.after) for (const socket of [client, upstream]) socket.destroySoon();
      } else {
        if (fault.kind === 'corrupt' && fault.at >= from && fault.at < passed)
          chunk[fault.at - from] = (chunk[fault.at - from] ?? 0) ^ 0x20;
        client.write(chunk);
      }
    });
    upstream.once('close', () => {
      if (fault.kind !== 'stall') client.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return {
    port,
    get bytes() {
      return state.bytes;
    },
    get fault() {
      return state.fault;
    },
    set fault(fault) {
      state.fault = fault;
    },
    stop,
  };
}
