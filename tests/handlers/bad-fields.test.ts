/** Bodies that a schema refuses, by endpoint: where each is at fault, and that nothing of it is stored. */
import { expect, it } from 'vitest';
import { type Api, onBothTransports } from '../support/transports.ts';

const lists = ['/deployments', '/configs', '/secrets', '/users', '/namespaces', '/volumes'];

const stored = (api: Api) =>
  Promise.all(lists.map(async (path) => (await api.call('GET', path, { as: 'admin' })).body));

/** Method, path, body, and the pointers that are expected. */
type Case = readonly [string, string, object, readonly string[]];

const badNames = ['', 'Web', 'my_app', '-web', 'web-', 'a.b', 'a'.repeat(64), 'ü'];
const withBadNames = (path: string, rest: object): readonly Case[] =>
  badNames.map((name) => ['POST', path, { ...rest, name }, ['/name']]);

const password = 'long-enough';

const cases: Readonly<Record<string, readonly Case[]>> = {
  configs: [
    ...withBadNames('/configs', { data: '' }),
    ['POST', '/configs', { name: 'a', data: 'b', colour: 'red' }, ['/colour']],
    ['POST', '/configs', { name: 'a' }, ['/data']],
    ['POST', '/configs', { name: 'a', data: { b: 'c' } }, ['/data']],
    ['POST', '/configs', { name: 'a', data: 3, namespace: 'a.b' }, ['/data', '/namespace']],
    ['PUT', '/configs/a', { data: null }, ['/data']],
    ['PUT', '/configs/a', { data: 'b', colour: 'red' }, ['/colour']],
    ['PUT', '/configs/a', { data: 'b', name: 'A' }, ['/name']],
  ],
  secrets: [
    ...withBadNames('/secrets', { value: 'v' }),
    ['POST', '/secrets', { name: 'a', value: 'v', colour: 'red' }, ['/colour']],
    ['POST', '/secrets', { name: 'a' }, ['/value']],
    ['POST', '/secrets', { name: 'a', value: ['v'] }, ['/value']],
    ['PUT', '/secrets/a', { value: 3, namespace: 'A' }, ['/namespace', '/value']],
  ],
  namespaces: [
    ...withBadNames('/namespaces', {}),
    ['POST', '/namespaces', {}, ['/name']],
    ['POST', '/namespaces', { name: 'a', colour: 'red' }, ['/colour']],
    ['POST', '/namespaces', { name: 3 }, ['/name']],
  ],
  volumes: [
    ['POST', '/volumes', { name: '' }, ['/name']],
    ['POST', '/volumes', { name: '/etc' }, ['/name']],
    ['POST', '/volumes', { name: 'data', colour: 'red' }, ['/colour']],
    ['POST', '/volumes', { name: 'data', labels: { 'ring.uid': 'x' } }, ['/labels/ring.uid']],
    ['POST', '/volumes', { name: 'data', driver: 3, driver_opts: 'size' }, ['/driver', '/driver_opts']],
  ],
  users: [
    ['POST', '/users', { username: 'a' }, ['/password']],
    ['POST', '/users', { username: 'a', password: 'short' }, ['/password']],
    ['POST', '/users', { username: 'a', password: 'changeme' }, ['/password']],
    ['POST', '/users', { username: 'a b', password }, ['/username']],
    ['POST', '/users', { username: '', password: 3 }, ['/password', '/username']],
    ['POST', '/users', { username: 'a', password, role: 'root' }, ['/role']],
    ['POST', '/users', { username: 'a', password, admin: true }, ['/admin']],
    ['PUT', '/users/2', { password: 'changeme' }, ['/password']],
    ['PUT', '/users/2', { role: 'root', colour: 'red' }, ['/colour', '/role']],
    ['PUT', '/users/2', { username: '-a' }, ['/username']],
  ],
  logins: [
    ['POST', '/login', {}, ['/password', '/username']],
    ['POST', '/login', { username: 'admin' }, ['/password']],
    ['POST', '/login', { username: ['admin'], password }, ['/username']],
    ['POST', '/login', { username: 'admin', password: null }, ['/password']],
    ['POST', '/login', { username: 'a'.repeat(257), password }, ['/username']],
    ['POST', '/login', { username: 'admin', password, remember: true }, ['/remember']],
  ],
};

onBothTransports('fields that are at fault', (open) => {
  it.each(Object.keys(cases))('of %s are named, and nothing is stored', async (kind) => {
    const api = await open();
    const before = await stored(api);
    for (const [method, path, body, pointers] of cases[kind] ?? []) {
      const answer = await api.call(method, path, { as: 'admin', body });
      const label = `${method} ${path} ${JSON.stringify(body)}`;
      expect(answer, label).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
      const named = answer.body.errors.map(({ pointer }: { readonly pointer: string }) => pointer);
      expect(named.sort(), label).toEqual(pointers);
    }
    expect(await stored(api)).toEqual(before);
    expect([api.commands.woken, api.reported]).toEqual([[], []]);
  });
});

onBothTransports('endpoints that take no body', (open) => {
  const refusedWith = (status: number, code: string) => ({ status, body: { code } });
  const json = { 'content-type': 'application/json' };
  const endpoints = [
    ['DELETE', '/configs/kept'],
    ['DELETE', '/users/3'],
    ['DELETE', '/namespaces/lab'],
    ['POST', '/deployments/web/restart'],
    ['POST', '/gc'],
    ['POST', '/logout'],
  ] as const;

  it.each([
    ['fields', { raw: '{"force":true}', headers: json }, refusedWith(400, 'INVALID_REQUEST')],
    ['a list', { raw: '[]', headers: json }, refusedWith(400, 'INVALID_REQUEST')],
    ['half a body', { raw: '{"force"', headers: json }, refusedWith(400, 'MALFORMED_BODY')],
    ['too much', { raw: ' '.repeat(1_048_577), headers: json }, refusedWith(413, 'BODY_TOO_LARGE')],
    [
      'a form',
      { raw: 'force=true', headers: { 'content-type': 'text/plain' } },
      refusedWith(415, 'UNSUPPORTED_MEDIA_TYPE'),
    ],
  ] as const)('refuse %s and do nothing', async (_title, sent, refused) => {
    const api = await open();
    await api.call('PUT', '/configs/kept', { body: { data: 'x' } });
    await api.call('POST', '/namespaces', { body: { name: 'lab' } });
    await api.call('PUT', '/deployments/web', { body: { image: 'app:1' } });
    const before = await stored(api);
    for (const [method, path] of endpoints) {
      const answer = await api.call(method, path, { as: 'admin', ...sent });
      expect(answer, `${method} ${path}`).toMatchObject(refused);
    }
    expect(await stored(api)).toEqual(before);
  });

  it('take nothing, blanks and an empty object alike', async () => {
    const api = await open();
    await api.call('PUT', '/deployments/web', { body: { image: 'app:1' } });
    const restart = (call: object) => api.call('POST', '/deployments/web/restart', call);
    const key = { 'idempotency-key': 'k' };
    expect((await restart({ headers: key })).status).toBe(200);
    const again = await restart({ raw: '{}', headers: { ...key, ...json } });
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect((await restart({ raw: ' \n', headers: { 'content-type': 'text/plain' } })).status).toBe(200);
  });
});
