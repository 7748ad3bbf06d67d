import { expect, it } from 'vitest';
import { type Api, onBothTransports } from '../support/transports.ts';

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const nothingStored = async (api: Api) => {
  for (const path of ['/deployments', '/configs', '/secrets']) {
    expect((await api.call('GET', path)).body, path).toEqual([]);
  }
  expect((await api.call('GET', '/users', { as: 'admin' })).body).toHaveLength(3);
  expect(api.commands.woken).toEqual([]);
  expect(api.reported).toEqual([]);
};

/** What is sent to POST /deployments beside name and image, and where it is at fault. */
const drafts: readonly (readonly [string, object, readonly string[]])[] = [
  ['an unknown field', { colour: 'red' }, ['/colour']],
  [
    'several unknown fields',
    { colour: 'red', size: 3, resources: { bogus: 1 } },
    ['/colour', '/size', '/resources/bogus'],
  ],
  ['wrong types', { replicas: '3', command: 'ls', labels: 'a' }, ['/replicas', '/command', '/labels']],
  ['lists for objects', { labels: ['a'], resources: [] }, ['/labels', '/resources']],
  ['fractions of a replica', { replicas: 1.5 }, ['/replicas']],
  ['a negative number of replicas', { replicas: -1 }, ['/replicas']],
  ['too many replicas', { replicas: 1001 }, ['/replicas']],
  ['a name with capitals', { name: 'Web' }, ['/name']],
  ['a name with an underscore', { name: 'my_app' }, ['/name']],
  ['a name that begins with a hyphen', { name: '-web' }, ['/name']],
  ['a name that is too long', { name: 'a'.repeat(64) }, ['/name']],
  ['an empty name', { name: '' }, ['/name']],
  ['a namespace with a dot', { namespace: 'a.b' }, ['/namespace']],
  ['an unknown kind', { kind: 'cron' }, ['/kind']],
  ['an unknown runtime', { runtime: 'podman' }, ['/runtime']],
  ['an image with a space', { image: 'a b' }, ['/image']],
  ['a relative destination', { volumes: ['/data:app'] }, ['/volumes/0']],
  ['a relative source', { volumes: ['./data:/app'] }, ['/volumes/0']],
  ['a volume without a destination', { volumes: ['/data'] }, ['/volumes/0']],
  ['an unknown permission', { volumes: ['/data:/app:rx'] }, ['/volumes/0']],
  ['a volume of the wrong type', { volumes: [3] }, ['/volumes/0']],
  ['a volume object without destination', { volumes: [{ source: 'a' }] }, ['/volumes/0/destination']],
  ['a port that is none', { ports: ['0:80'] }, ['/ports/0']],
  ['a port above the last', { ports: ['8080:65536'] }, ['/ports/0']],
  ['a port object above the last', { ports: [{ published: 70000, target: 80 }] }, ['/ports/0/published']],
  ['a port in words', { ports: ['http:80'] }, ['/ports/0']],
  ['a reserved label', { labels: { 'ring.uid': 'x' } }, ['/labels/ring.uid']],
  ['both names of the environment', { secrets: {}, environment: {} }, ['/environment']],
  ['a number as a secret', { secrets: { A: 1 } }, ['/secrets/A']],
  ['names JavaScript keeps for itself', { labels: { constructor: 'x' } }, ['/labels/constructor']],
];

