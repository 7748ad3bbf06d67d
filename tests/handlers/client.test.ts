/** The typed client against every endpoint's router: what it sends, what it resolves with and how it fails. */
import { describe, expect, test } from 'vitest';
import { ClientError, makeClient } from '../../handlers/client.ts';
import { endpoints } from '../../handlers/endpoints.ts';
import { createRouter } from '../../handlers/router.ts';
import { routes } from '../../handlers/routes.ts';
import { makeApiWorld } from '../support/api-world.ts';

const draft = {
  name: 'web',
  runtime: 'docker',
  namespace: 'default',
  image: 'nginx:1.27',
  replicas: 2,
} as const;

const openClient = async (role: 'admin' | 'editor' | 'viewer' = 'admin') => {
  const world = await makeApiWorld();
  const router = createRouter(Object.values(endpoints), world.ports, { basePath: '/ring' });
  const send = (url: string, init: RequestInit) => router(new Request(url, init));
  const url = 'http://ring.test/ring/';
  const client = makeClient({ url, token: world.tokens[role], fetch: send });
  return { ...world, client, send, url };
};

const failure = async (call: Promise<unknown>): Promise<ClientError> => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ClientError) return error;
  throw new Error(`no ClientError: ${error}`);
};

describe('the client', () => {
  test('has a method for every endpoint', async () => {
    const { client } = await openClient();
    expect(Object.keys(client).sort()).toEqual(Object.keys(endpoints).sort());
    expect(Object.keys(routes)).toHaveLength(Object.keys(endpoints).length);
  });

  test('creates, reads, lists, patches and deletes', async () => {
    const { client } = await openClient();
    const made = await client.createDeployment({ body: draft });
    expect([made.status, made.body.name, made.headers.get('location')]).toEqual([
      201,
      'web',
      '/deployments/web',
    ]);
    const listed = await client.listDeployments({ query: { 'namespace[]': ['default', 'other'] } });
    expect(listed.body.map(({ id }) => id)).toEqual(['web']);
    expect((await client.listDeployments({ query: { 'namespace[]': ['other'] } })).body).toEqual([]);
    const patched = await client.patchDeployment({ params: { id: 'web' }, body: { replicas: 3 } });
    expect(patched.body.replicas).toBe(3);
    expect((await client.readDeployment({ params: { id: 'web.default' } })).body.replicas).toBe(3);
    expect((await client.deleteDeployment({ params: { id: 'web' } })).status).toBe(200);
  });

  test('sends numbers and flags of a query as text, and nothing where there is nothing', async () => {
    const { client } = await openClient();
    await client.createDeployment({ body: draft });
    const events = await client.listEvents({ params: { id: 'web' }, query: { limit: 1 } });
    expect(events.body).toHaveLength(1);
    const logs = await client.readLogs({
      params: { id: 'web' },
      query: { previous: false, since: undefined },
    });
    expect(logs.body).toEqual([]);
  });

  test('resolves with null where there is no body', async () => {
    const { client } = await openClient();
    expect(await client.logOut()).toMatchObject({ status: 204, body: null });
  });

  test('takes a reply whose JSON never came for no reply', async () => {
    const empty = async () => new Response('', { headers: { 'content-type': 'application/json' } });
    const client = makeClient({ url: 'http://ring.test', fetch: empty });
    expect(await failure(client.readDeployment({ params: { id: 'web' } }))).toMatchObject({
      kind: 'unreachable',
      message: 'http://ring.test does not answer: the reply ended before its body',
    });
  });

  test('says what was wrong with a request', async () => {
    const { client, tokens, send, url } = await openClient();
    const error = await failure(client.createDeployment({ body: { ...draft, replicas: -1, image: '' } }));
    expect(error).toMatchObject({ kind: 'refused', status: 400, code: 'INVALID_REQUEST' });
    expect(error.violations.map(({ pointer }) => pointer).sort()).toEqual(['/image', '/replicas']);
    expect(error.requestId).toMatch(/./);
    const nobody = makeClient({ url, fetch: send });
    expect(await failure(nobody.listUsers())).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
    const viewer = makeClient({ url, fetch: send, token: tokens.viewer });
    expect(await failure(viewer.listUsers())).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(await failure(viewer.readDeployment({ params: { id: 'a/b c' } }))).toMatchObject({
      code: 'DEPLOYMENT_NOT_FOUND',
      violations: [],
    });
  });

  test.each(['', '.', '..'])(
    'does not ask for the deployment %j, which would be another path',
    async (id) => {
      const { client } = await openClient();
      const error = await failure(client.deleteDeployment({ params: { id } }));
      expect(error).toMatchObject({ kind: 'unsent', code: 'INVALID_REQUEST', status: null });
    },
  );

  test('tells how long to wait', async () => {
    const world = await makeApiWorld({ mostStreams: 0 });
    const router = createRouter(Object.values(endpoints), world.ports);
    const client = makeClient({
      url: 'http://ring.test',
      token: world.tokens.editor,
      fetch: (url, init) => router(new Request(url, init)),
    });
    await client.createDeployment({ body: draft });
    const error = await failure(client.readLogs({ params: { id: 'web' }, accept: 'text/event-stream' }));
    expect(error.status).toBeGreaterThanOrEqual(429);
    expect(error.retryAfterSeconds).toBeGreaterThanOrEqual(1);
  });

  test('hands out a stream when asked by accept or by follow', async () => {
    const { client } = await openClient();
    await client.createDeployment({ body: draft });
    const params = { id: 'web' };
    const accepted = await client.readLogs({ params, accept: 'text/event-stream' });
    const followed = await client.readLogs({ params, query: { follow: true } });
    for (const { body, headers } of [accepted, followed]) {
      expect(headers.get('content-type')).toBe('text/event-stream');
      const reader = body.getReader();
      const { value } = await reader.read();
      expect(new TextDecoder().decode(value)).toBe('retry: 1000\n\n');
      await reader.cancel();
    }
  });

  test('says that nothing answers, and not with which password it was asked', async () => {
    const error = await failure(makeClient({ url: 'http://127.0.0.1:1' }).readHealth());
    expect(error).toMatchObject({ kind: 'unreachable', code: 'UNREACHABLE', status: null });
    expect(error.message).toMatch(/^http:\/\/127\.0\.0\.1:1 does not answer: .+/);
    const secret = await failure(makeClient({ url: 'http://a:hidden@127.0.0.1:1' }).readHealth());
    expect(secret.code).toBe('UNREACHABLE');
    expect(secret.message).not.toContain('hidden');
    expect(await failure(makeClient({ url: 'nowhere' }).readHealth())).toMatchObject({ code: 'UNREACHABLE' });
  });

  test.each([
    ['a page', new Response('<html>', { status: 404, headers: { 'content-type': 'text/html' } })],
    ['a redirect', new Response(null, { status: 302, headers: { location: 'https://elsewhere' } })],
    ['half a JSON', new Response('{"state"', { headers: { 'content-type': 'application/json' } })],
    ['a stream', new Response('data: 1', { headers: { 'content-type': 'text/event-stream' } })],
  ])('does not take %s for a reply', async (_what, response) => {
    const client = makeClient({ url: 'http://ring.test', fetch: async () => response });
    expect(await failure(client.readHealth())).toMatchObject({
      kind: 'unexpected',
      code: 'UNEXPECTED_REPLY',
    });
  });

  test('rejects with the reason of its signal', async () => {
    const aborted = new AbortController();
    const client = makeClient({
      url: 'http://ring.test',
      fetch: (_url, { signal }) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('cut')))),
    });
    const asked = client.readHealth({ signal: aborted.signal });
    const reason = new Error('enough');
    aborted.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });
});
