import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { type ErrorCode, RingError } from '../../core/errors.ts';
import { RuntimeError } from '../../core/runtime-error.ts';
import { endpoint, reply, streamed } from '../../handlers/endpoint.ts';
import { problemOf, ringErrorOf, statusOf } from '../../handlers/problems.ts';
import { createRouter } from '../../handlers/router.ts';
import { makeApiWorld } from '../support/api-world.ts';
import { onBothTransports } from '../support/transports.ts';

const occurrence = { method: 'GET', path: '/deployments/x', requestId: 'request-1' };
const codes = Object.keys(statusOf) as ErrorCode[];

describe('problems', () => {
  it.each(codes)('%s becomes a problem with its status, title and type', (code) => {
    const { status, body, headers } = problemOf(new RingError(code, 'What happened'), occurrence);
    expect(status).toBe(statusOf[code]);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(body).toEqual({
      error: 'What happened',
      code,
      type: `urn:ring:problem:${code.toLowerCase().replaceAll('_', '-')}`,
      title: expect.stringMatching(/^[A-Z]/),
      status,
      detail: 'What happened',
      instance: '/deployments/x',
      errors: [],
      request_id: 'request-1',
    });
    expect(body.title).not.toBe('Error');
    expect('retry-after' in headers).toBe([429, 503].includes(status));
    expect('www-authenticate' in headers).toBe(status === 401);
    expect(headers.connection).toBe(status === 413 ? 'close' : undefined);
  });

  it('are all in the table of docs/API.md under their status, and nothing else is', async () => {
    const text = await readFile(new URL('../../docs/API.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| (\d{3}) \| (.*) \|$/gm)];
    const documented = rows.flatMap(([, status, cell = '']) =>
      [...cell.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map(([, code]) => [code, Number(status)]),
    );
    expect(documented.sort()).toEqual(Object.entries(statusOf).sort());
  });

  it('says when to try again, in whole seconds', () => {
    const headersFor = (retryAfterSeconds: number) =>
      problemOf(new RingError('DATABASE_UNAVAILABLE', 'Busy', { retryAfterSeconds }), occurrence).headers;
    expect([headersFor(0.2)['retry-after'], headersFor(2.5)['retry-after']]).toEqual(['1', '3']);
  });

  it.each([
    [new RuntimeError('unavailable', 'connect ECONNREFUSED /var/run/docker.sock'), 'ENGINE_UNAVAILABLE'],
    [new RuntimeError('missing', 'No such container: abc'), 'INSTANCE_NOT_FOUND'],
    [new Error('SELECT * FROM users'), 'INTERNAL'],
    ['a text', 'INTERNAL'],
    [null, 'INTERNAL'],
    [undefined, 'INTERNAL'],
  ])('takes %s for %s without its text', (thrown, code) => {
    const error = ringErrorOf(thrown);
    expect(error.code).toBe(code);
    expect(error.message).not.toMatch(/ECONN|abc|SELECT|a text/);
  });
});

onBothTransports('errors', (open) => {
  const secret = "SELECT password_hash FROM users WHERE token = 'hunter2' -- at openStore (store.ts:10:5)";

  it('shows nothing of what went wrong inside, and reports it with the id of the request', async () => {
    const failing = async () => {
      throw new Error(secret);
    };
    const api = await open({
      ports: ({ ports }) => ({
        deployments: { ...ports.deployments, listText: failing, find: failing },
        configs: { ...ports.configs, list: failing },
        users: { ...ports.users, list: failing },
        write: failing,
      }),
    });
    const calls = [
      ['GET', '/deployments', {}],
      ['GET', '/deployments/web', {}],
      ['GET', '/deployments/web/logs?follow=true', {}],
      ['GET', '/configs', {}],
      ['GET', '/users', { as: 'admin' }],
      ['POST', '/configs', { body: { name: 'a', data: 'hunter2' } }],
      ['DELETE', '/deployments/web', {}],
      ['POST', '/logout', {}],
    ] as const;
    for (const [method, path, call] of calls) {
      const answer = await api.call(method, path, { ...call, headers: { 'x-request-id': 'my-request' } });
      const shown = JSON.stringify([answer.body, ...answer.headers]);
      expect(answer, path).toMatchObject({
        status: 500,
        body: { error: 'Internal server error', code: 'INTERNAL', request_id: 'my-request' },
      });
      expect(shown, path).not.toMatch(/SELECT|hunter2|openStore|\.ts|stack/);
    }
    expect(api.reported).toEqual(calls.map(() => new Error(secret)));
  });

  it('answers though authentication itself fails', async () => {
    const authenticate = async () => {
      throw new RingError('DATABASE_UNAVAILABLE', 'The database is busy', { cause: new Error(secret) });
    };
    const api = await open({ ports: () => ({ authenticate }) });
    const answer = await api.call('GET', '/deployments');
    expect(answer).toMatchObject({ status: 503, body: { code: 'DATABASE_UNAVAILABLE' } });
    expect(JSON.stringify(answer.body)).not.toContain('SELECT');
  });

  it('takes a sane request id and replaces any other', async () => {
    const api = await open({ newRequestId: () => 'made-here' });
    const idOf = async (given: string) =>
      (await api.call('GET', '/healthz', { headers: { 'x-request-id': given } })).headers.get('x-request-id');
    expect(await idOf('trace:01.a_b-c')).toBe('trace:01.a_b-c');
    expect(await idOf('a'.repeat(129))).toBe('made-here');
    expect(await idOf('<script>')).toBe('made-here');
    expect(await idOf('')).toBe('made-here');
    expect((await api.call('GET', '/nothing')).headers.get('x-request-id')).toBe('made-here');
  });

  it('stands below a base path, and nowhere else', async () => {
    const api = await open({ basePath: '/ring/' });
    const status = async (path: string) => (await api.call('GET', path)).status;
    expect(await status('/ring/healthz')).toBe(200);
    expect(await status('/ring/deployments/')).toBe(200);
    for (const path of ['/healthz', '/', '/ring', '/ringhealthz', '/other/ring/healthz'])
      expect(await api.call('GET', path), path).toMatchObject({
        status: 404,
        body: { code: 'ROUTE_NOT_FOUND' },
      });
  });
});

describe('the router', () => {
  it.each(['http://', 'nonsense', 'http://a b/healthz', '*'])('answers 400 to the URL %s', async (url) => {
    const { ports } = await makeApiWorld();
    const router = createRouter([], ports);
    const response = await router({ ...new Request('http://x'), url, method: 'GET', headers: new Headers() });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('breaks a body off where its source fails, reports why, and cancels the source when the client goes', async () => {
    const { ports } = await makeApiWorld();
    const seen: unknown[] = [];
    let left: number | null = 2;
    const source = () =>
      new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            if (left === null) return controller.enqueue(new TextEncoder().encode('x'));
            if (left === 0) throw new Error('The source broke');
            left -= 1;
            controller.enqueue(new TextEncoder().encode('x'));
          },
          cancel: () => void seen.push('cancelled'),
        },
        { highWaterMark: 0 },
      );
    const streaming = endpoint({
      method: 'GET',
      path: '/stream',
      scope: 'public',
      summary: 'Streams until it breaks',
      replies: { 200: streamed('application/octet-stream', v.unknown()) },
      handle: async () => reply(200, source()),
    });
    const events = endpoint({
      ...streaming,
      path: '/events',
      handle: async () => reply(200, source(), { 'content-type': 'text/event-stream' }),
    });
    const router = createRouter([streaming, events], ports, { onError: (error) => seen.push(error) });
    const broken = await router(new Request('http://x/stream'));
    await expect(broken.text()).rejects.toThrow('The body was interrupted');
    expect(seen).toEqual([new Error('The source broke')]);
    left = 2;
    const ended = await router(new Request('http://x/events'));
    expect([await ended.text(), seen]).toEqual(['xx', Array(2).fill(new Error('The source broke'))]);
    left = null;
    const endless = await router(new Request('http://x/stream'));
    const reader = endless.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(seen.at(-1)).toBe('cancelled');
    await router(new Request('http://x/stream', { method: 'HEAD' }));
    expect(seen.filter((one) => one === 'cancelled')).toHaveLength(2);
  });
});
