import { expect, it } from 'vitest';
import { RingError } from '../../core/errors.ts';
import type { Write } from '../../core/ports.ts';
import { type Api, type Call, onBothTransports } from '../support/transports.ts';

const body = { name: 'web', image: 'nginx:1' };
const post = (api: Api, key: string, call: Call = {}) =>
  api.call('POST', '/deployments', { body, ...call, headers: { 'idempotency-key': key, ...call.headers } });
const replayed = ({ headers }: { readonly headers: Headers }) => headers.get('idempotency-replayed');

/** A promise to be kept by hand. */
const makePromise = () => {
  let keep: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    keep = resolve;
  });
  return { promise, keep };
};

/** A Write that says when it is called, and then waits to be let go. */
const makeHeldWrite = (write: Write) => {
  const held = makePromise();
  const begun = makePromise();
  const holding: Write = async (work) => {
    begun.keep();
    await held.promise;
    return write(work);
  };
  return { holding, begun: begun.promise, release: held.keep };
};

onBothTransports('a POST with a key', (open) => {
  it('is done once and answered as before', async () => {
    const api = await open();
    const first = await post(api, 'k-1');
    api.commands.pass(60_000);
    const again = await post(api, 'k-1');
    expect(first.status).toBe(201);
    expect(replayed(first)).toBeNull();
    expect({ ...again, headers: null }).toEqual({ ...first, headers: null });
    expect(replayed(again)).toBe('true');
    for (const name of ['location', 'etag', 'content-type']) {
      expect([name, again.headers.get(name)]).toEqual([name, first.headers.get(name)]);
    }
    expect(api.commands.woken).toEqual(['uid-1']);
  });

  it('is done once among many that come at once', async () => {
    const api = await open();
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => post(api, 'k-1')));
    const statuses = new Set(answers.map(({ status }) => status));
    expect(answers.filter((one) => one.status === 201 && replayed(one) === null)).toHaveLength(1);
    expect([...statuses].every((status) => status === 201 || status === 409)).toBe(true);
    const refused = answers.find(({ status }) => status === 409);
    if (refused) expect(refused.body.code).toBe('IDEMPOTENCY_KEY_IN_FLIGHT');
  });

  it('is refused while it is under way, with when to come again', async () => {
    const held: { current?: ReturnType<typeof makeHeldWrite> } = {};
    const api = await open({
      ports: ({ ports }) => {
        held.current = makeHeldWrite(ports.write);
        return { write: held.current.holding };
      },
    });
    const first = post(api, 'k-1');
    await held.current?.begun;
    const meanwhile = await post(api, 'k-1');
    const other = await post(api, 'k-1', { body: { ...body, image: 'nginx:2' } });
    held.current?.release();
    expect((await first).status).toBe(201);
    expect(meanwhile).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_IN_FLIGHT' } });
    expect(meanwhile.headers.get('retry-after')).toBe('1');
    expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  it('is refused under the key of another request: another body, path or query', async () => {
    const api = await open();
    await post(api, 'k-1');
    const others = [
      post(api, 'k-1', { body: { ...body, name: 'api' } }),
      api.call('POST', '/deployments/web/restart', { headers: { 'idempotency-key': 'k-1' } }),
      api.call('POST', '/deployments?_=1', { body, headers: { 'idempotency-key': 'k-1' } }),
    ];
    for (const answer of await Promise.all(others)) {
      expect(answer).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    }
  });

  it('is the same request however its body is written down', async () => {
    const api = await open();
    await post(api, '"k-1"');
    const raw = ' { "image" : "nginx:1",  "name":"web" }';
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'k-1' };
    const again = await api.call('POST', '/deployments', { raw, headers });
    expect([again.status, replayed(again)]).toEqual([201, 'true']);
  });

  it('is another one for another caller', async () => {
    const api = await open();
    await post(api, 'k-1');
    const other = await post(api, 'k-1', { as: 'admin', body: { ...body, name: 'api' } });
    expect([other.status, replayed(other)]).toEqual([201, null]);
  });

  it('that was refused is done once what refused it is gone', async () => {
    const api = await open();
    await api.call('POST', '/deployments', { body });
    expect(await post(api, 'k-1')).toMatchObject({ status: 409, body: { code: 'DEPLOYMENT_EXISTS' } });
    expect(await post(api, 'k-2', { body: {} })).toMatchObject({ status: 400 });
    const other = await post(api, 'k-1', { body: { ...body, name: 'api' } });
    expect([other.status, replayed(other)]).toEqual([201, null]);
    expect((await post(api, 'k-2', { body: { ...body, name: 'worker' } })).status).toBe(201);
  });

  it('is never done again where it was done and its answer was lost', async () => {
    const api = await open({
      ports: () => ({
        wake: () => {
          throw new RingError('INTERNAL', 'After the write');
        },
      }),
    });
    expect((await post(api, 'k-1')).status).toBe(500);
    const again = await post(api, 'k-1');
    expect(again).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_REPLY_LOST' } });
    expect((await api.call('GET', '/deployments')).body).toMatchObject([{ id: 'web', revision: 1 }]);
  });

  it('is free again after a day', async () => {
    const api = await open();
    await post(api, 'k-1');
    api.commands.pass(11 * 60 * 60 * 1000);
    expect(replayed(await post(api, 'k-1'))).toBe('true');
    api.commands.pass(24 * 60 * 60 * 1000);
    const { stores } = api.commands.store;
    const kept = await api.commands.store.requestKeys.claim({ caller: '2', key: 'k-1' }, 'anything');
    expect([kept, (await stores.deployments.find('web'))?.id]).toEqual([{ kind: 'granted' }, 'web']);
  });

  it('keeps its answer sealed: what it says is not to be read in the store', async () => {
    const api = await open();
    const secrets = { TOKEN: 'hunter2' };
    await post(api, 'k-1', { body: { ...body, secrets } });
    const store = api.commands.store.beside();
    const claim = await store.requestKeys.claim({ caller: '2', key: 'k-1' }, 'other');
    expect(claim).toEqual({ kind: 'other_request' });
    expect((await post(api, 'k-1', { body: { ...body, secrets } })).body.secrets).toEqual(secrets);
    api.commands.loseKey();
    expect(await post(api, 'k-1', { body: { ...body, secrets } })).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_REPLY_LOST' },
    });
  });

  it('is done once for every endpoint that changes something', async () => {
    const api = await open();
    await api.call('PUT', '/deployments/web', { body: { image: 'nginx:1' } });
    await api.call('PUT', '/deployments/nightly', { body: { image: 'busybox:1', kind: 'job' } });
    const posts: readonly (readonly [string, unknown?])[] = [
      ['/deployments/web/restart'],
      ['/deployments/web/pause'],
      ['/deployments/web/resume'],
      ['/deployments/web/rollback', {}],
      ['/configs', { name: 'app', data: 'a' }],
      ['/secrets', { name: 'app', value: 'a' }],
      ['/namespaces', { name: 'lab' }],
      ['/users', { username: 'eve', password: 'eves-password' }],
      ['/volumes', { name: 'data' }],
      ['/plan', { deployments: { api: { image: 'nginx:1' } } }],
      ['/apply', { deployments: { api: { image: 'nginx:1' } } }],
      ['/deployments/nightly/runs/1/cancel'],
      ['/reconcile'],
      ['/gc'],
    ];
    for (const [path, sent] of posts) {
      const call = {
        as: 'admin',
        body: sent,
        headers: { 'idempotency-key': `for ${path}`.replace(' ', '-') },
      } as const;
      const first = await api.call('POST', path, call);
      const again = await api.call('POST', path, call);
      expect([path, first.status < 300, again.status, replayed(again)]).toEqual([
        path,
        true,
        first.status,
        'true',
      ]);
      expect(again.body).toEqual(first.body);
    }
  });

  it.each(['', ' ', 'two words', 'ä', 'x'.repeat(256)])(
    'is refused under %j, which is no key',
    async (key) => {
      const api = await open();
      const headers = { 'idempotency-key': Buffer.from(key, 'utf8').toString('latin1') };
      expect(await api.call('POST', '/deployments', { body, headers })).toMatchObject({
        status: 400,
        body: { code: 'INVALID_REQUEST' },
      });
    },
  );

  it('is of no effect on a login, which changes nothing, nor on what is no POST', async () => {
    const api = await open();
    const headers = { 'idempotency-key': 'k-1' };
    const credentials = { username: 'editor', password: 'editor-password' };
    const logIn = () => api.call('POST', '/login', { as: null, body: credentials, headers });
    expect((await logIn()).body.token).not.toBe((await logIn()).body.token);
    const put = async (image: string) =>
      (await api.call('PUT', '/deployments/web', { body: { image }, headers })).body.revision;
    expect([await put('nginx:1'), await put('nginx:2')]).toEqual([1, 2]);
  });
});
