import { expect, it } from 'vitest';
import { onBothTransports } from '../support/transports.ts';

const manifest = {
  namespace: 'shop',
  configs: { app: { data: { port: 80 } } },
  secrets: { db: { value: 'hunter2' } },
  deployments: { web: { image: 'nginx:1.21', replicas: 2, environment: { P: { secretRef: 'db' } } } },
};

onBothTransports('manifests', (open) => {
  it('are applied as a whole, and what is declared is there', async () => {
    const { call } = await open();
    const applied = await call('POST', '/apply', { body: manifest });
    expect([applied.status, applied.body.summary, applied.body.unseen]).toEqual([
      200,
      { create: 4, update: 0, scale: 0, delete: 0, none: 0 },
      null,
    ]);
    const web = await call('GET', '/deployments/web');
    expect(web.body).toMatchObject({ namespace: 'shop', replicas: 2, secrets: { P: { secretRef: 'db' } } });
    const again = await call('POST', '/apply', { body: [manifest] });
    expect(again.body.summary).toEqual({ create: 0, update: 0, scale: 0, delete: 0, none: 3 });
  });

  it('are planned without anything being done, and the reply is that of applying', async () => {
    const { call } = await open();
    const planned = await call('POST', '/plan', { body: manifest });
    expect((await call('GET', '/deployments')).body).toEqual([]);
    expect((await call('GET', '/namespaces')).body).toEqual([]);
    const applied = await call('POST', '/apply', { body: manifest });
    expect([planned.status, planned.body]).toEqual([applied.status, applied.body]);
    expect(JSON.stringify(planned.body)).not.toContain('hunter2');
  });

  it('are refused with every violation, and where in which document it is', async () => {
    const { call } = await open();
    const shape = await call('POST', '/apply', {
      body: [manifest, { deployments: { web: { imgae: 'nginx' } }, secrets: { db: {} } }],
    });
    expect([shape.status, shape.body.code]).toEqual([400, 'INVALID_REQUEST']);
    expect(shape.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/1/deployments/web/imgae',
      '/1/secrets/db/value',
      '/1/deployments/web/image',
    ]);
    const rules = await call('POST', '/plan', {
      body: { deployments: { web: { image: 'nginx', volumes: ['/etc:/etc'] } } },
    });
    expect([rules.status, rules.body.code, rules.body.errors[0].pointer]).toEqual([
      403,
      'POLICY_VIOLATION',
      '/deployments/web/volumes/0',
    ]);
    expect((await call('GET', '/deployments')).body).toEqual([]);
  });

  it('prune only what a selector names', async () => {
    const { call } = await open();
    const labelled = (...names: string[]) => ({
      labels: { stack: 'a' },
      namespace: 'default',
      deployments: Object.fromEntries(names.map((name) => [name, { image: 'nginx' }])),
    });
    await call('POST', '/apply', { body: labelled('one', 'two') });
    const planned = await call('POST', '/plan?prune=stack%3Da', { body: labelled('one') });
    expect(planned.body.summary).toMatchObject({ none: 1, delete: 1 });
    await call('POST', '/apply?prune=stack%3Da', { body: labelled('one') });
    expect((await call('GET', '/deployments/two')).body.status).toBe('deleted');
    const empty = await call('POST', '/apply?prune=', { body: labelled('one') });
    expect([empty.status, empty.body.errors[0].pointer]).toEqual([400, '?prune']);
  });

  it('are applied once under a key, and planned under one', async () => {
    const { call } = await open();
    const headers = (key: string) => ({ headers: { 'idempotency-key': key } });
    const planned = await call('POST', '/plan', { body: manifest, ...headers('plan') });
    const applied = await call('POST', '/apply', { body: manifest, ...headers('one') });
    const again = await call('POST', '/apply', { body: manifest, ...headers('one') });
    expect([planned.body, again.body]).toEqual([applied.body, applied.body]);
    expect([applied, again].map((one) => one.headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    const other = await call('POST', '/apply', { body: {}, ...headers('one') });
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('are for those who may write', async () => {
    const { call } = await open();
    const paths = ['/apply', '/plan', '/deployments/web/plan'];
    const answers = await Promise.all(paths.map((path) => call('POST', path, { as: 'viewer', body: {} })));
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
  });
});

onBothTransports('the plan of one deployment', (open) => {
  it('says what PUT would do, and without a body what is to be done', async () => {
    const { call } = await open();
    expect((await call('POST', '/deployments/web/plan')).status).toBe(404);
    const created = await call('POST', '/deployments/web/plan', { body: { image: 'nginx' } });
    expect(
      created.body.changes.map(({ change, id }: { change: string; id: string }) => [change, id]),
    ).toEqual([
      ['create', 'default'],
      ['create', 'web'],
    ]);
    await call('PUT', '/deployments/web', { body: { image: 'nginx' } });
    const scaled = await call('POST', '/deployments/web/plan', { body: { image: 'nginx', replicas: 3 } });
    expect(scaled.body.changes).toMatchObject([
      {
        change: 'scale',
        fields: [{ pointer: '/replicas', before: 1, after: 3 }],
        revision: 1,
        replaces: false,
      },
    ]);
    const now = await call('POST', '/deployments/web/plan');
    expect(now.body.changes[0].actions.map(({ kind }: { kind: string }) => kind)).toEqual([
      'resolveImage',
      'ensureNetwork',
      'createInstance',
      'startInstance',
    ]);
    expect((await call('GET', '/deployments/web')).body.replicas).toBe(1);
    const wrong = await call('POST', '/deployments/web/plan', { body: { image: 'nginx', kind: 'job' } });
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([400, '/kind']);
  });

  it('says that the engine cannot be seen, where it cannot', async () => {
    const { call, runtime } = await open();
    await call('PUT', '/deployments/web', { body: { image: 'nginx' } });
    runtime.down();
    const { status, body } = await call('POST', '/deployments/web/plan');
    expect([status, body.changes[0].actions]).toEqual([200, null]);
    expect(body.unseen).toContain('the engine cannot be seen');
  });
});
