/** Waiting for a deployment over replies that are cut off, and one that is deleted meanwhile. */
import { createServer, type ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { type WaitTerms, waitUntil } from '../../../adapters/cli/follow/wait-for.ts';
import { makeClient } from '../../../handlers/client.ts';

type Reply = (response: ServerResponse) => void;

const json =
  (status: number, body: unknown): Reply =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** Sends the head of a reply that waits, and not its body. */
const cut: Reply = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end();

const missing = json(404, { error: 'Deployment web not found', code: 'DEPLOYMENT_NOT_FOUND' });
const seen = (outcome: string, deletedAt: string | null = null) =>
  json(200, { id: 'web', deleted_at: deletedAt, wait: { until: 'settled', outcome, reason: null } });

/** Waits for `web` at a server that gives these replies, one a request, the last one again and again. */
const wait = async (replies: readonly Reply[], terms: Partial<WaitTerms> = {}) => {
  let asked = 0;
  const server = createServer((_request, response) => {
    const reply = replies[Math.min(asked, replies.length - 1)];
    asked += 1;
    reply?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const session = {
    client: makeClient({ url: `http://127.0.0.1:${port}` }),
    signal: new AbortController().signal,
  };
  try {
    const end = await waitUntil(session, { id: 'web', until: 'settled', timeoutMs: 30_000, ...terms });
    return { asked, outcome: end.outcome, reason: end.reason };
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

it('asks again after a reply that was cut off', async () => {
  expect(await wait([cut, seen('reached')])).toEqual({ asked: 2, outcome: 'reached', reason: null });
});

it('does not reach the server when its replies are cut off and the time is up', async () => {
  await expect(wait([cut], { timeoutMs: 0 })).rejects.toMatchObject({
    message: expect.stringMatching(/cut off|does not answer/),
  });
});

it.each([
  { is: 'is gone', reply: missing },
  { is: 'is being deleted', reply: seen('timeout', '2026-01-01T00:00:00Z') },
  { is: 'has been deleted to its end', reply: seen('reached', '2026-01-01T00:00:00Z') },
])('has failed when a deployment that must stay $is', async ({ reply }) => {
  expect(await wait([seen('timeout'), reply], { mustStay: true })).toEqual({
    asked: 2,
    outcome: 'failed',
    reason: 'it was deleted',
  });
});

it('has reached what is settled by being gone where it need not stay', async () => {
  expect(await wait([seen('timeout'), missing])).toEqual({ asked: 2, outcome: 'reached', reason: null });
});
