import { expect, it } from 'vitest';
import { aHealthRecord } from '../support/health.ts';
import { type Answer, type Api, onBothTransports } from '../support/transports.ts';

/** The path and query of the next part; null where there is none. */
const nextOf = ({ headers }: Answer): string | null =>
  /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? null;

/** All parts of a list, as a client follows them. */
async function walk(api: Api, path: string, meanwhile: () => Promise<unknown> = async () => undefined) {
  const parts: Answer['body'][] = [];
  for (let next: string | null = path; next !== null; ) {
    const answer: Answer = await api.call('GET', next, { as: 'admin' });
    expect(answer.status).toBe(200);
    parts.push(answer.body);
    next = nextOf(answer);
    await meanwhile();
  }
  return parts;
}

/** Five of everything that is listed. */
async function fill(api: Api): Promise<void> {
  const call = (path: string, body: unknown) => api.call('POST', path, { as: 'admin', body });
  for (const name of ['web', 'api', 'db', 'cache', 'queue']) {
    await call('/deployments', { name, namespace: name === 'db' ? 'data' : 'shop', image: 'a:1' });
    await call('/configs', { name, data: name });
    await call('/secrets', { name, value: name });
    await call('/namespaces', { name });
    await call('/volumes', { name });
    await call('/users', { username: name, password: 'some-password' });
  }
  for (const replicas of ['2', '3', '4', '5']) {
    await api.call('PUT', '/deployments/web', { body: { namespace: 'shop', image: `a:${replicas}` } });
  }
  await call('/deployments', { name: 'nightly', image: 'a:1', kind: 'job' });
  for (let run = 0; run < 4; run += 1) {
    const { stores, write } = api.commands.store;
    const record = await stores.deployments.find('nightly');
    const [newest] = await stores.runs.list(record?.uid ?? '', 1);
    if (newest) await write(({ runs }) => runs.insert(newest));
  }
  const { uid = '' } = (await api.commands.store.stores.deployments.find('web')) ?? {};
  const records = [0, 1, 2].map((slot) => aHealthRecord({ uid, slot, instanceId: `instance-${slot}` }));
  await api.commands.store.healthRecords.save(records);
}

const lists = [
  '/deployments',
  '/configs',
  '/secrets',
  '/namespaces',
  '/volumes',
  '/users',
  '/deployments/web/revisions',
  '/deployments/web/health-checks',
  '/deployments/nightly/runs',
];

onBothTransports('every list', (open) => {
  it('comes whole without a limit, and the same in parts', async () => {
    const api = await open();
    await fill(api);
    for (const path of lists) {
      const whole = await api.call('GET', path, { as: 'admin' });
      expect([path, whole.body.length >= 3, nextOf(whole)]).toEqual([path, true, null]);
      for (const limit of [1, 2, 1000]) {
        const parts = await walk(api, `${path}?limit=${limit}`);
        expect([path, parts.flat()]).toEqual([path, whole.body]);
        expect(parts.slice(0, -1).every((part) => part.length === limit)).toBe(true);
      }
    }
  });

  it('refuses limits and cursors that nobody gave', async () => {
    const api = await open();
    await fill(api);
    for (const path of lists) {
      for (const query of ['limit=0', 'limit=1001', 'limit=two', 'cursor=abc', 'cursor=']) {
        const answer = await api.call('GET', `${path}?${query}`, { as: 'admin' });
        expect([path, query, answer.status, answer.body.errors?.[0]?.pointer]).toEqual([
          ...[path, query, 400],
          `?${query.split('=')[0]}`,
        ]);
      }
    }
    const users = nextOf(await api.call('GET', '/configs?limit=1'))?.split('?')[1] ?? '';
    expect(await api.call('GET', `/deployments/nightly/runs?${users}`)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '?cursor' }] },
    });
  });
});

onBothTransports('deployments in parts', (open) => {
  it('keep their filters from part to part, below the base path', async () => {
    const api = await open({ basePath: '/ring' });
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) {
      const namespace = name === 'b' ? 'other' : 'shop';
      await api.call('POST', '/ring/deployments', { body: { name, namespace, image: 'a:1' } });
    }
    const first = await api.call('GET', '/ring/deployments?namespace[]=shop&limit=2&_=7');
    expect(nextOf(first)).toMatch(/^\/ring\/deployments\?/);
    const parts = await walk(api, '/ring/deployments?namespace[]=shop&limit=2');
    expect(parts.map((part) => part.map(({ name }: { name: string }) => name))).toEqual([['a', 'c'], ['d']]);
  });

  it('neither repeat nor hide what was there all the time, whatever comes meanwhile', async () => {
    const api = await open();
    for (const name of ['b', 'd', 'f'])
      await api.call('POST', '/deployments', { body: { name, image: 'a:1' } });
    const coming = ['a', 'c', 'e'];
    const parts = await walk(api, '/deployments?limit=1', async () => {
      const name = coming.shift();
      if (name) await api.call('POST', '/deployments', { body: { name, image: 'a:1' } });
    });
    const seen: string[] = parts.flat().map(({ name }) => name);
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toEqual(expect.arrayContaining(['b', 'd', 'f']));
  });
});

onBothTransports('a selector', (open) => {
  it('lists the deployments with these labels', async () => {
    const api = await open();
    const labels = { web: { app: 'shop' }, db: { app: 'shop', tier: 'db' }, other: {} };
    for (const [name, own] of Object.entries(labels)) {
      await api.call('POST', '/deployments', { body: { name, image: 'a:1', labels: own } });
    }
    const listed = async (selector: string) => {
      const { body } = await api.call('GET', `/deployments?selector=${encodeURIComponent(selector)}`);
      return body.map(({ name }: { name: string }) => name);
    };
    expect(await listed('app=shop')).toEqual(['db', 'web']);
    expect(await listed('app=shop,tier!=db')).toEqual(['web']);
    expect(await listed('!app')).toEqual(['other']);
  });

  it('that is none is refused, and says what one looks like', async () => {
    const api = await open();
    for (const selector of ['', 'a,,b', '=x']) {
      const answer = await api.call('GET', `/deployments?selector=${encodeURIComponent(selector)}`);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '?selector' }] } });
      expect(answer.body.error).toContain('app=web');
    }
  });
});
