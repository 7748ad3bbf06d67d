/** What the host of the endpoints is told of each request. */
import { expect, it } from 'vitest';
import { readHealth, serve } from '../../handlers/index.ts';
import { onBothTransports } from '../support/transports.ts';

const noting = () => {
  const told: unknown[] = [];
  const onRequest =
    ({ method, path }: { readonly method: string; readonly path: string }) =>
    (answered: unknown) =>
      void told.push([method, path, answered]);
  return { told, onRequest };
};

onBothTransports('each request', (open) => {
  it('is told with the pattern of its path, its status and who called, once', async () => {
    const { told, onRequest } = noting();
    const api = await open({ onRequest });
    await api.call('GET', '/deployments/nobody?_=x', { as: 'viewer' });
    await api.call('GET', '/deployments', { as: null });
    await api.call('POST', '/deployments', { as: 'viewer', body: {} });
    await api.call('GET', '/no/such/path');
    await api.call('PATCH', '/healthz');
    await api.call('GET', '/deployments/%zz');
    await api.call('HEAD', '/deployments');
    expect(told).toEqual([
      ['GET', '/deployments/nobody', { route: '/deployments/:id', status: 404, user: 'viewer' }],
      ['GET', '/deployments', { route: '/deployments', status: 401, user: null }],
      ['POST', '/deployments', { route: '/deployments', status: 403, user: 'viewer' }],
      ['GET', '/no/such/path', { route: null, status: 404, user: null }],
      ['PATCH', '/healthz', { route: null, status: 405, user: null }],
      ['GET', '/deployments/%zz', { route: null, status: 400, user: null }],
      ['HEAD', '/deployments', { route: '/deployments', status: 200, user: 'editor' }],
    ]);
  });

  it('is told when a stream begins, not when it ends', async () => {
    const { told, onRequest } = noting();
    const api = await open({ onRequest });
    const abort = new AbortController();
    const response = await api.open('GET', '/events?follow=true', { signal: abort.signal });
    expect([response.status, told]).toEqual([
      200,
      [['GET', '/events', { route: '/events', status: 200, user: 'editor' }]],
    ]);
    abort.abort();
    await response.body?.cancel().catch(() => undefined);
  });
});

it('is told by one endpoint alone as well', async () => {
  const { told, onRequest } = noting();
  const health = serve(readHealth, {}, { basePath: '/ring', onRequest });
  await health(new Request('http://host.test/ring/healthz'));
  await health(new Request('http://host.test/elsewhere'));
  expect(told).toEqual([
    ['GET', '/ring/healthz', { route: '/healthz', status: 200, user: null }],
    ['GET', '/elsewhere', { route: null, status: 404, user: null }],
  ]);
});
