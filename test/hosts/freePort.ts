import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A TCP port that was free on 127.0.0.1 a moment ago. Whoever uses it must be ready to lose the race and ask again. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
