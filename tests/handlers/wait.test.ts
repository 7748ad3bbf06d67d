import { expect, it } from 'vitest';
import { RingError } from '../../core/errors.ts';
import { observe, purge } from '../support/observed.ts';
import { type Api, type OpenApi, onBothTransports } from '../support/transports.ts';
import { until } from '../support/until.ts';

const declaration = { image: 'nginx:1.21' };

/** `web`, declared once. */
async function openWithWeb(open: OpenApi, options: Parameters<OpenApi>[0] = {}): Promise<Api> {
  const api = await open(options);
  await api.call('PUT', '/deployments/web', { body: declaration });
  return api;
}

const comes = { until: 'running', outcome: 'reached', reason: null };

onBothTransports('waiting', (open) => {
  const writes = [
    ['POST', '/deployments', { name: 'api', ...declaration }, 201],
    ['PUT', '/deployments/api', declaration, 201],
    ['PUT', '/deployments/web', { image: 'nginx:1.22' }, 200],
    ['PATCH', '/deployments/web', { image: 'nginx:1.23' }, 200],
    ['POST', '/deployments/web/restart', undefined, 200],
    ['POST', '/deployments/web/resume', undefined, 200],
  ] as const;

  it.each(writes)(
    '%s %s answers when what was asked for has come',
    async (...[method, path, body, status]) => {
      const api = await openWithWeb(open);
      const { store } = api.commands;
      const id = path === '/deployments' || path.endsWith('api') ? 'api' : 'web';
      const { revision = 0 } = (await store.stores.deployments.find(id)) ?? {};
      const answer = api.call(method, `${path}?wait=running&timeout=30s`, { ...(body ? { body } : {}) });
      const expected = revision + (path.endsWith('resume') ? 0 : 1);
      await until(
        () => store.stores.deployments.find(id),
        (found) => found?.revision === expected,
      );
      await observe(store, id);
      expect(await answer).toMatchObject({ status, body: { id, status: 'running', wait: comes } });
    },
  );

  it('answers a rollback when it has come, and says why it failed', async () => {
    const api = await openWithWeb(open);
    await api.call('PUT', '/deployments/web', { body: { image: 'nginx:1.22' } });
    const answer = api.call('POST', '/deployments/web/rollback?wait=settled', { body: { revision: 1 } });
    const { store } = api.commands;
    await until(
      () => store.stores.deployments.find('web'),
      (found) => found?.revision === 3,
    );
    await observe(store, 'web', { rollout: { state: 'rolling_back', from: 2, reason: 'it died' } });
    expect((await answer).body).toMatchObject({
      revision: 3,
      wait: { until: 'settled', outcome: 'failed', reason: 'it died; back to revision 2' },
    });
  });

  it.each([
    ['POST', '/deployments/web/restart', 2],
    ['GET', '/deployments/web', 1],
  ])(
    '%s %s answers with what was known where the database goes away when it has come',
    async (...[method, path, revision]) => {
      let isWaiting = false;
      const away = new RingError('DATABASE_UNAVAILABLE', 'The database cannot be read or written');
      const api = await openWithWeb(open, {
        ports: ({ ports: { changes, deployments } }) => ({
          changes: {
            ...changes,
            after: (...asked) => {
              isWaiting = true;
              return changes.after(...asked);
            },
          },
          deployments: {
            ...deployments,
            revision: (...asked) => (isWaiting ? Promise.reject(away) : deployments.revision(...asked)),
          },
        }),
      });
      const answer = api.call(method, `${path}?wait=running`);
      await until(
        async () => isWaiting,
        (is) => is,
      );
      await observe(api.commands.store, 'web');
      expect(await answer).toMatchObject({ status: 200, body: { id: 'web', revision, wait: comes } });
    },
  );

  it('answers a deletion when nothing is left', async () => {
    const api = await openWithWeb(open);
    const { store } = api.commands;
    const answer = api.call('DELETE', '/deployments/web?wait=deleted');
    await until(
      () => store.stores.deployments.find('web'),
      (found) => found?.deletedAt !== null,
    );
    await purge(store, 'web');
    expect(await answer).toMatchObject({
      status: 200,
      body: { id: 'web', status: 'deleted', instances: [], wait: { until: 'deleted', outcome: 'reached' } },
    });
    expect((await api.call('GET', '/deployments/web')).status).toBe(404);
  });

  it('answers a run when it is over', async () => {
    const api = await open();
    const { store } = api.commands;
    await api.call('PUT', '/deployments/job', { body: { kind: 'job', image: 'a:1', concurrency: 'allow' } });
    const answer = api.call('POST', '/deployments/job/runs?wait=completed', {
      body: { environment: { A: 'b' } },
    });
    const record = await until(
      () => store.stores.deployments.find('job'),
      (found) => found !== null,
    );
    const uid = record?.uid ?? '';
    const [run] = await until(
      () => store.stores.runs.list(uid, 1),
      ([newest]) => newest?.number === 2,
    );
    const lease = await store.reconciler.acquireLease(60_000);
    if (!run || !lease) throw new Error('There is no run');
    const result = { ...run.result, state: 'failed' as const, reason: 'exit code 3' };
    await store.reconciler.record(lease, [
      {
        ...{ uid, generation: 1, observation: null, events: [], purge: false },
        runs: { results: [{ number: 2, result }], added: [], cancelled: [], dropped: [] },
      },
    ]);
    expect(await answer).toMatchObject({
      status: 201,
      headers: expect.anything(),
      body: {
        number: 2,
        state: 'failed',
        environment: { A: 'b' },
        wait: { until: 'completed', outcome: 'failed', reason: 'exit code 3' },
      },
    });
  });

  it('reads a deployment when it stands as asked, judged by what is declared then', async () => {
    const api = await openWithWeb(open);
    await observe(api.commands.store, 'web');
    expect((await api.call('GET', '/deployments/web?wait=running')).body).toMatchObject({ wait: comes });
    const answer = api.call('GET', '/deployments/web?wait=settled');
    expect((await answer).body.wait).toEqual({ until: 'settled', outcome: 'reached', reason: null });
    await api.call('PATCH', '/deployments/web', { body: { image: 'nginx:1.22' } });
    const later = api.call('GET', '/deployments/web?wait=healthy', { as: 'viewer' });
    await observe(api.commands.store, 'web');
    expect(await later).toMatchObject({
      status: 200,
      body: { id: 'web', revision: 2, image: 'nginx:1.22', wait: { until: 'healthy', outcome: 'reached' } },
    });
  });

  it('says what it still waits for when the time is up', async () => {
    const api = await openWithWeb(open);
    const { status, body } = await api.call('GET', '/deployments/web?wait=running&timeout=10ms');
    const reason = 'revision 1 has not been looked at yet';
    expect([status, body.wait]).toEqual([200, { until: 'running', outcome: 'timeout', reason }]);
  });

  it('leaves replies as they were where nobody asks', async () => {
    const api = await openWithWeb(open);
    const { body } = await api.call('GET', '/deployments/web?timeout=5m');
    expect('wait' in body).toBe(false);
    expect((await api.call('HEAD', '/deployments/web?wait=running')).status).toBe(200);
  });

  it('refuses what cannot be waited for, or for too long, and changes nothing', async () => {
    const api = await openWithWeb(open);
    const refused = async (method: string, path: string, body?: unknown) => {
      const answer = await api.call(method, path, body === undefined ? {} : { body });
      return [answer.status, answer.body.errors?.[0]?.pointer ?? answer.body.code];
    };
    expect([
      await refused('GET', '/deployments/web?wait=done'),
      await refused('GET', '/deployments/web?wait=running&timeout=2h'),
      await refused('GET', '/deployments/web?wait=running&timeout=soon'),
      await refused('DELETE', '/deployments/web?wait=running'),
      await refused('PATCH', '/deployments/web?wait=deleted', { replicas: 2 }),
      await refused('GET', '/deployments/none?wait=running'),
    ]).toEqual([
      [400, '?wait'],
      [400, '?timeout'],
      [400, '?timeout'],
      [400, '?wait'],
      [400, '?wait'],
      [404, 'DEPLOYMENT_NOT_FOUND'],
    ]);
    expect(await api.commands.store.stores.deployments.find('web')).toMatchObject({
      replicas: 1,
      deletedAt: null,
    });
  });

  it('refuses who finds no place to wait, before anything is changed, and says when to come back', async () => {
    const api = await openWithWeb(open, { mostWaits: 1 });
    const leaving = new AbortController();
    const held = api.open('GET', '/deployments/web?wait=running', { signal: leaving.signal });
    const response = await held;
    const reader = response.body?.getReader();
    void reader?.read().catch(() => undefined);
    const refused = await api.call('PATCH', '/deployments/web?wait=running', { body: { replicas: 2 } });
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
      503,
      'TOO_MANY_STREAMS',
      '5',
    ]);
    expect(await api.commands.store.stores.deployments.find('web')).toMatchObject({ replicas: 1 });
    await reader?.cancel();
    leaving.abort();
    const freed = await until(
      () => api.call('GET', '/deployments/web?wait=running&timeout=0s'),
      ({ status }) => status === 200,
    );
    expect(freed.body.wait.outcome).toBe('timeout');
  });

  it('ends with the client that waits, whatever it had asked for', async () => {
    const api = await openWithWeb(open, { mostWaits: 1 });
    const leaving = new AbortController();
    const { store } = api.commands;
    const waiting = api
      .call('PATCH', '/deployments/web?wait=running', { body: { replicas: 2 }, signal: leaving.signal })
      .catch(() => null);
    await until(
      () => store.stores.deployments.find('web'),
      (found) => found?.replicas === 2,
    );
    expect((await api.call('GET', '/deployments/web?wait=running')).status).toBe(503);
    leaving.abort();
    await waiting;
    await until(
      () => api.call('GET', '/deployments/web?wait=running&timeout=0s'),
      ({ status }) => status === 200,
    );
  });

  it('ends when Ring does', async () => {
    const closing = new AbortController();
    const api = await openWithWeb(open, { ports: () => ({ closing: closing.signal }) });
    const answers = [
      api.call('GET', '/deployments/web?wait=running'),
      api.call('POST', '/deployments/web/restart?wait=running'),
    ];
    await until(
      () => api.commands.store.stores.deployments.find('web'),
      (found) => found?.revision === 2,
    );
    closing.abort();
    const outcomes = (await Promise.all(answers)).map(({ body }) => body.wait.outcome);
    expect(outcomes).toEqual(['timeout', 'timeout']);
  });
});
