/** `ring apply` and `ring run` over a connection that is cut: what was done is not done twice, and the reply is had all the same. */
import { connect as connectTo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandWorld, openCommandWorld } from '../support/command-world.ts';

let world: CommandWorld;
beforeAll(async () => {
  world = await openCommandWorld();
});
afterAll(() => world.close());

interface Cutting {
  readonly url: string;
  /** How many of the requests went through. */
  sent(): number;
  close(): void;
}

/** A way to the server on which the first so many replies to a request are cut before they arrive. */
const openCutting = async (request: string, cuts: number): Promise<Cutting> => {
  const { port } = new URL(world.url);
  const sockets = new Set<Socket>();
  let sent = 0;
  const server = createServer((client) => {
    const upstream = connectTo(Number(port), '127.0.0.1');
    let isCut = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (chunk.includes(request)) {
        sent += 1;
        isCut = sent <= cuts;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => (isCut ? client.destroy() : client.write(chunk)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${own}`,
    sent: () => sent,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

describe('ring apply over a connection that is cut', () => {
  it('asks again under the same key and tells what the first request did', async () => {
    const way = await openCutting('POST /apply', 2);
    try {
      const input = 'deployments: {once: {image: "ring-test:1", replicas: 0}}';
      expect(await world.run(['apply', '-f', '-'], { input, env: { RING_URL: way.url } })).toEqual({
        code: 0,
        stdout: 'namespace/default created\ndeployment/once created\n',
        stderr: 'ring: the reply was lost; asking again\n',
      });
      expect(way.sent()).toBe(3);
      expect(await world.ring.read('once')).toMatchObject({ revision: 1 });
    } finally {
      way.close();
    }
  });
});

describe('ring run over a connection that is cut', () => {
  it('asks again under the same key and follows the run that the first request began', async () => {
    await world.ring.declare('job', { image: 'ring-test:1', kind: 'job', command: ['echo', 'declared'] });
    await world.ring.untilStatus('job', 'completed');
    const way = await openCutting('POST /deployments/job/runs', 2);
    try {
      const env = { RING_URL: way.url };
      expect(await world.run(['run', 'job', '--', 'echo', 'by hand'], { env })).toEqual({
        code: 0,
        stdout: 'by hand\n',
        stderr: expect.stringMatching(/^ring: the reply was lost; asking again\nrun 2 of job /),
      });
      expect(way.sent()).toBe(3);
      expect((await world.ring.call('GET', '/deployments/job/runs')).body).toHaveLength(2);
    } finally {
      way.close();
    }
  });
});