onBothTransports('bad input', (open) => {
  it.each(drafts)('refuses %s with its pointer', async (_title, changes, pointers) => {
    const api = await open();
    const body = { name: 'web', image: 'nginx:1', ...changes };
    const answer = await api.call('POST', '/deployments', { as: 'admin', body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', status: 400 } });
    expect(answer.body.errors.map((one: { pointer: string }) => one.pointer).sort()).toEqual(
      [...pointers].sort(),
    );
    await nothingStored(api);
  });

  it('names every fault at once, in words of its own', async () => {
    const api = await open();
    const { body } = await api.call('POST', '/deployments?colour=red', {
      body: { name: 'Web', replicas: 'many', volumes: [{ source: 1 }], kind: 'cron' },
    });
    expect(body).toEqual({
      error: expect.stringMatching(/^[?/]\w+: .*\(and 6 more\)$/),
      code: 'INVALID_REQUEST',
      type: 'urn:ring:problem:invalid-request',
      title: 'The request is not valid',
      status: 400,
      detail: body.error,
      instance: '/deployments',
      request_id: expect.any(String),
      errors: expect.arrayContaining([
        { pointer: '?colour', detail: 'is not known: there are wait, timeout' },
        { pointer: '/image', detail: 'is required' },
        { pointer: '/replicas', detail: 'must be a number' },
        { pointer: '/volumes/0/source', detail: 'must be a string' },
        { pointer: '/volumes/0/destination', detail: 'is required' },
        { pointer: '/kind', detail: 'must be one of worker, job' },
      ]),
    });
    expect(body.errors).toHaveLength(7);
  });

  it.each([
    ['an empty body', '', 'MALFORMED_BODY'],
    ['white space', ' \n ', 'MALFORMED_BODY'],
    ['half a body', '{"name":"web"', 'MALFORMED_BODY'],
    ['text after the body', '{}x', 'MALFORMED_BODY'],
    ['what is no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 'MALFORMED_BODY'],
    ['a deeply nested body', nested(100_000), 'MALFORMED_BODY'],
    ['a list', '[]', 'INVALID_REQUEST'],
    ['a list where nothing is required', '[1]', 'INVALID_REQUEST'],
    ['null', 'null', 'INVALID_REQUEST'],
    ['a number', '5', 'INVALID_REQUEST'],
    ['a prototype', '{"__proto__":{"role":"admin"},"name":"a","image":"a"}', 'INVALID_REQUEST'],
    ['a prototype among labels', '{"labels":{"__proto__":"x"},"name":"a","image":"a"}', 'INVALID_REQUEST'],
    ['a constructor', '{"constructor":{"prototype":{}},"name":"a","image":"a"}', 'INVALID_REQUEST'],
  ])('refuses %s', async (_title, raw, code) => {
    const api = await open();
    const sent = { raw, headers: { 'content-type': 'application/json' } };
    for (const [method, path] of [
      ['POST', '/deployments'],
      ['PUT', '/deployments/a'],
      ['POST', '/configs'],
      ['POST', '/secrets'],
    ] as const) {
      expect(await api.call(method, path, sent), path).toMatchObject({ status: 400, body: { code } });
    }
    await nothingStored(api);
  });

  it('refuses lists where an object with nothing required is expected', async () => {
    const api = await open();
    await api.call('PUT', '/deployments/web', { body: { image: 'a:1' } });
    expect(await api.call('PATCH', '/deployments/web', { body: [1] })).toMatchObject({ status: 400 });
    expect(await api.call('PUT', '/users/2', { body: [] })).toMatchObject({ status: 400 });
  });

  it('counts a body in bytes: one mebibyte passes, one byte more is 413 and ends the connection', async () => {
    const api = await open();
    const filled = (bytes: number) => {
      const frame = JSON.stringify({ name: 'a', data: '' });
      return JSON.stringify({ name: 'a', data: 'ä'.repeat((bytes - frame.length) / 2) });
    };
    const send = (bytes: number) =>
      api.call('POST', '/configs', { raw: filled(bytes), headers: { 'content-type': 'application/json' } });
    const tooLarge = await send(1_048_580);
    expect(tooLarge).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } });
    if (api.transport === 'fetch') expect(tooLarge.headers.get('connection')).toBe('close');
    expect(await send(30_000_000)).toMatchObject({ status: 413 });
    await nothingStored(api);
    expect(await send(1_048_576)).toMatchObject({ status: 201 });
  });

  it('wants JSON by its media type', async () => {
    const api = await open();
    const send = async (type: string) => {
      const headers = { 'content-type': type };
      return (await api.call('PUT', '/configs/a', { raw: '{"data":"x"}', headers })).status;
    };
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonp',
    ])
      expect(await send(type), type).toBe(415);
    expect(await send('application/json; charset=iso-8859-1')).toBe(415);
    await nothingStored(api);
    for (const type of ['application/json; charset=UTF-8', 'Application/JSON', 'application/vnd.ring+json'])
      expect([200, 201], type).toContain(await send(type));
  });

  it.each([
    ['/deployments/%zz', 400, 'INVALID_REQUEST'],
    ['/deployments/%ff', 400, 'INVALID_REQUEST'],
    ['/%', 400, 'INVALID_REQUEST'],
    ['/deployments?namespace[]=%zz', 400, 'INVALID_REQUEST'],
    ['/deployments?namespace[]=%ff', 400, 'INVALID_REQUEST'],
    ['/deployments/a%00b', 400, 'INVALID_REQUEST'],
    ['/deployments/a%2Fb', 404, 'DEPLOYMENT_NOT_FOUND'],
    [`/deployments/${'a'.repeat(300)}`, 400, 'INVALID_REQUEST'],
    ['/nothing', 404, 'ROUTE_NOT_FOUND'],
    ['//', 404, 'ROUTE_NOT_FOUND'],
    ['/deployments/a/b/c', 404, 'ROUTE_NOT_FOUND'],
  ])('answers GET %s with %i', async (path, status, code) => {
    const api = await open();
    expect(await api.call('GET', path)).toMatchObject({ status, body: { code } });
  });

  it.each([
    ['/deployments?namespace=a', '?namespace', 'is not known: did you mean namespace[]?'],
    [
      '/deployments?status[]=RUNNING',
      '?status[]',
      expect.stringContaining('must be one of pending, creating'),
    ],
    [
      '/deployments?__proto__[]=1&zzzzzzzzzzzzzzz=1',
      '?zzzzzzzzzzzzzzz',
      expect.stringContaining('there are'),
    ],
    ['/deployments/web/events?limit=0', '?limit', 'must be a whole number from 1 to 1000'],
    ['/deployments/web/events?limit=1e3', '?limit', 'must be a whole number from 1 to 1000'],
    ['/deployments/web/events?limit=1&limit=2', '?limit', 'may be given only once'],
    ['/deployments/web/events?level=fatal', '?level', 'must be one of info, warning, error'],
    ['/deployments/web/logs?tail=10001', '?tail', 'must be a whole number from 0 to 10000'],
    ['/deployments/web/logs?follow=yes', '?follow', 'must be true or false'],
    ['/deployments/web/logs?since=yesterday', '?since', expect.stringContaining('RFC 3339')],
    ['/healthz?x=1', '?x', 'is not known: there are no query parameters here'],
  ])('refuses GET %s', async (path, pointer, detail) => {
    const api = await open();
    await api.call('PUT', '/deployments/web', { body: { image: 'a:1' } });
    const answer = await api.call('GET', path);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer, detail }] } });
  });

  it('answers a wrong method with 405 and the right ones, and HEAD like GET without a body', async () => {
    const api = await open();
    const wrong = await api.call('DELETE', '/deployments');
    expect(wrong).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } });
    expect(wrong.headers.get('allow')).toBe('GET, HEAD, POST');
    expect((await api.call('OPTIONS', '/users/me')).headers.get('allow')).toBe('GET, HEAD');
    expect(await api.call('HEAD', '/healthz', { as: null })).toMatchObject({ status: 200, body: '' });
    expect(await api.call('HEAD', '/deployments', { as: null })).toMatchObject({ status: 401, body: '' });
  });

  it('decides who may before it looks at what is sent', async () => {
    const api = await open();
    const raw = 'x'.repeat(2_000_000);
    expect(await api.call('POST', '/deployments', { as: null, raw })).toMatchObject({ status: 401 });
    expect(await api.call('POST', '/deployments', { as: 'viewer', raw })).toMatchObject({ status: 403 });
    expect(await api.call('POST', '/deployments', { raw })).toMatchObject({ status: 415 });
  });
});
