import { expect, it } from 'vitest';
import { type Api, onBothTransports } from '../support/transports.ts';

const image = 'nginx:1';
const put = (api: Api, headers: Record<string, string> = {}, body: unknown = { image }) =>
  api.call('PUT', '/deployments/web', { body, headers });
const etagOf = ({ headers }: { readonly headers: Headers }): string => headers.get('etag') ?? 'none';

onBothTransports('a tag', (open) => {
  it('of a deployment is the same in each reply, and another one after each change of it', async () => {
    const api = await open();
    const created = await put(api);
    const read = await api.call('GET', '/deployments/web');
    const again = await put(api);
    const scaled = await api.call('PATCH', '/deployments/web', { body: { replicas: 2 } });
    const paused = await api.call('POST', '/deployments/web/pause');
    const deleted = await api.call('DELETE', '/deployments/web');
    expect(etagOf(created)).toMatch(/^"[^"]+"$/);
    expect([etagOf(read), etagOf(again)]).toEqual([etagOf(created), etagOf(created)]);
    expect([deleted.status, etagOf(deleted)]).toEqual([200, 'none']);
    const gone = await api.call('HEAD', '/deployments/web');
    expect(new Set([created, scaled, paused, gone].map(etagOf)).size).toBe(4);
  });

  it('comes with what POST makes, also where another namespace has the id', async () => {
    const api = await open();
    for (const namespace of ['default', 'prod']) {
      for (const noun of ['deployments', 'configs', 'secrets']) {
        const body = { name: 'web', namespace, ...contentOf[noun] };
        const made = await api.call('POST', `/${noun}`, { body });
        const read = await api.call('GET', `/${noun}/web.${namespace}`);
        expect([made.status, etagOf(made)]).toEqual([201, etagOf(read)]);
      }
    }
  });

  it('of a config and of a secret changes with what they hold, and with their life', async () => {
    const api = await open();
    for (const noun of ['configs', 'secrets']) {
      const declare = (text: string) =>
        api.call('PUT', `/${noun}/app`, { body: noun === 'configs' ? { data: text } : { value: text } });
      const first = etagOf(await declare('a'));
      expect(etagOf(await declare('a'))).toBe(first);
      const second = etagOf(await declare('b'));
      expect(second).not.toBe(first);
      expect(etagOf(await api.call('GET', `/${noun}/app`))).toBe(second);
      const deleted = await api.call('DELETE', `/${noun}/app`);
      expect([deleted.status, etagOf(deleted)]).toEqual([200, 'none']);
      api.commands.pass(1);
      expect(etagOf(await declare('a'))).not.toBe(first);
    }
  });

  it('of a user changes with the password too', async () => {
    const api = await open();
    const before = etagOf(await api.call('GET', '/users/me'));
    const body = { password: 'another-password' };
    const changed = await api.call('PUT', '/users/2', { as: 'admin', body });
    expect(etagOf(changed)).not.toBe(before);
    const made = await api.call('POST', '/users', {
      as: 'admin',
      body: { username: 'eve', password: 'eves-password' },
    });
    expect(etagOf(made)).toMatch(/^"4\./);
  });
});

const contentOf: Readonly<Record<string, object>> = {
  deployments: { image },
  configs: { data: 'x' },
  secrets: { value: 'x' },
};

onBothTransports('If-Match', (open) => {
  it('changes what was read, and refuses to change what is another by now', async () => {
    const api = await open();
    const read = etagOf(await put(api));
    const changed = await put(api, { 'if-match': `"other", ${read}` }, { image: 'nginx:2' });
    const refused = await put(api, { 'if-match': read }, { image: 'nginx:3' });
    expect(changed).toMatchObject({ status: 200, body: { revision: 2 } });
    expect(refused).toMatchObject({ status: 412, body: { code: 'PRECONDITION_FAILED' } });
    expect(refused.body.error).toContain(etagOf(changed));
    expect((await api.call('GET', '/deployments/web')).body.image).toBe('nginx:2');
  });

  it('lets one of two through who both read the same', async () => {
    const api = await open();
    const headers = { 'if-match': etagOf(await put(api)) };
    const answers = await Promise.all([2, 3, 4].map((n) => put(api, headers, { image: `nginx:${n}` })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  });

  it('guards every way to change a deployment', async () => {
    const api = await open();
    await put(api);
    const ways = [
      ['PUT', '/deployments/web', { image }],
      ['PATCH', '/deployments/web', { replicas: 3 }],
      ['POST', '/deployments/web/rollback', {}],
      ['POST', '/deployments/web/restart', undefined],
      ['POST', '/deployments/web/pause', undefined],
      ['POST', '/deployments/web/resume', undefined],
      ['DELETE', '/deployments/web', undefined],
    ] as const;
    for (const [method, path, body] of ways) {
      const headers = { 'if-match': '"other"' };
      expect(await api.call(method, path, { headers, body }), `${method} ${path}`).toMatchObject({
        status: 412,
        body: { code: 'PRECONDITION_FAILED' },
      });
    }
    expect((await api.call('GET', '/deployments/web')).body).toMatchObject({
      ...{ revision: 1, replicas: 1, paused: false, deleted_at: null },
    });
  });

  it('guards configs, secrets and users', async () => {
    const api = await open();
    await api.call('POST', '/configs', { body: { name: 'app', data: 'a' } });
    await api.call('POST', '/secrets', { body: { name: 'app', value: 'a' } });
    const ways = [
      ['PUT', '/configs/app', { data: 'b' }],
      ['DELETE', '/configs/app', undefined],
      ['PUT', '/secrets/app', { value: 'b' }],
      ['DELETE', '/secrets/app', undefined],
      ['PUT', '/users/3', { password: 'another-password' }],
      ['DELETE', '/users/3', undefined],
    ] as const;
    for (const [method, path, body] of ways) {
      const call = { as: 'admin', body } as const;
      const refused = await api.call(method, path, { ...call, headers: { 'if-match': '"other"' } });
      expect([method, path, refused.status]).toEqual([method, path, 412]);
    }
    const { headers } = await api.call('GET', '/users/me', { as: 'viewer' });
    const change = { as: 'admin', body: { role: 'editor' }, headers: { 'if-match': etagOf({ headers }) } };
    expect((await api.call('PUT', '/users/3', { ...change, as: 'admin' })).status).toBe(200);
  });

  it('is never met by a weak tag, and by * where something is there', async () => {
    const api = await open();
    const read = etagOf(await put(api));
    expect((await put(api, { 'if-match': `W/${read}` })).status).toBe(412);
    expect((await put(api, { 'if-match': '*' })).status).toBe(200);
    expect(
      await api.call('PUT', '/deployments/none', { body: { image }, headers: { 'if-match': '*' } }),
    ).toMatchObject({ status: 412 });
  });

  it('says that what is to be changed is missing, rather than that it is another', async () => {
    const api = await open();
    const headers = { 'if-match': '"x"' };
    expect(await api.call('DELETE', '/deployments/none', { headers })).toMatchObject({ status: 404 });
    expect(await api.call('PATCH', '/deployments/none', { headers, body: {} })).toMatchObject({
      status: 404,
    });
  });

  it.each(['abc', '"open', '"a" "b"', ''])('is refused as %j, which holds no tag', async (text) => {
    const api = await open();
    const answer = await put(api, { 'if-match': text });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    expect(answer.body.error).toContain('If-Match');
  });
});

onBothTransports('a precondition that cannot be checked', (open) => {
  it.each([
    ['POST', '/namespaces', { name: 'lab' }],
    ['DELETE', '/namespaces/kept', undefined],
    ['DELETE', '/volumes/kept', undefined],
    ['POST', '/apply', { configs: { site: { data: 'x' } } }],
    ['POST', '/deployments', { name: 'web', image }],
    ['POST', '/gc', undefined],
    ['POST', '/logout', undefined],
  ] as const)('is refused by %s %s, which names the header and does nothing', async (method, path, body) => {
    const api = await open();
    await api.call('POST', '/namespaces', { body: { name: 'kept' } });
    await api.call('POST', '/volumes', { body: { name: 'kept' } });
    const stored = async () => {
      const lists = ['/namespaces', '/volumes', '/deployments', '/configs'];
      return Promise.all(lists.map(async (list) => (await api.call('GET', list)).body));
    };
    const before = await stored();
    for (const [header, value] of [
      ['If-Match', '"x"'],
      ['If-None-Match', '*'],
    ] as const) {
      const answer = await api.call(method, path, { as: 'admin', body, headers: { [header]: value } });
      expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
      expect(answer.body.error).toMatch(new RegExp(`^${header}: `));
    }
    expect(await stored()).toEqual(before);
  });
});

onBothTransports('If-None-Match', (open) => {
  it('with * only creates', async () => {
    const api = await open();
    const headers = { 'if-none-match': '*' };
    expect((await put(api, headers)).status).toBe(201);
    expect(await put(api, headers, { image: 'nginx:2' })).toMatchObject({
      status: 412,
      body: { code: 'PRECONDITION_FAILED' },
    });
  });

  it('creates once, however many try', async () => {
    const api = await open();
    const headers = { 'if-none-match': '*' };
    const answers = await Promise.all([1, 2, 3].map((n) => put(api, headers, { image: `nginx:${n}` })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 412, 412]);
  });

  it('with a tag refuses what has it, also as a weak one', async () => {
    const api = await open();
    const read = etagOf(await put(api));
    expect((await put(api, { 'if-none-match': `W/${read}` })).status).toBe(412);
    expect((await put(api, { 'if-none-match': '"other"' })).status).toBe(200);
  });
});

onBothTransports('where If-Match is required', (open) => {
  it('what is there is changed only with it', async () => {
    const api = await open({ requireIfMatch: true });
    const read = etagOf(await put(api));
    const bare = [
      await put(api, {}, { image: 'nginx:2' }),
      await api.call('PATCH', '/deployments/web', { body: { replicas: 2 } }),
      await api.call('DELETE', '/deployments/web'),
    ];
    for (const answer of bare) {
      expect(answer).toMatchObject({ status: 428, body: { code: 'PRECONDITION_REQUIRED' } });
    }
    const headers = { 'if-match': read };
    expect((await api.call('DELETE', '/deployments/web', { headers })).status).toBe(200);
  });

  it('what is not there is made, steered or missing as ever', async () => {
    const api = await open({ requireIfMatch: true });
    expect((await put(api)).status).toBe(201);
    expect((await api.call('POST', '/deployments/web/restart')).status).toBe(200);
    expect((await api.call('DELETE', '/deployments/none')).status).toBe(404);
    expect((await api.call('POST', '/namespaces', { body: { name: 'lab' } })).status).toBe(201);
    expect((await api.call('DELETE', '/namespaces/lab')).status).toBe(200);
  });
});
