import { expect, it } from 'vitest';
import { RingError } from '../../core/errors.ts';
import { someReport } from '../support/api-world.ts';
import { onBothTransports } from '../support/transports.ts';

onBothTransports('the system', (open) => {
  it('says that it is up, to anyone', async () => {
    const api = await open();
    expect(await api.call('GET', '/healthz', { as: null })).toMatchObject({
      status: 200,
      body: { state: 'UP' },
    });
  });

  it('is ready when database and engine answer', async () => {
    const api = await open();
    const { status, body } = await api.call('GET', '/readyz', { as: null });
    expect({ status, body }).toEqual({ status: 200, body: { state: 'UP', database: 'UP', engine: 'UP' } });
  });

  it('names the side that does not answer', async () => {
    const down = async () => {
      throw new Error('SQLITE_CANTOPEN: secret path');
    };
    const engineDown = await open();
    engineDown.runtime.down();
    const answer = await engineDown.call('GET', '/readyz', { as: null });
    expect(answer).toMatchObject({
      status: 503,
      body: { state: 'DOWN', database: 'UP', engine: 'DOWN', code: 'ENGINE_UNAVAILABLE', status: 503 },
    });
    expect(answer.body.error).toBe('The engine does not answer');
    expect(answer.headers.get('retry-after')).toBe('5');
    const databaseDown = await open({ ports: () => ({ database: { ping: down } }) });
    expect(await databaseDown.call('GET', '/readyz', { as: null })).toMatchObject({
      status: 503,
      body: { state: 'DOWN', database: 'DOWN', engine: 'UP', code: 'DATABASE_UNAVAILABLE' },
    });
  });

  it('reconciles on demand and reports the tick', async () => {
    const api = await open();
    const { status, body } = await api.call('POST', '/reconcile');
    expect({ status, body }).toEqual({ status: 200, body: someReport });
  });

  it('says that another process reconciles', async () => {
    const busy = async () => {
      throw new RingError('RECONCILER_BUSY', 'Another process holds the lease');
    };
    const api = await open({ ports: () => ({ reconcile: busy }) });
    expect(await api.call('POST', '/reconcile')).toMatchObject({
      status: 409,
      body: { code: 'RECONCILER_BUSY' },
    });
  });

  it('describes the node', async () => {
    const api = await open();
    const { body } = await api.call('GET', '/node/get', { as: 'viewer' });
    expect(body).toEqual({
      hostname: 'ring-server',
      cpu_usage: 15.2,
      memory_usage: 45.8,
      disk_usage: 23.1,
      containers_running: 0,
      containers_total: 0,
      docker_version: '20.10.24',
      api_version: '1.41',
      cpu_count: 4,
      memory_total: 8_589_934_592,
    });
  });

  it('says that the engine is away instead of describing it as empty', async () => {
    const api = await open();
    api.runtime.down();
    expect(await api.call('GET', '/node/get')).toMatchObject({
      status: 503,
      body: { code: 'ENGINE_UNAVAILABLE' },
    });
    expect(api.reported).toHaveLength(1);
  });
});
