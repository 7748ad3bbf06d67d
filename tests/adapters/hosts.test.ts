/** Ring answers the same wherever it is mounted: the same requests go to every host. */
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFakeRuntime } from '../support/fake-runtime.ts';
import { type Host, hosts, type Mounted } from '../support/hosts.ts';

describe.each(hosts)('in $name', ({ mount, readsBodies }: Host) => {
  let dataDir = '';
  let mounted: Mounted;
  let token = '';

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'ring-host-'));
    mounted = await mount({ dataDir, runtime: makeFakeRuntime({ now: Date.now }) });
    const reply = await post('/login', { username: 'admin', password: 'changeme' });
    token = (await reply.json()).token;
  });

  afterAll(async () => {
    await mounted.close();
    await rm(dataDir, { recursive: true });
  });

  const send = (path: string, init: RequestInit = {}) =>
    mounted.send(`/ring${path}`, {
      ...init,
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...init.headers },
    });
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const create = (name: string, namespace: string) =>
    post('/deployments', { name, namespace, image: 'app:1', replicas: 0 });

  it('creates, reads, lists by two namespaces and deletes', async () => {
    const created = await Promise.all([create('a', 'one'), create('b', 'two'), create('c', 'three')]);
    expect(created.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(await (await send('/deployments/a')).json()).toMatchObject({ id: 'a', namespace: 'one' });
    const list = await (await send('/deployments?namespace[]=one&namespace[]=two')).json();
    expect(list.map(({ id }: { id: string }) => id)).toEqual(['a', 'b']);
    expect((await send('/deployments/a', { method: 'DELETE' })).status).toBe(200);
  });

  it('takes a trailing slash and HEAD, and knows where it ends', async () => {
    const statuses = await Promise.all(
      [
        send('/healthz/'),
        send('/healthz', { method: 'HEAD' }),
        send('/nothing'),
        send('/deployments/absent'),
        send('/healthz', { method: 'PUT' }),
        send('/%zz'),
        mounted.send('/healthz'),
      ].map(async (reply) => (await reply).status),
    );
    expect(statuses).toEqual([200, 200, 404, 404, 405, 400, 404]);
  });

  it('says of an empty object what is missing in it', async () => {
    const reply = await post('/deployments', {});
    const { code, errors } = await reply.json();
    const pointers = errors.map(({ pointer }: { pointer: string }) => pointer);
    expect([reply.status, code, pointers]).toEqual([400, 'INVALID_REQUEST', ['/name', '/image']]);
  });

  it('refuses a body of another type before it reads it', async () => {
    const reply = await post('/deployments', 'name: a', { 'content-type': 'text/plain' });
    expect(reply.status).toBe(415);
  });

  it('refuses who has no token, whatever they send', async () => {
    const reply = await post('/deployments', { name: 'x' }, { authorization: '' });
    expect([reply.status, (await reply.json()).code]).toEqual([401, 'UNAUTHORIZED']);
  });

  it.skipIf(readsBodies)('refuses a body that is empty, malformed or too large', async () => {
    const replies = await Promise.all([
      post('/deployments', ''),
      post('/deployments', '{"name":'),
      post('/deployments', `{"name":"${'x'.repeat(1_500_000)}"}`),
    ]);
    const told = await Promise.all(replies.map(async (reply) => [reply.status, (await reply.json()).code]));
    expect(told).toEqual([
      [400, 'MALFORMED_BODY'],
      [400, 'MALFORMED_BODY'],
      [413, 'BODY_TOO_LARGE'],
    ]);
  });

  it.skipIf(readsBodies)(
    'answers the next request on the connection of a body that was too large',
    async () => {
      if (mounted.port === null) return;
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const ask = (method: string, path: string, body?: string) =>
        new Promise<number | undefined>((resolve, reject) => {
          const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
          const options = {
            agent,
            host: '127.0.0.1',
            port: mounted.port,
            method,
            path: `/ring${path}`,
            headers,
          };
          const asked = httpRequest(options, (reply) => {
            reply.resume().once('close', () => resolve(reply.statusCode));
          });
          asked.on('error', (error: NodeJS.ErrnoException) =>
            error.code === 'EPIPE' || error.code === 'ECONNRESET' ? resolve(413) : reject(error),
          );
          asked.end(body);
        });
      // No length is announced, so that the limit is met in the middle of the body.
      expect(await ask('POST', '/deployments', `"${'x'.repeat(1_100_000)}"`)).toBe(413);
      expect(await ask('GET', '/healthz')).toBe(200);
      expect(await ask('POST', '/deployments', `"${'x'.repeat(5_000_000)}"`)).toBe(413);
      expect(await ask('GET', '/healthz')).toBe(200);
      agent.destroy();
    },
  );

  it('streams events as they come, and lets the client leave', async () => {
    expect((await create('logs', 'one')).status).toBe(201);
    const leaving = new AbortController();
    const reply = await send('/deployments/logs/logs?follow=true', { signal: leaving.signal });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const first = await reply.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value)).toBe('retry: 1000\n\n');
    leaving.abort();
    expect((await send('/healthz')).status).toBe(200);
  });

  it('ends streams that are open when it stops', async () => {
    expect((await create('last', 'one')).status).toBe(201);
    const reply = await send('/deployments/last/logs?follow=true');
    const reader = reply.body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    await mounted.ring.stop();
    expect((await reader?.read())?.done).toBe(true);
  });
});
