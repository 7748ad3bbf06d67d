import { expect, it } from 'vitest';
import { emptyMemory } from '../../core/reconcile/memory.ts';
import { onBothTransports } from '../support/transports.ts';

const summary = {
  id: 'nginx-demo',
  name: 'nginx-demo',
  namespace: 'default',
  image: 'nginx:latest',
  runtime: 'docker',
  kind: 'worker',
  replicas: 1,
  created_at: '2024-01-15T10:30:00.000Z',
  updated_at: '2024-01-15T10:30:00.000Z',
};

onBothTransports('deployments', (open) => {
  it('creates a deployment, says where it is and wakes the reconciler', async () => {
    const api = await open();
    const { status, headers, body } = await api.call('POST', '/deployments', {
      body: { name: 'nginx-demo', image: 'nginx:latest', runtime: 'docker' },
    });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe('/deployments/nginx-demo');
    expect(body).toMatchObject({ ...summary, status: 'creating', instances: [], volumes: '[]', secrets: {} });
    expect(api.commands.woken).toEqual(['uid-1']);
  });

  it('lists what the store keeps, filtered by namespaces and statuses', async () => {
    const api = await open();
    for (const namespace of ['production', 'staging', 'test']) {
      await api.call('POST', '/deployments', { body: { name: 'web', namespace, image: 'nginx:1' } });
    }
    const list = async (query: string) => {
      const { status, body } = await api.call('GET', `/deployments${query}`, { as: 'viewer' });
      return { status, found: body.map((one: { namespace: string }) => one.namespace) };
    };
    expect(await list('')).toEqual({ status: 200, found: ['production', 'staging', 'test'] });
    expect(await list('?namespace[]=production')).toEqual({ status: 200, found: ['production'] });
    expect(await list('?namespace%5B%5D=production&namespace[]=test')).toEqual({
      status: 200,
      found: ['production', 'test'],
    });
    expect(await list('?status[]=running')).toEqual({ status: 200, found: [] });
    expect(await list('?status[]=creating&_=1700000000')).toMatchObject({ found: { length: 3 } });
  });

  it('reads one in full, with the observed half beside the declared', async () => {
    const api = await open();
    await api.call('POST', '/deployments', {
      as: 'admin',
      body: {
        name: 'nginx-demo',
        image: 'nginx:latest',
        volumes: ['/data:/app/data'],
        secrets: { ENV: 'x' },
      },
    });
    const { status, body } = await api.call('GET', '/deployments/nginx-demo');
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...summary, secrets: { ENV: 'x' }, labels: {} });
    expect(JSON.parse(body.volumes)).toMatchObject([{ source: '/data', destination: '/app/data' }]);
    expect((await api.call('GET', '/deployments/nginx-demo.default')).body).toEqual(body);
  });

  it('hides the values of secrets from those who may not write', async () => {
    const api = await open();
    await api.call('POST', '/deployments', {
      body: { name: 'web', image: 'a:1', secrets: { KEY: 'hunter2' } },
    });
    const seen = async (as: 'viewer' | 'editor') =>
      (await api.call('GET', '/deployments/web', { as })).body.secrets;
    expect([await seen('editor'), await seen('viewer')]).toEqual([{ KEY: 'hunter2' }, { KEY: '***' }]);
  });

  it('answers a second POST of a name with 409 and the URL to change it', async () => {
    const api = await open();
    const body = { name: 'web', image: 'nginx:1' };
    await api.call('POST', '/deployments', { body });
    const again = await api.call('POST', '/deployments', { body });
    expect(again).toMatchObject({ status: 409, body: { code: 'DEPLOYMENT_EXISTS' } });
    expect(again.body.error).toContain('PUT /deployments/web');
  });

  it('declares by PUT: created, changed, nothing to do', async () => {
    const api = await open();
    const put = async (image: string) => {
      const { status, body } = await api.call('PUT', '/deployments/web', { body: { image } });
      return { status, revision: body.revision };
    };
    expect(await put('nginx:1')).toEqual({ status: 201, revision: 1 });
    expect(await put('nginx:2')).toEqual({ status: 200, revision: 2 });
    expect(await put('nginx:2')).toEqual({ status: 200, revision: 2 });
  });

  it('scales by PATCH without a new revision, and takes the media type of merge patches', async () => {
    const api = await open();
    await api.call('PUT', '/deployments/web', { body: { image: 'nginx:1' } });
    const scaled = await api.call('PATCH', '/deployments/web', {
      raw: '{"replicas":5}',
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(scaled).toMatchObject({ status: 200, body: { replicas: 5, revision: 1 } });
  });

  it('deletes at once, and still reads what is being removed', async () => {
    const api = await open();
    await api.call('PUT', '/deployments/web', { body: { image: 'nginx:1' } });
    const deleted = await api.call('DELETE', '/deployments/web');
    expect(deleted).toMatchObject({ status: 200, body: { id: 'web', status: 'deleted' } });
    expect(await api.call('GET', '/deployments/web')).toMatchObject({
      status: 200,
      body: { status: 'deleted' },
    });
    expect(await api.call('PUT', '/deployments/web', { body: { image: 'nginx:1' } })).toMatchObject({
      status: 409,
      body: { code: 'DEPLOYMENT_BEING_DELETED' },
    });
  });

  it('answers 404 for a deployment that is not there, in every way of asking', async () => {
    const api = await open();
    const ways = [
      ['GET', '/deployments/none'],
      ['PATCH', '/deployments/none'],
      ['DELETE', '/deployments/none'],
      ['GET', '/deployments/none/logs'],
      ['GET', '/deployments/none/logs?follow=true'],
      ['GET', '/deployments/none/events'],
    ] as const;
    for (const [method, path] of ways) {
      const answer = await api.call(method, path, method === 'PATCH' ? { body: {} } : {});
      expect(answer, path).toMatchObject({
        status: 404,
        body: { error: 'Deployment not found', code: 'DEPLOYMENT_NOT_FOUND' },
      });
    }
  });

  it('lists events by level and number, the newest last', async () => {
    const api = await open();
    await api.call('PUT', '/deployments/web', { body: { image: 'nginx:1' } });
    await api.call('PATCH', '/deployments/web', { body: { replicas: 2 } });
    const reasons = async (query: string) =>
      (await api.call('GET', `/deployments/web/events${query}`)).body.map(
        (one: { reason: string }) => one.reason,
      );
    expect(await reasons('')).toEqual(['DeploymentCreated', 'ScaledUp']);
    expect(await reasons('?limit=1')).toEqual(['ScaledUp']);
    expect(await reasons('?level=error')).toEqual([]);
    const { body } = await api.call('GET', '/deployments/web/events?limit=1');
    expect(body).toEqual([
      {
        id: expect.any(String),
        timestamp: '2024-01-15T10:30:00.000Z',
        level: 'info',
        component: 'api',
        reason: 'ScaledUp',
        message: 'Scaled from 1 to 2 replicas',
        count: 1,
        first_seen: '2024-01-15T10:30:00.000Z',
        last_seen: '2024-01-15T10:30:00.000Z',
      },
    ]);
  });

  it('shows what the recorder wrote last', async () => {
    const api = await open();
    await api.call('PUT', '/deployments/web', { body: { image: 'nginx:1' } });
    const { reconciler } = api.commands.store;
    const lease = await reconciler.acquireLease(1000);
    if (!lease) throw new Error('The lease is free');
    const view = {
      status: 'running' as const,
      status_reason: null,
      instances: ['container_id_123'],
      ready_replicas: 1,
      restarts: 0,
      rollout: null,
      schedule: null,
      observed_at: '2024-01-15T10:30:00.000Z',
    };
    await reconciler.record(lease, [
      {
        uid: 'uid-1',
        generation: 1,
        observation: { view, memory: emptyMemory },
        events: [],
        runs: null,
        purge: false,
      },
    ]);
    expect((await api.call('GET', '/deployments/web')).body).toMatchObject(view);
    expect((await api.call('GET', '/deployments')).body).toMatchObject([view]);
  });
});
