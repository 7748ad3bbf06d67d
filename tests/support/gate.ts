/** An address that stays the same while the servers behind it, each on a port of its own, are replaced. */
import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** An address before a server. */
interface Gate {
  readonly url: string;
  close(): Promise<void>;
}

/** Opens an address that hands every connection on to where `target` says that the server is by then. */
export async function openGate(target: () => string): Promise<Gate> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const { hostname, port } = new URL(target());
    const inner = createConnection(Number(port), hostname);
    for (const [one, other] of [
      [socket, inner],
      [inner, socket],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
